import type { Fix, Fixes } from "../plan/fix.ts";
import { statusOf } from "../kube/budget-status.ts";
import { type SpecChange, undoOf } from "../kube/budget-change.ts";
import type { Json } from "../kube/object.ts";
import { durationText, rangeText } from "./duration-text.ts";
import { count, nameOf, someOf } from "./names.ts";
import { shellLine } from "./shell-word.ts";

/** The lines above one patch: why, what it is worth, what it costs, how it is made and taken back. Plain text, without a comment's sign. */
export function fixLines(fix: Fix, kubectl: string): readonly string[] {
  const { budget, change } = fix;
  const to = (patch: SpecChange): string => patchLine(fix, patch, kubectl);
  return [why(fix), `  gain:  ${gain(fix)}`, `  price: ${price(fix)}`, `  make:  ${to(change)}`, `  undo:  ${to(undoOf(budget, change))}`];
}

/** What all of them come to. */
export function fixesSummary({ fixes, before, together, stuck }: Fixes): readonly string[] {
  if (fixes.length === 0) return ["No change of a budget would make this drain possible that is not, or noticeably faster."];
  const freed = stuck.before - stuck.after;
  return [
    `As things are: ${stuck.before === 0 ? rangeText(before) : `${count(stuck.before, "pod")} can never go`}.`,
    `With all of these: ${stuck.after === 0 ? "" : `${count(stuck.after, "pod")} can never go still, the rest in `}${rangeText(together)}${freed === 0 ? "" : `; ${count(freed, "pod")} more can go`}.`,
  ];
}

/** The object of a merge patch, with what tells whose it is. */
export function patchDocument({ budget, change }: Fix): Json {
  const { name, namespace = "" } = budget.metadata;
  return { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name, namespace }, spec: change as Json };
}

function why({ reason, budget, pods, other }: Fix): string {
  const { desiredHealthy, expectedPods } = statusOf(budget);
  const about = `budget ${nameOf(budget.metadata)}`;
  const who = someOf(pods.map(nameOf));
  switch (reason) {
    case "never-allows":
      return `${about}: needs ${desiredHealthy} of ${expectedPods} pods healthy, so it never allows one to go (${who})`;
    case "sets-the-pace":
      return `${about}: ${pods.length} pods here leave ${expectedPods - desiredHealthy} at a time`;
    case "not-ready-waits":
      return `${about}: pods that are not Ready wait until ${desiredHealthy} others are healthy (${who})`;
    case "two-budgets":
      return `${about}: covers pods that budget ${other ?? "?"} covers too, and the server evicts none that has two (${who})`;
  }
}

function gain({ reason, frees, own: { before, after }, after: whole }: Fix): string {
  const freed = frees > 0 ? `${count(frees, "pod")} more can go; ` : "";
  const saved = before.likely - after.likely;
  if (reason === "sets-the-pace" || (Number.isFinite(before.likely) && saved > 0 && frees === 0))
    return `its pods are gone ${durationText(saved)} sooner: in ${rangeText(after)} instead of ${rangeText(before)}`;
  return `${freed}the drain then takes ${rangeText(whole)}`;
}

function price({ reason, budget, changed, other }: Fix): string {
  const { expectedPods, desiredHealthy } = statusOf(budget);
  const away = expectedPods - statusOf(changed).desiredHealthy;
  switch (reason) {
    case "never-allows":
      return expectedPods === 1
        ? "the only pod of it is away until the next one is Ready"
        : `${away} of ${expectedPods} pods may be away at a time`;
    case "sets-the-pace":
      return `${away} of ${expectedPods} pods may be away at a time instead of ${expectedPods - desiredHealthy}`;
    case "not-ready-waits":
      return "a pod that is about to be Ready may be evicted as well; healthy ones stay protected as they are";
    case "two-budgets":
      return `these pods are under budget ${other ?? "?"} alone`;
  }
}

function patchLine({ budget }: Fix, change: SpecChange, kubectl: string): string {
  const { name, namespace = "" } = budget.metadata;
  return shellLine([
    kubectl,
    "patch",
    "poddisruptionbudget",
    name,
    "-n",
    namespace,
    "--type=merge",
    "-p",
    JSON.stringify({ spec: change }),
  ]);
}
