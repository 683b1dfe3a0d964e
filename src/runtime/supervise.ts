/** Background work with an owner. Leaving its scope stops it and waits for its end. */
export interface Task extends AsyncDisposable {
  readonly name: string;
  /** Resolves when the work has ended, however it ended; never rejects. */
  readonly done: Promise<void>;
  /** Aborts the work's signal and waits for its end. */
  stop(reason?: unknown): Promise<void>;
}

/**
 * The one place that owns promises nobody awaits: no rejection of theirs is ever unhandled.
 *
 * @param work runs at once, until it ends or its signal aborts; a rejection by that abort is an end, not a failure
 * @param options.onFailure is told of every other rejection, once; what it throws itself is an uncaught exception
 * @param options.parent aborts the work with its own reason
 */
export function supervise(
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
  options: { readonly onFailure: (error: unknown, name: string) => void; readonly parent?: AbortSignal },
): Task {
  const { onFailure, parent } = options;
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted === true) follow();
  else parent?.addEventListener("abort", follow, { once: true });

  const run = async (): Promise<void> => {
    try {
      await work(controller.signal);
    } catch (error) {
      if (!isEndBy(controller.signal, error)) report(onFailure, error, name);
    } finally {
      parent?.removeEventListener("abort", follow);
    }
  };
  const done = run();
  const stop = (reason?: unknown): Promise<void> => {
    controller.abort(reason);
    return done;
  };
  return { name, done, stop, [Symbol.asyncDispose]: () => stop() };
}

/** An abort comes back as the reason itself, or as the cause of the error of whoever was called. */
function isEndBy(signal: AbortSignal, error: unknown): boolean {
  if (!signal.aborted) return false;
  for (let cause = error; ; cause = cause.cause) {
    if (cause === signal.reason) return true;
    if (!(cause instanceof Error)) return false;
    if (cause.name === "AbortError") return true;
  }
}

function report(onFailure: (error: unknown, name: string) => void, error: unknown, name: string): void {
  try {
    onFailure(error, name);
  } catch (fault) {
    // The last to hear of a failure has failed: nothing is left but to end the process loudly.
    queueMicrotask(() => {
      throw fault;
    });
  }
}
