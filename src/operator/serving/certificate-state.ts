import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Instant } from "../../runtime/clock.ts";
import type { ServingPair } from "./webhook-server.ts";

/** What the replicas share. Anything may be missing or damaged: a person can edit a Secret. */
export interface StoredCertificates {
  /** All authorities that clients shall trust, the one that signs first: PEM, one after the other. */
  readonly authorities?: string;
  /** Of the first authority. */
  readonly authorityKey?: string;
  readonly serving?: ServingPair;
}

export interface Validity {
  readonly from: Instant;
  readonly until: Instant;
}

export interface ReadAuthority extends Validity {
  readonly pem: string;
  readonly certificate: X509Certificate;
}

export interface ReadServing extends Validity {
  readonly pair: ServingPair;
  /** Where its issuer stands among the authorities. */
  readonly issuer: number;
}

/** The stored certificates as far as they can be used. */
export interface CertificateState {
  /** Newest first. */
  readonly authorities: readonly ReadAuthority[];
  /** Only where it belongs to the first of them. */
  readonly authorityKey?: string;
  /** Only where it belongs to one of them, is complete, and says all names. */
  readonly serving?: ReadServing;
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Reads what is stored; what cannot be read, or does not fit together, is as if it were not there. */
export function readState(stored: StoredCertificates, dnsNames: readonly string[]): CertificateState {
  const authorities = (stored.authorities?.match(certificateBlock) ?? []).flatMap((pem): ReadAuthority[] => {
    const certificate = readCertificate(pem);
    return certificate?.ca === true ? [{ pem: `${pem}\n`, certificate, ...validityOf(certificate) }] : [];
  });
  const key = stored.authorityKey;
  const isOurs = key !== undefined && authorities[0] !== undefined && fits(authorities[0].certificate, key);
  const serving = stored.serving === undefined ? undefined : readServing(stored.serving, authorities, dnsNames);
  return { authorities, ...(isOurs ? { authorityKey: key } : {}), ...(serving === undefined ? {} : { serving }) };
}

function readServing(pair: ServingPair, authorities: readonly ReadAuthority[], dnsNames: readonly string[]): ReadServing | undefined {
  const certificate = readCertificate(pair.certificate);
  if (certificate === undefined || !fits(certificate, pair.key)) return undefined;
  if (!dnsNames.every((name) => certificate.checkHost(name, { subject: "never" }) !== undefined)) return undefined;
  const issuer = authorities.findIndex(
    (each) => certificate.checkIssued(each.certificate) && certificate.verify(each.certificate.publicKey),
  );
  return issuer === -1 ? undefined : { pair, issuer, ...validityOf(certificate) };
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function fits(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function validityOf({ validFromDate, validToDate }: X509Certificate): Validity {
  return { from: validFromDate.getTime(), until: validToDate.getTime() };
}
