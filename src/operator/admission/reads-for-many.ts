import type { AdmissionReads } from "./gather.ts";

/**
 * The same reads for many who ask in the same moment, as fifty objects do that are applied together. Whoever asks while a read is under way shares
 * the next one with all who ask by then: an answer is never older than its question, which is what these reads are for.
 *
 * @param signal ends what is being read; whoever asks may stop waiting by a signal of their own
 */
export function readsForMany(reads: AdmissionReads, signal: AbortSignal): AdmissionReads {
  const maintenances = shared(() => reads.maintenances(signal));
  const nodeMaintenances = shared(() => reads.nodeMaintenances(signal));
  const isOpenShift = shared(() => reads.isOpenShift(signal));
  const etcdPods = shared(() => reads.etcdPods(signal));
  const controlPlanes = new Map<string, ReturnType<typeof shared<Awaited<ReturnType<AdmissionReads["controlPlane"]>>>>>();
  return {
    ...reads,
    maintenances: (asker) => awaited(maintenances(), asker),
    nodeMaintenances: (asker) => awaited(nodeMaintenances(), asker),
    isOpenShift: (asker) => awaited(isOpenShift(), asker),
    etcdPods: (asker) => awaited(etcdPods(), asker),
    controlPlane: (names, asker) => {
      // Those of one cluster are the same few nodes again and again.
      const key = names.toSorted().join(" ");
      const read = controlPlanes.get(key) ?? shared(() => reads.controlPlane(names, signal));
      controlPlanes.set(key, read);
      return awaited(read(), asker);
    },
  };
}

/** One read at a time, and at most one that waits for its turn. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    next = undefined;
    const reading = read();
    const over = reading.then(
      () => {},
      () => {},
    );
    running = over;
    void over.then(() => {
      if (running === over) running = undefined;
    });
    return reading;
  };
  return () => (running === undefined && next === undefined ? begin() : (next ??= Promise.resolve(running).then(begin)));
}

/** The answer, unless the one who asked stops waiting before. */
async function awaited<T>(reading: Promise<T>, asker: AbortSignal): Promise<T> {
  // Whoever stops waiting leaves the failure, if it comes to one, to the others.
  reading.catch(() => {});
  asker.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(asker.reason as Error);
  asker.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([reading, promise]);
  } finally {
    asker.removeEventListener("abort", stop);
  }
}
