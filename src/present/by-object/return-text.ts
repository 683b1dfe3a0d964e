import { changesAnything, type NodeReturn } from "../../maintenance/return-direct.ts";
import type { ReturnByRecordOutcome } from "../../maintenance/by-object/return-checked.ts";
import { error, hint } from "../end-lines.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "../exit-code.ts";
import { keptSentence } from "../hold-words.ts";
import { type Line, plain, warn } from "../line.ts";
import { outcomeText, type OutcomeWords } from "../outcome-text.ts";

/** One node that is back, for stdout; undefined where it is not. */
export function returnedLine({ plan, result }: NodeReturn, dryRun: "none" | "client" | "server"): string | undefined {
  const how = dryRun === "none" ? "" : dryRun === "server" ? " (server dry run)" : " (dry run)";
  if (result.kind !== "released" && result.kind !== "planned") return undefined;
  return `node/${plan.node} ${changesAnything(plan) ? "returned" : "already returned"}${how}`;
}

/** How a way back by the record ended, for stderr: what was and was not done, why, and the next step. */
export function returnText(outcome: ReturnByRecordOutcome, words: Omit<OutcomeWords, "verb">): readonly Line[] {
  const { program } = words.speaker;
  switch (outcome.kind) {
    case "unfit":
      return [
        ...outcome.nodes.flatMap(({ node, failed }) =>
          failed.map(({ name, message }) => error(`node ${node} is not fit for service: ${name}: ${message}`)),
        ),
        hint(`nothing was changed on any node; when that is mended, run it again`),
        hint(`to put them back all the same: ${program} return ${outcome.nodes.map(({ node }) => node).join(" ")} --direct`),
      ];
    case "held-by-objects":
      return outcome.nodes.flatMap(({ node, holder }) => [
        error(`node ${node} is held by ${holder}, and the operator would take it out again; nothing was changed`),
        hint(
          holder.startsWith("maintenance/")
            ? `the checked way: ${program} return ${node}; at once, without checks: ${program} cancel ${node}`
            : `end it: kubectl delete ${holder}`,
        ),
      ]);
    case "no-such-holder":
      return outcome.nodes.map(({ node, holders }) =>
        error(`node ${node} is not held by that name, but by ${holders.join(", ") || "nobody"}; nothing was changed`),
      );
    case "returned":
      return outcome.nodes.flatMap((one) => endLines(one, words));
    case "stopped-before":
      return outcome.why === "declined"
        ? [error("not agreed to; nothing was changed"), hint(`to agree without being asked: ${words.again([])} -y`)]
        : outcomeText(outcome, { ...words, verb: "uncordon" });
    default:
      return outcomeText(outcome, { ...words, verb: "uncordon" });
  }
}

function endLines({ plan: { node }, result }: NodeReturn, { speaker: { program } }: Omit<OutcomeWords, "verb">): readonly Line[] {
  if (result.kind === "kept")
    return [
      [warn("Warning"), plain(`: node ${node}: ${keptSentence(result)}`)],
      hint(`to lift it all the same: ${program} uncordon ${node}`),
    ];
  if (result.kind === "failed")
    return [error(`node ${node} was not returned: ${result.error.message}`), hint(`how it stands: ${program} status ${node}`)];
  return [];
}

export function exitCodeOfReturn(outcome: ReturnByRecordOutcome): ExitCode {
  switch (outcome.kind) {
    case "unfit":
    case "held-by-objects":
      return exitCodes.blocked;
    case "no-such-holder":
      return exitCodes.usage;
    case "returned": {
      const back = outcome.nodes.filter(({ result }) => result.kind === "released" || result.kind === "planned").length;
      if (back === outcome.nodes.length) return exitCodes.done;
      if (back > 0) return exitCodes.partly;
      const failures = outcome.nodes.flatMap(({ result }) => (result.kind === "failed" ? [result.error.code] : []));
      if (failures.length === 0) return exitCodes.blocked;
      return failures.every((code) => code === "forbidden") ? exitCodes.denied : exitCodes.unexpected;
    }
    default:
      return exitCodeOf(outcome, { partial: false, dryRun: false, stopped: false });
  }
}
