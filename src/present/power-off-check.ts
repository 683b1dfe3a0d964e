import type { Json } from "../kube/object.ts";
import { formatTime } from "../kube/time.ts";
import type { Condition, Holds } from "../maintenance/power-off/condition.ts";
import type { PowerOffCheck } from "../maintenance/power-off/check-power-off.ts";
import { bad, dim, good, type Line, plain, type Span, strong, warn } from "./line.ts";
import { kindAndName } from "./names.ts";
import { documentVersion, evidenceDocument, findingDocument } from "./preview-document.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { findingLines } from "./refusal-lines.ts";
import { speak, type Voice } from "./speak.ts";

const answers: Readonly<Record<PowerOffCheck["answer"], string>> = {
  yes: "it is safe to switch it off",
  no: "do not switch it off",
  unknown: "not known, so do not switch it off on this word alone",
};

const labels: Readonly<Record<Holds, (text: string) => Span>> = { yes: good, no: bad, unknown: warn, none: dim };

/** The answer first, then every condition with what shows it. */
export function powerOffText({ node, answer, conditions, notes }: PowerOffCheck, wide: boolean, voice: Voice): readonly Line[] {
  const tone = { yes: good, no: bad, unknown: warn }[answer];
  return [
    [strong(node.name), plain(": "), tone(answer), plain(`: ${answers[answer]}`)],
    ...conditions.flatMap((condition) => conditionLines(condition, wide, voice)),
    ...findingLines(notes, () => warn("  note     "), voice),
  ];
}

function conditionLines({ code, holds, args, evidence }: Condition, wide: boolean, voice: Voice): readonly Line[] {
  const { text, hint } = speak(code, args, voice);
  return [
    [labels[holds](`  ${(holds === "none" ? "-" : holds).padEnd(9)}`), plain(text)],
    ...(hint === "" ? [] : [[dim(`           → ${hint}`)]]),
    ...(wide ? evidence.map(({ object, field, value }): Line => [dim(`           ${kindAndName(object)}: ${field}=${value}`)]) : []),
  ];
}

export function powerOffDocument({ node, at, answer, conditions, notes }: PowerOffCheck, voice: Voice): Json {
  return {
    apiVersion: documentVersion,
    kind: "PowerOffCheck",
    node: node.name,
    uid: node.uid,
    time: formatTime(at),
    answer,
    conditions: conditions.map(({ code, holds, args, evidence }) => {
      const { text, hint } = speak(code, args, voice);
      return { code, holds, message: text, hint, evidence: evidence.map(evidenceDocument) };
    }),
    notes: notes.map((finding) => findingDocument(finding, voice)),
  };
}

export function exitCodeOfPowerOff({ answer }: PowerOffCheck): ExitCode {
  return answer === "yes" ? exitCodes.done : exitCodes.blocked;
}
