import type { Surroundings } from "./work.ts";

export interface StoppedBefore {
  readonly kind: "stopped-before";
  readonly why: "interrupted";
}

/** For what only reads: a stop under way ends its calls, which is no failure of theirs. */
export async function unlessStopped<R>({ stop }: Pick<Surroundings, "stop">, read: () => Promise<R>): Promise<R | StoppedBefore> {
  try {
    return await read();
  } catch (error) {
    if (stop.aborted) return { kind: "stopped-before", why: "interrupted" };
    throw error;
  }
}
