import { NoAnswerError } from "../client/errors.ts";
import type { Surroundings } from "../maintenance/work.ts";
import { exitCodes } from "../present/exit-code.ts";
import { plain, warn } from "../present/line.ts";
import { DrydockError } from "../runtime/errors.ts";
import { readConnectionFlags } from "./connection-flags.ts";
import type { FlagValues } from "./flag-values.ts";
import { openReporter, type ReporterOptions } from "./reporter.ts";
import type { World } from "./world.ts";

/** Why a command was stopped before its end. */
export class StoppedError extends DrydockError<"stopped"> {
  constructor() {
    super("stopped", "stopped by a signal before anything was changed");
  }
}

/**
 * Connects, runs the work with its display, and stops it in an orderly way at the first SIGINT or SIGTERM: nothing new is started and the
 * outcome says how things stand. The second one ends the process at once.
 */
export async function withCluster<T>(
  world: World,
  values: FlagValues,
  options: ReporterOptions,
  work: (s: Surroundings) => Promise<T>,
): Promise<{ readonly result: T; readonly stopped: boolean }> {
  const stop = new AbortController();
  using reporter = openReporter(world, options);
  using _ = world.onStopSignal((signal) => {
    if (stop.signal.aborted) {
      reporter[Symbol.dispose]();
      world.exitNow(exitCodes.interrupted);
      return;
    }
    if (options.onlyWatches === true) return stop.abort(new StoppedError());
    const again = signal === "SIGINT" ? "Press Ctrl-C again" : "Send the signal again";
    const meanwhile = options.moves ? `: nothing new is started; ${options.goesOn ?? "pods that were asked to go still go"}` : "";
    reporter.say([warn("stopping"), plain(`${meanwhile}. ${again} to leave at once.`)]);
    stop.abort(new StoppedError());
  });
  await using api = await world.connect(readConnectionFlags(values));
  // Requests that nobody waits for any more (the first of several that failed has ended the work) must not hold up the end, nor be tried again.
  using _leftovers = { [Symbol.dispose]: () => stop.abort(new NoAnswerError("no", "the command has ended")) };
  const { clock, random, host } = world;
  const result = await work({ api, clock, random, host, stop: stop.signal, observe: (event) => reporter.observe(event) });
  return { result, stopped: stop.signal.aborted };
}
