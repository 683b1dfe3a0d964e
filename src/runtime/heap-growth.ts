import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Per cent of what is in use. */
const growth = 25;

/**
 * For a process that runs for months: lets garbage take a quarter of what is in use before it is collected. Left alone V8 waits for up to four
 * times that, as much as a machine's memory seems to allow, and gives nothing of it back; what a container may use is counted against it all the time.
 */
export function collectEarly(): void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
}

/**
 * Has all garbage collected as soon as nothing else runs, and the memory given back. For the moment when something large was let go: who allocates
 * little after that would keep it for hours. It takes some 100 ms.
 */
export function giveBackMemory(): void {
  // Contexts made from here on have the function; this one is thrown away with it.
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: {
    readonly type: "major";
    readonly execution: "async";
    readonly flavor: "last-resort";
  }) => unknown;
  collect({ type: "major", execution: "async", flavor: "last-resort" });
}
