import { adoptionDocument } from "../../operator/adopt/adopt-document.ts";
import { adoptEndText, adoptionText, exitCodeOfAdopt } from "../../operator/adopt/adopt-text.ts";
import { stepsBack, stepsOver } from "../../operator/adopt/steps.ts";
import type { ExitCode } from "../../present/exit-code.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import { readDryRun } from "../drain-flags.ts";
import { refuseArguments } from "../extra-arguments.ts";
import { readOutputFormat } from "../output-format.ts";
import { connectionWords } from "../paste-line.ts";
import { kubectlOf } from "../program-name.ts";
import { withCluster } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";

/** `adopt nmo`: looks, and prints the steps. */
export async function runAdopt({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const [whom, ...extra] = positionals;
  if (whom === undefined) throw new UsageError("take over from whom?", `from the Node Maintenance Operator: ${world.program} adopt nmo`);
  if (whom !== "nmo") throw new UsageError(`cannot take over from "${whom}"`, "it takes over from nmo, the Node Maintenance Operator");
  refuseArguments(command, extra);
  const isBack = values.on("back");
  const isAgreed = values.on("yes");
  if (isBack && isAgreed) throw new UsageError("--back only shows the steps", "leave out --yes");
  const format = readOutputFormat(command, values);
  const scalesDown = isAgreed && readDryRun(values) === "none";
  const { result } = await withCluster(world, values, { quiet: true, moves: false, voice: voiceOf(world), stdout: () => [] }, (s) =>
    world.engine.adopt(s, { scalesDown }),
  );
  const connection = connectionWords(values);
  const words = {
    kubectl: [kubectlOf(world.program), ...connection].join(" "),
    drydock: (rest: string) => [world.program, rest, ...connection].join(" "),
  };
  const steps = (isBack ? stepsBack : stepsOver)(result.report, words);
  const console = plainConsole(world);
  if (format === "json" || format === "yaml") console.out(await documentText(adoptionDocument(result, steps), format));
  else for (const line of adoptionText(result.report, steps, isBack ? "back" : "over")) console.out(line);
  for (const line of adoptEndText(result)) console.err(line);
  return exitCodeOfAdopt(result);
}
