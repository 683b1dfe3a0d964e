import type { Consent } from "../plan/consent.ts";
import { missingConsents } from "../plan/judge.ts";
import type { Plan } from "../plan/plan.ts";
import type { Step } from "../plan/step.ts";
import { consentWords } from "./consent-words.ts";
import { bad, type Line, plain } from "./line.ts";
import { kindAndName, nameOf, someOf } from "./names.ts";
import { speak, type Voice } from "./speak.ts";
import type { Json } from "../kube/object.ts";

/** A pod that a drain with `--allow=partial` would keep on its node. */
export interface LeftBehind {
  readonly step: Step;
  /** Those that it lacks; none where a person must act for it. */
  readonly missing: readonly Consent[];
}

/** What the drain would leave, where it was agreed to leave something; else nothing: then it would not begin. */
export function leftBehind({ nodes }: Plan, allowed: ReadonlySet<Consent>): readonly LeftBehind[] {
  if (!allowed.has("partial")) return [];
  return nodes
    .flatMap(({ steps }) => steps)
    .filter(({ subject }) => subject.kind === "Pod")
    .flatMap((step): readonly LeftBehind[] => {
      if (step.action === "ask") return [{ step, missing: [] }];
      if (step.action === "stay" || step.action === "wait") return [];
      const missing = missingConsents(step, allowed);
      return missing.length === 0 ? [] : [{ step, missing }];
    });
}

/** One line for each cause with whom it concerns. */
export function leftBehindLines(left: readonly LeftBehind[], voice: Voice): readonly Line[] {
  const byCause = Map.groupBy(left, (one) => causeText(one, voice));
  return [...byCause].map(
    ([text, members]): Line => [bad("  left     "), plain(`${someOf(members.map(({ step }) => nameOf(step.subject)))}: ${text}`)],
  );
}

export function leftBehindDocument(left: readonly LeftBehind[], voice: Voice): Json {
  return left.map((one) => ({
    object: kindAndName(one.step.subject),
    code: one.missing.length > 0 ? "consent-missing" : one.step.reason.code,
    message: causeText(one, voice),
  }));
}

function causeText({ step, missing }: LeftBehind, voice: Voice): string {
  if (missing.length > 0) return missing.map((consent) => consentWords[consent].refusal).join("; ");
  return speak(step.reason.code, step.reason.args, voice).text;
}
