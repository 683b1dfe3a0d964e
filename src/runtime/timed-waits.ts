import type { Clock, Millis, TimerOptions } from "./clock.ts";
import { DeadlineError, InvariantError } from "./errors.ts";

/** `sleep` and `deadline` of every clock: both are nothing but its timer and a signal. */
export function timedWaits(timer: Clock["timer"]): Pick<Clock, "sleep" | "deadline"> {
  return {
    sleep: (ms, signal, options) => sleepOn(timer, ms, signal, options),
    deadline: (ms, parent, options) => deadlineOn(timer, ms, parent, options),
  };
}

/**
 * When a timer set at `monotonic` for `after` ms is due; a length below zero is due at once.
 * `undefined` for Infinity: such a timer never runs and is never armed. NaN is a bug of the caller.
 */
export function dueAt(monotonic: Millis, after: Millis): Millis | undefined {
  if (Number.isNaN(after)) throw new InvariantError("a timer of NaN ms");
  return after === Number.POSITIVE_INFINITY ? undefined : monotonic + Math.max(0, after);
}

function sleepOn(timer: Clock["timer"], ms: Millis, signal: AbortSignal, options?: TimerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      handle[Symbol.dispose]();
      reject(signal.reason);
    };
    const handle = timer(
      ms,
      () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      },
      options,
    );
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

function deadlineOn(
  timer: Clock["timer"],
  ms: Millis,
  parent: AbortSignal,
  options?: TimerOptions,
): { readonly signal: AbortSignal } & Disposable {
  // Not AbortSignal.any: its children stay referenced by a long-lived parent, and a drain makes thousands of them.
  const controller = new AbortController();
  const end = (): void => {
    handle?.[Symbol.dispose]();
    parent.removeEventListener("abort", onParentAbort);
  };
  const onParentAbort = (): void => {
    end();
    controller.abort(parent.reason);
  };
  let handle: Disposable | undefined;
  if (parent.aborted) controller.abort(parent.reason);
  else {
    handle = timer(
      ms,
      () => {
        end();
        controller.abort(new DeadlineError(ms));
      },
      options,
    );
    parent.addEventListener("abort", onParentAbort, { once: true });
  }
  return { signal: controller.signal, [Symbol.dispose]: end };
}
