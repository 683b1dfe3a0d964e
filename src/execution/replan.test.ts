import { describe, expect, test } from "vitest";
import { type GivenView, budgetView, clusterView, nodeView, podView, someTime } from "../../test/support/cluster-view.ts";
import { planRequest } from "../../test/support/plan-request.ts";
import type { ClusterView } from "../cluster/view/cluster-view.ts";
import { drain } from "../crafts/drain/drain.ts";
import { composePlan } from "../plan/compose.ts";
import type { Craft } from "../plan/craft.ts";
import type { Step, StepId } from "../plan/step.ts";
import { replan } from "./replan.ts";
import { createStepState, type StepState } from "./step-state.ts";

const crafts = [drain as Craft];
const planOf = (view: ClusterView) => composePlan(crafts, view, planRequest());
const stepsOf = (view: ClusterView): ReadonlyMap<StepId, Step> =>
  new Map(planOf(view).nodes.flatMap(({ steps }) => steps.map((step) => [step.id, step] as const)));

function between(before: GivenView, after: GivenView, state: (id: StepId) => StepState | undefined = () => undefined) {
  const view = clusterView(after);
  return replan(stepsOf(clusterView(before)), planOf(view), view, state);
}

function words({ changes }: ReturnType<typeof replan>): readonly string[] {
  return changes.map((change) =>
    change.kind !== "replanned"
      ? `${change.kind} ${change.step.subject.name}`
      : `${change.from?.reason.code} to ${change.to?.reason.code} by ${change.cause.object.kind} ${change.cause.object.name}@${change.cause.resourceVersion}`,
  );
}

const pod = podView({ name: "a" });
const terminating = { ...pod, resourceVersion: "300", deletionTimestamp: someTime };

describe("what a newer view changes of the plan", () => {
  test("nothing, where only versions moved", () => {
    expect(words(between({ pods: [pod] }, { pods: [{ ...pod, resourceVersion: "999" }] }))).toEqual([]);
  });

  test("a pod that left is gone; a late one is new", () => {
    const late = podView({ name: "late", resourceVersion: "400" });
    expect(words(between({ pods: [pod] }, { pods: [late] }))).toEqual(["undefined to managed by Pod late@400", "gone a"]);
  });

  test("a budget that was made meanwhile is the named cause, with its own version", () => {
    const budgets = [budgetView({ name: "old" })];
    const second = budgetView({ name: "new", resourceVersion: "500" });
    expect(words(between({ pods: [pod], budgets }, { pods: [pod], budgets: [...budgets, second] }))).toEqual([
      "managed to two-budgets by PodDisruptionBudget new@500",
    ]);
  });

  test("a budget that was deleted is the named cause, not the pod that it freed", () => {
    const budgets = [budgetView({ name: "old" }), budgetView({ name: "new", resourceVersion: "500" })];
    const { changes } = between({ pods: [pod], budgets }, { pods: [pod], budgets: budgets.slice(0, 1) });
    expect(changes).toMatchObject([
      { from: { action: "ask" }, to: { action: "evict" }, cause: { object: { name: "new" }, how: "deleted" } },
    ]);
  });

  test("a pod that goes by our request is ours, though a second budget came while that was under way", () => {
    const budgets = [budgetView({ name: "old" }), budgetView({ name: "new", resourceVersion: "250" })];
    const accepted = (id: StepId): StepState => ({ ...createStepState(id, someTime), attempts: 1, acceptedAt: someTime });
    const { steps, changes } = between({ pods: [pod], budgets }, { pods: [terminating], budgets }, accepted);
    expect([...steps.values()].find((step) => step.stage === "evacuate")).toMatchObject({ action: "evict" });
    expect(changes).toMatchObject([{ kind: "replanned", from: { action: "ask" }, to: { action: "evict" } }]);
  });

  test("budgets that do not cover the pod are no cause", () => {
    const other = budgetView({
      name: "other",
      resourceVersion: "900",
      spec: { selector: { matchLabels: { app: "db" } }, minAvailable: 1 },
    });
    const changed = { ...pod, resourceVersion: "300", emptyDirs: ["tmp"] };
    expect(words(between({ pods: [pod], budgets: [other] }, { pods: [changed], budgets: [other] }))).toEqual([
      "managed to local-storage by Pod a@300",
    ]);
  });

  test("a pod that somebody else deletes is named", () => {
    expect(words(between({ pods: [pod] }, { pods: [terminating] }))).toEqual(["managed to already-terminating by Pod a@300"]);
  });

  test("a pod that our own request marked is no change, and its step goes on", () => {
    const asked = (id: StepId) => ({ ...createStepState(id, someTime), attempts: 1 });
    const { steps, changes } = between({ pods: [pod] }, { pods: [terminating] }, asked);
    expect(changes).toEqual([]);
    expect([...steps.values()].find((step) => step.stage === "evacuate")?.action).toBe("evict");
  });

  test("a pod that the plan no longer looks at is neither gone nor silent", () => {
    const view = clusterView({ pods: [{ ...pod, labels: {}, resourceVersion: "300" }] });
    const request = planRequest({ podSelector: "app=web" });
    const { changes } = replan(stepsOf(clusterView({ pods: [pod] })), composePlan(crafts, view, request), view, () => undefined);
    expect(changes).toMatchObject([{ kind: "replanned", to: undefined, cause: { resourceVersion: "300" } }]);
  });

  test("a node that was deleted takes its steps along", () => {
    const { steps } = between({ pods: [pod] }, { nodes: [], pods: [pod] });
    expect([...steps.keys()]).toEqual([]);
  });

  test("another machine of the same name has a cordon of its own", () => {
    const { steps } = between({}, { nodes: [nodeView({ uid: "another machine" })] });
    expect([...steps.keys()]).toEqual(["drain/cordon/another machine", "drain/detach/another machine", "drain/verify/another machine"]);
  });
});
