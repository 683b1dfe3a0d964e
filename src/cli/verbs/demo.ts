import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { dim } from "../../present/line.ts";
import type { RunLine } from "../command-line.ts";
import { plainConsole } from "../console.ts";
import { type Act, acts, parts } from "../demo/script.ts";
import { StoppedError } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import type { World } from "../world.ts";

/** The cluster's time against the viewer's. */
const rate = 2;

type RunCommand = (argv: readonly string[], world: World) => Promise<ExitCode>;

/** `demo`: plays the script on an embedded cluster, through the same commands and the same operator that work on a real one; or opens a prompt before it. */
export async function runDemo({ positionals }: RunLine, world: World, runCommand: RunCommand): Promise<ExitCode> {
  const chosen = readChoice(positionals);
  const clock = world.paced({ epoch: world.clock.now(), rate });
  // Loaded here only: no other command needs a simulator.
  if (chosen === "shell") {
    const { openShell } = await world.clock.outside("modules of the demo", () => import("../demo/shell.ts"));
    using prompt = await world.prompt("$ ");
    return await openShell({ ...world, clock }, runCommand, prompt);
  }
  const { play } = await world.clock.outside("modules of the demo", () => import("../demo/play.ts"));
  const stop = new AbortController();
  using _ = world.onStopSignal(() => stop.abort(new StoppedError()));
  try {
    return await play({ ...world, clock }, { acts: chosen, rate, runCommand, stop });
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    const console = plainConsole(world);
    console.out([]);
    console.out([dim("# Stopped. The simulated cluster is gone, and nothing else was touched.")]);
    return exitCodes.interrupted;
  }
}

function readChoice(words: readonly string[]): readonly Act[] | "shell" {
  const [word, ...extra] = words;
  if (word === undefined) return acts;
  if (extra.length > 0) throw new UsageError(`extra arguments: ${extra.join(" ")}`);
  if (word === "shell") return word;
  const act = acts.find(({ name }) => name === word);
  if (act === undefined)
    throw new UsageError(`the demo has no "${word}"`, `choose ${parts.map(({ name }) => name).join(", ")}, or none for all that is played`);
  return [act];
}
