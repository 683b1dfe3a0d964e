import type { Instant } from "../../runtime/clock.ts";
import type { ServingPair } from "./webhook-server.ts";

/** A certificate to make: valid from `from` to `until`, with a serial number of up to 20 bytes in hexadecimal. */
export interface Wanted {
  readonly serial: string;
  readonly from: Instant;
  readonly until: Instant;
}

export interface AuthorityPair {
  readonly certificate: string;
  readonly key: string;
}

/** Makes certificates and their keys (ECDSA P-256), as PEM. */
export interface CertificateMaker {
  /** A self-signed authority that may sign certificates of servers and no further authorities. */
  authority(wanted: Wanted): Promise<AuthorityPair>;
  /** A certificate for a server of these names. */
  serving(wanted: Wanted & { readonly dnsNames: readonly string[] }, by: AuthorityPair): Promise<ServingPair>;
}
