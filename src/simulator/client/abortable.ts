/** The outcome of `work`, or the reason of the first signal that aborts. The work itself goes on. */
export function abortable<T>(work: Promise<T>, signals: readonly AbortSignal[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (event: Event): void => {
      done();
      reject((event.target as AbortSignal).reason);
    };
    const done = (): void => {
      for (const signal of signals) signal.removeEventListener("abort", onAbort);
    };
    const aborted = signals.find((signal) => signal.aborted);
    // Also where it is over before it began, the work may fail, and that must not go unheard.
    work.then(
      (value) => {
        done();
        resolve(value);
      },
      (error: unknown) => {
        done();
        reject(error);
      },
    );
    if (aborted !== undefined) reject(aborted.reason);
    else for (const signal of signals) signal.addEventListener("abort", onAbort, { once: true });
  });
}
