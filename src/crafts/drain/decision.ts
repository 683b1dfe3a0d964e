import type { BudgetView, PodView } from "../../cluster/view/cluster-view.ts";
import type { Consent } from "../../plan/consent.ts";
import { podRef } from "../../plan/refs.ts";
import type { Action, Args, Evidence } from "../../plan/step.ts";
import type { DecisionCode } from "./codes.ts";

/** What happens to one pod, and why. */
export interface Decision {
  readonly action: Action;
  readonly code: DecisionCode;
  readonly args: Args;
  readonly evidence: readonly Evidence[];
  readonly consents: readonly Consent[];
  readonly budgets: readonly BudgetView[];
  /** Where a rule says when it leaves. */
  readonly wave?: number;
  /** The cluster deletes it so many seconds after the node got the taint asked for. */
  readonly byTaint?: number;
}

/** Nothing is done to the pod, so nothing about it needs to be agreed to. */
export function leave(action: "stay" | "wait" | "ask", code: DecisionCode, evidence: readonly Evidence[], args: Args = {}): Decision {
  return { action, code, args, evidence, consents: [], budgets: [] };
}

export function seen(pod: PodView, field: string, value: string): Evidence {
  return { object: podRef(pod), field, value };
}
