// Before the library: its container of algorithms (tsyringe) asks for it when it is loaded.
import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { asDate } from "../../kube/time.ts";
import type { AuthorityPair, CertificateMaker, Wanted } from "./certificate-maker.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** By @peculiar/x509, on the runtime's WebCrypto. */
export const x509Maker: CertificateMaker = {
  authority: async (wanted) => {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      ...common(wanted),
      // No two authorities have one name, so that a chain is never built to the wrong one.
      name: `CN=drydock webhook authority ${wanted.serial.slice(-8)}`,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return { certificate: `${certificate.toString("pem")}\n`, key: await exported(keys.privateKey) };
  },
  serving: async ({ dnsNames, ...wanted }, by) => {
    const keys = await newKeys();
    const issuer = new X509Certificate(by.certificate);
    const certificate = await X509CertificateGenerator.create({
      ...common(wanted),
      subject: "CN=drydock webhook",
      issuer: issuer.subjectName,
      publicKey: keys.publicKey,
      signingKey: await imported(by),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: "dns" as const, value }))),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        await AuthorityKeyIdentifierExtension.create(issuer),
      ],
    });
    return { certificate: `${certificate.toString("pem")}\n`, key: await exported(keys.privateKey) };
  },
};

function common({ serial, from, until }: Wanted) {
  return { serialNumber: serial, notBefore: asDate(from), notAfter: asDate(until), signingAlgorithm: algorithm };
}

function newKeys() {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

type PrivateKey = Parameters<typeof crypto.subtle.exportKey>[1];

async function exported(key: PrivateKey): Promise<string> {
  return `${PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}

function imported({ key }: AuthorityPair): Promise<PrivateKey> {
  return crypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(key), algorithm, false, ["sign"]);
}
