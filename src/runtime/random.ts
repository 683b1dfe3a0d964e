import { createHash, randomUUID, randomBytes } from "node:crypto";

/** All randomness comes through here, so that a seed replays a run. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A version 4 UUID. */
  uuid(): string;
  /** An independent stream, the same for the same name and seed. */
  fork(name: string): Random;
}

/** Randomness of the operating system. */
export const systemRandom: Random = {
  next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  uuid: () => randomUUID(),
  fork: () => systemRandom,
};

/** A replayable stream: mulberry32 (public domain), seeded by SHA-256 of the seed's text. */
export function seededRandom(seed: string): Random {
  let state = createHash("sha256").update(seed).digest().readUInt32LE(0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const hex = (digits: number): string => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join("");
  return {
    next,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${(8 + Math.floor(next() * 4)).toString(16)}${hex(3)}-${hex(12)}`,
    fork: (name) => seededRandom(`${seed}/${name}`),
  };
}

/** `base` ± `share` of it, evenly spread: what keeps a fleet of retries from marching in step. */
export function jittered(base: number, share: number, random: Random): number {
  return base * (1 - share + 2 * share * random.next());
}
