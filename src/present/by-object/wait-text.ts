import type { Json } from "../../kube/object.ts";
import { holdOf } from "../../cluster/view/node-hold.ts";
import type { WaitEnd, WaitOutcome } from "../../maintenance/by-object/wait.ts";
import type { WaitGoal } from "../../maintenance/by-object/wait-goals.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "../exit-code.ts";
import { holdSentences } from "../hold-words.ts";
import { bad, dim, type Line, plain } from "../line.ts";
import { outcomeText } from "../outcome-text.ts";
import { documentVersion } from "../preview-document.ts";
import { speak, type Voice } from "../speak.ts";

/** What does not hold yet, as far as it was seen, in sentences. */
export function missingOf({ end, last }: WaitEnd, goal: WaitGoal, voice: Voice): readonly string[] {
  if (end === "met") return [];
  if (last === undefined) return ["nothing of it could be read yet"];
  if (last === "gone") return ["no Node of this name is registered any more"];
  if ("conditions" in last) {
    return last.conditions
      .filter(({ holds }) => holds === "no" || holds === "unknown")
      .map(({ code, args }) => speak(code, args, voice).text);
  }
  const hold = holdOf(last);
  return [...(last.ready ? [] : ["it is not Ready"]), ...(goal === "ready" || hold === undefined ? [] : holdSentences(hold))];
}

/** kubectl's own line, for stdout. */
export function metLine({ node, end }: WaitEnd): string | undefined {
  return end === "met" ? `node/${node} condition met` : undefined;
}

/** For which nodes it did not come true, what is missing, and the next step. */
export function waitText(outcome: WaitOutcome, goal: WaitGoal, voice: Voice): readonly Line[] {
  if (outcome.kind !== "waited") return outcomeText(outcome, { ...voice, verb: "check", dryRun: true, again: () => "" });
  const { program } = voice.speaker;
  return outcome.ends.flatMap((end): Line[] => {
    if (end.end === "met") return [];
    const why = end.end === "timed-out" ? "timed out" : "stopped";
    const next = goal === "empty" || goal === "power-off-safe" ? "why" : "status";
    return [
      [bad("error"), plain(`: ${why} waiting for node ${end.node} to be ${goal}`)],
      ...missingOf(end, goal, voice).map((text): Line => [plain(`  not yet: ${text}`)]),
      [dim(`  → ${program} ${next} ${end.node}`)],
    ];
  });
}

export function waitDocument(ends: readonly WaitEnd[], goal: WaitGoal, exitCode: number, voice: Voice): Json {
  return {
    apiVersion: documentVersion,
    kind: "WaitResult",
    exitCode,
    for: goal,
    nodes: ends.map((end) => ({ node: end.node, met: end.end === "met", end: end.end, missing: [...missingOf(end, goal, voice)] })),
  };
}

export function exitCodeOfWait(outcome: WaitOutcome): ExitCode {
  if (outcome.kind !== "waited") return exitCodeOf(outcome, { partial: false, dryRun: true, stopped: false });
  if (outcome.ends.some(({ end }) => end === "stopped")) return exitCodes.interrupted;
  return outcome.ends.every(({ end }) => end === "met") ? exitCodes.done : exitCodes.timedOut;
}
