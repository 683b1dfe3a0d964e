import type { Instant, Millis } from "../../runtime/clock.ts";
import type { CertificateState, ReadAuthority, Validity } from "./certificate-state.ts";

/** How long certificates live. */
export interface Lifetimes {
  readonly authority: Millis;
  readonly serving: Millis;
  /** How long a new authority is in the bundle before it signs what is served: all API servers have heard of it by then. */
  readonly settle: Millis;
  /** Certificates are valid from so long before they are made: the clocks of the machines that read them differ. */
  readonly backdate: Millis;
}

const hour: Millis = 3_600_000;
const day: Millis = 24 * hour;

export const usualLifetimes: Lifetimes = { authority: 730 * day, serving: 90 * day, settle: hour, backdate: hour };

/** What is to be done next, one thing per write; "none" until the given time. */
export type RotationTask =
  | { readonly kind: "new-authority"; readonly why: "missing" | "expired" | "due" }
  | { readonly kind: "new-serving"; readonly why: "missing" | "expired" | "due" }
  /** Drop these from the bundle: nothing that they signed is valid any more. */
  | { readonly kind: "drop"; readonly authorities: readonly ReadAuthority[] }
  | { readonly kind: "none"; readonly until: Instant };

/**
 * An authority is renewed in the last quarter of its life, a serving certificate after two thirds of its. A new authority does not touch what is
 * served: the old one stays in the bundle, and signs nothing more, until its last serving certificate has expired.
 */
export function nextTask(state: CertificateState, now: Instant, lifetimes: Lifetimes): RotationTask {
  const { authorities, authorityKey, serving } = state;
  const [signer] = authorities;
  if (signer === undefined || authorityKey === undefined) return { kind: "new-authority", why: "missing" };
  if (signer.until <= now) return { kind: "new-authority", why: "expired" };
  if (serving === undefined) return { kind: "new-serving", why: "missing" };
  if (serving.until <= now) return { kind: "new-serving", why: "expired" };
  const authorityDue = at(signer, 3 / 4);
  if (authorityDue <= now) return { kind: "new-authority", why: "due" };
  const servingDue = Math.max(at(serving, 2 / 3), signer.from + lifetimes.backdate + lifetimes.settle);
  if (servingDue <= now) return { kind: "new-serving", why: "due" };
  // The last certificate of a predecessor was signed before its successor was made.
  const gone = (authority: ReadAuthority, n: number): Instant =>
    Math.min(authority.until, (authorities[n - 1]?.from ?? Number.POSITIVE_INFINITY) + lifetimes.backdate + lifetimes.serving);
  const old = authorities
    .map((authority, n) => ({ authority, n, gone: gone(authority, n) }))
    .filter(({ n }) => n > 0 && n !== serving.issuer);
  const dropped = old.filter((each) => each.gone <= now);
  if (dropped.length > 0) return { kind: "drop", authorities: dropped.map(({ authority }) => authority) };
  return { kind: "none", until: Math.min(authorityDue, servingDue, ...old.map((each) => each.gone)) };
}

function at({ from, until }: Validity, share: number): Instant {
  return from + (until - from) * share;
}
