import type { ClusterView, PodView } from "../../../cluster/view/cluster-view.ts";
import { isCountInDoubt } from "../../../cluster/view/count-in-doubt.ts";
import { workloadOf } from "../../../cluster/view/workload/workload-of.ts";
import { formatTime } from "../../../kube/time.ts";
import type { Advance, StepMemory } from "../../../plan/craft.ts";
import type { Blocker } from "../../../plan/finding.ts";
import type { Args, Step } from "../../../plan/step.ts";
import type { Millis } from "../../../runtime/clock.ts";
import { block } from "../blockers.ts";
import type { DrainBlockerCode, DrainCode } from "../codes.ts";
import { sessionArgs } from "../consents.ts";
import { marksOn } from "./marks.ts";

/** A budget that can never allow one, by a count that may be at fault, is believed only after this long. */
const neverPatience: Millis = 30_000;

/** What may stand as the reason of an `ask`. All of it is a person's to end. */
const asks: ReadonlySet<string> = new Set<DrainBlockerCode>(["two-budgets", "budget-never-allows", "rule-ask", "not-safe-to-evict"]);

/** A pod that is not touched until it has ended, or its time has passed: what that waits for, and who ends it. */
export function whileRunning(step: Step<DrainCode>, pod: PodView, view: ClusterView, memory: StepMemory): Advance<DrainCode> {
  const { reason } = step;
  const wait = (code: DrainBlockerCode, args: Args = {}, endsBy: Blocker["endsBy"] = "cluster") => {
    const why = { reason: reason.code, rule: reason.args["rule"], ...args };
    return { kind: "wait" as const, blockers: [block(code, step, memory.since, why, endsBy)] };
  };
  if (reason.code === "own-operator") return wait("own-operator", reason.args, reason.args["alone"] === true ? "person" : "cluster");
  if (reason.code === "do-not-disrupt" && reason.args["value"] !== "true") {
    const until = marksOn(pod).find(({ wish }) => wish === "do-not-disrupt")?.until;
    // A pod that has not started yet tells by starting.
    if (until === undefined) return wait("awaiting-its-time");
    return { ...wait("awaiting-its-time", { until: formatTime(until) }), wakeAt: view.asOf + Math.max(1, until - view.serverNow) };
  }
  if (pod.runsToCompletion) return wait("awaiting-completion");
  const workload = workloadOf(pod);
  // Whoever works in it leaves it some time, or its product ends it when it idles.
  if (workload.nature === "session") return wait("awaiting-session-end", sessionArgs(workload));
  return wait("awaiting-somebody", {}, "person");
}

/** Something that no waiting ends, once it is certain. */
export function waitForPerson(step: Step<DrainCode>, pod: PodView, view: ClusterView, memory: StepMemory): Advance<DrainCode> {
  const { code, args } = step.reason;
  const certainAt = memory.since + neverPatience;
  const budget = view.budgets(pod.namespace).find(({ uid }) => uid === step.budgets[0]?.uid);
  if (code === "budget-never-allows" && budget !== undefined && view.asOf < certainAt && isCountInDoubt(budget, pod, view)) {
    const blocker = block("budget-in-doubt", step, memory.since, { ...args, seconds: neverPatience / 1000 }, "cluster");
    return { kind: "wait", blockers: [blocker], wakeAt: certainAt };
  }
  return { kind: "wait", blockers: [block(isAsk(code) ? code : "budget-never-allows", step, memory.since, args, "person")] };
}

function isAsk(code: DrainCode): code is DrainBlockerCode {
  return asks.has(code);
}
