import { objectHolders } from "../../cluster/view/held-record.ts";
import { isHeld, type WhyOptions, type WhyOutcome, type WhyTarget } from "../../maintenance/why/work.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "../../present/exit-code.ts";
import { withNext } from "../../present/failure-text.ts";
import { outcomeText } from "../../present/outcome-text.ts";
import { shellLine } from "../../present/shell-word.ts";
import { whyDocument } from "../../present/why/why-document.ts";
import { whyText } from "../../present/why/why-text.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import { readDrainOptions } from "../drain-flags.ts";
import type { FlagValues } from "../flag-values.ts";
import { nodeWords } from "../node-choice.ts";
import { type OutputFormat, readOutputFormat } from "../output-format.ts";
import { kubectlOf } from "../program-name.ts";
import { readRules } from "../rules/read-rules.ts";
import { withCluster } from "../session.ts";
import { connectionWords, drainLine } from "../paste-line.ts";
import { allowable, type Consent } from "../../plan/consent.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";

/** `why`: what a node or pod waits for, and who can end it; changes nothing. */
export async function runWhy({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const target = readTarget(positionals, values);
  const { request, allow, pageSize } = readDrainOptions({ names: [] }, values, await readRules(values, world));
  const format = readOutputFormat(command, values);
  const options: WhyOptions = { target, request, allow, pageSize };
  const voice = voiceOf(world);
  const { result, stopped } = await withCluster(world, values, { quiet: true, moves: false, voice, stdout: () => [] }, (s) =>
    world.engine.why(s, options),
  );
  return await print(result, format, stopped, values, world);
}

async function print(outcome: WhyOutcome, format: OutputFormat, stopped: boolean, values: FlagValues, world: World): Promise<ExitCode> {
  const console = plainConsole(world);
  const voice = voiceOf(world);
  if (outcome.kind === "no-such-pod") {
    const { namespace, name, near } = outcome;
    const next =
      near === undefined ? shellLine([kubectlOf(world.program), "-n", namespace, "get", "pods"]) : `did you mean ${namespace}/${near}?`;
    for (const line of withNext(`pods "${namespace}/${name}" not found`, next)) console.err(line);
    return exitCodes.usage;
  }
  if (outcome.kind !== "explained" && outcome.kind !== "unbound") {
    for (const line of outcomeText(outcome, { ...voice, verb: "preview", dryRun: true, again: () => "" })) console.err(line);
    return exitCodeOf(outcome, { partial: false, dryRun: true, stopped });
  }
  const names = outcome.kind === "explained" ? [outcome.node.node.name] : [];
  const typed = {
    kubectl: kubectlOf(world.program),
    again: (more: Iterable<Consent>): string => {
      const agreed = isByMaintenance(outcome) ? [...more].filter((consent) => allowable.includes(consent)) : [];
      // Who keeps the node out is to hear of it: a drain of one's own would begin beside him.
      if (agreed.length === 0) return drainLine(world.program, names, values, more);
      return [world.program, "approve", ...names, ...connectionWords(values), `--allow=${agreed.join(",")}`].join(" ");
    },
  };
  if (format === "json" || format === "yaml") console.out(await documentText(whyDocument(outcome, typed, voice), format));
  else {
    const cells = world.out.isTTY ? world.out.columns() : Number.POSITIVE_INFINITY;
    for (const line of whyText(outcome, { cells, ...typed }, voice)) console.out(line);
  }
  return outcome.kind === "explained" && isHeld(outcome) ? exitCodes.blocked : exitCodes.done;
}

function isByMaintenance(outcome: WhyOutcome): boolean {
  return outcome.kind === "explained" && objectHolders(outcome.node.node.held).some(({ kind }) => kind === "Maintenance");
}

const podWords = ["pod", "pods", "po"];

/** `NODE`, `node/NAME`, `pod/NAMESPACE/NAME`, `NAMESPACE/NAME`, and `pod/NAME` with `-n`. @throws UsageError for anything else */
function readTarget(positionals: readonly string[], values: FlagValues): WhyTarget {
  const [word, ...more] = positionals;
  const next = "write NODE, pod/NAMESPACE/NAME or NAMESPACE/NAME";
  if (word === undefined) throw new UsageError("which node or pod?", next);
  if (more.length > 0) throw new UsageError(`one at a time: ${more.join(" ")} is left over`, next);
  const parts = word.split("/");
  const [first = "", second, third] = parts;
  if (parts.some((part) => part === "") || parts.length > 3) throw new UsageError(`"${word}" names no node and no pod`, next);
  if (second === undefined) return { kind: "node", name: first };
  if (third !== undefined) {
    if (!podWords.includes(first)) throw new UsageError(`"${word}" names no node and no pod`, next);
    return { kind: "pod", namespace: second, name: third };
  }
  if (nodeWords.includes(first)) return { kind: "node", name: second };
  if (podWords.includes(first)) return { kind: "pod", namespace: values.text("namespace") ?? "default", name: second };
  return { kind: "pod", namespace: first, name: second };
}
