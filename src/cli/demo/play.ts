import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { dim, type Line, plain, strong } from "../../present/line.ts";
import { plainConsole } from "../console.ts";
import type { World } from "../world.ts";
import { type Act, lastWords, type Scene } from "./script.ts";
import { type RunCommand, Stage } from "./stage.ts";

export interface Play {
  readonly acts: readonly Act[];
  /** The cluster's time against the viewer's. */
  readonly rate: number;
  readonly runCommand: RunCommand;
  /** Aborts where the viewer has seen enough. */
  readonly stop: AbortController;
}

/**
 * Plays act by act, each on a cluster of its own. Gives the exit code of the line that did not end as the script says, which ends the play; 0 else.
 *
 * @param world with the clock of the cluster
 * @throws the reason of `stop`
 */
export async function play(world: World, { acts, rate, runCommand, stop }: Play): Promise<ExitCode> {
  for (const { scenes } of acts) {
    await using stage = new Stage(world, runCommand, (error) => stop.abort(error));
    for (const scene of scenes) {
      const code = await playScene(scene, stage, world, stop.signal);
      stop.signal.throwIfAborted();
      if (code !== undefined) return code;
      if (scene.pause > 0) await world.clock.sleep(scene.pause * rate, stop.signal);
    }
  }
  say(lastWords, world);
  return exitCodes.done;
}

/** An exit code where the demo ends here. */
async function playScene(scene: Scene, stage: Stage, world: World, stop: AbortSignal): Promise<ExitCode | undefined> {
  const console = plainConsole(world);
  if (scene.kind === "say") {
    say(scene.text, world);
    return undefined;
  }
  const line = scene.line.replace("{p}", world.program);
  if (scene.kind === "operator") {
    console.out(typed(line));
    await stage.startOperator(stop);
    return undefined;
  }
  const { manifest, expect = exitCodes.done } = scene;
  console.out(typed(manifest === undefined ? line : `${line} <<END`));
  if (manifest !== undefined) for (const one of [...manifest.trimEnd().split("\n"), "END"]) console.fitted([strong(one)]);
  const code = await stage.run(line, { ...scene, stop });
  if (code === expect) return undefined;
  return code === exitCodes.interrupted ? code : exitCodes.unexpected;
}

function say(text: string, world: World): void {
  const console = plainConsole(world);
  console.out([]);
  console.out([dim(`# ${text}`)]);
}

function typed(line: string): Line {
  return [plain("$ "), strong(line)];
}
