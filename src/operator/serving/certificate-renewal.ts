import type { Instant } from "../../runtime/clock.ts";
import { InvariantError } from "../../runtime/errors.ts";
import type { Random } from "../../runtime/random.ts";
import type { AuthorityPair, CertificateMaker, Wanted } from "./certificate-maker.ts";
import { type Lifetimes, nextTask } from "./certificate-rotation.ts";
import { type CertificateState, readState, type StoredCertificates } from "./certificate-state.ts";
import type { ServingPair } from "./webhook-server.ts";

/** What is served, and whom clients shall trust for it. */
export interface Certificates {
  readonly serving: ServingPair;
  /** PEM of all authorities: the `caBundle` of the webhooks. */
  readonly bundle: string;
  readonly servingUntil: Instant;
}

export interface Renewal {
  readonly dnsNames: readonly string[];
  readonly lifetimes: Lifetimes;
  readonly now: Instant;
  readonly random: Random;
  /** Asked for when something is to be made. */
  readonly maker: () => Promise<CertificateMaker>;
}

export interface Rotated {
  readonly stored: StoredCertificates;
  readonly certificates: Certificates;
  /** When the next thing is due. */
  readonly until: Instant;
  /** What was done: "new-authority (due)". Nothing: the stored ones are good. */
  readonly done: readonly string[];
}

/** All that is due now, in memory: a first start makes authority and certificate in one write. */
export async function rotate(before: StoredCertificates, renewal: Renewal): Promise<Rotated> {
  const { dnsNames, lifetimes, now } = renewal;
  const done: string[] = [];
  let stored = before;
  // More than one task of each kind in a row would be a certificate that we do not take for what we made.
  while (done.length <= 4) {
    const state = readState(stored, dnsNames);
    const task = nextTask(state, now, lifetimes);
    if (task.kind === "none") return { stored, certificates: certificatesOf(state), until: task.until, done };
    done.push(task.kind === "drop" ? "old-authority-dropped" : `${task.kind} (${task.why})`);
    if (task.kind === "drop")
      stored = { ...stored, authorities: bundleOf(state.authorities.filter((each) => !task.authorities.includes(each))) };
    else if (task.kind === "new-authority") stored = await withAuthority(state, stored, renewal);
    else stored = { ...stored, serving: await newServing(state, renewal) };
  }
  throw new InvariantError(`certificates do not come to rest: ${done.join(", ")}`);
}

async function withAuthority({ authorities }: CertificateState, stored: StoredCertificates, renewal: Renewal): Promise<StoredCertificates> {
  const { now, lifetimes } = renewal;
  const made = await (await renewal.maker()).authority(wanted(renewal, now + lifetimes.authority));
  const kept = authorities.filter(({ until }) => until > now).map(({ pem }) => ({ pem }));
  return { ...stored, authorities: bundleOf([{ pem: made.certificate }, ...kept]), authorityKey: made.key };
}

async function newServing({ authorities, authorityKey }: CertificateState, renewal: Renewal) {
  const [signer] = authorities;
  if (signer === undefined || authorityKey === undefined)
    throw new InvariantError("a certificate is to be signed, and there is no authority");
  const by: AuthorityPair = { certificate: signer.pem, key: authorityKey };
  const until = Math.min(signer.until, renewal.now + renewal.lifetimes.serving);
  return await (await renewal.maker()).serving({ ...wanted(renewal, until), dnsNames: renewal.dnsNames }, by);
}

/** Positive, and never the same twice: 124 random bits after a first digit that keeps the sign. */
function wanted({ now, lifetimes, random }: Renewal, until: Instant): Wanted {
  return { serial: `4${random.uuid().replaceAll("-", "").slice(1)}`, from: now - lifetimes.backdate, until };
}

function bundleOf(authorities: readonly { readonly pem: string }[]): string {
  return authorities.map(({ pem }) => pem).join("");
}

function certificatesOf({ authorities, serving }: CertificateState): Certificates {
  if (serving === undefined) throw new InvariantError("nothing is due, and there is no certificate");
  return { serving: serving.pair, bundle: bundleOf(authorities), servingUntil: serving.until };
}
