import type { CertificateMaker } from "./certificate-maker.ts";

/** The library takes a tenth of a second to load, and only an operator makes certificates. */
export async function loadCertificateMaker(): Promise<CertificateMaker> {
  return (await import("./x509-maker.ts")).x509Maker;
}
