/**
 * Wakes one waiting loop: any number of `set` calls between two waits count as one, and none is lost. What makes a level-triggered loop
 * coalesce bursts of changes by itself.
 */
export interface Latch {
  set(): void;
  /** Resolves at once if it was set since the last wait, else at the next `set`. */
  wait(): Promise<void>;
}

export function createLatch(): Latch {
  let isSet = false;
  let release: (() => void) | undefined;
  return {
    set: () => {
      isSet = true;
      release?.();
      release = undefined;
    },
    wait: async () => {
      if (!isSet) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      isSet = false;
    },
  };
}
