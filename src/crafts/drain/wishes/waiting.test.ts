import { describe, expect, test } from "vitest";
import { clusterView, type GivenView, owner, podView, someTime } from "../../../../test/support/cluster-view.ts";
import { planRequest } from "../../../../test/support/plan-request.ts";
import type { PodView } from "../../../cluster/view/cluster-view.ts";
import { marks, type PlanRequest } from "../../../plan/request.ts";
import { InvariantError } from "../../../runtime/errors.ts";
import { drain } from "../drain.ts";

/** What the step of the pod waits for, as it stands now. */
function waits(pod: PodView, request: Partial<PlanRequest>, later: GivenView = {}) {
  const asked = planRequest(request);
  const step = drain.plan(clusterView({ pods: [pod] }), asked).steps.find(({ stage }) => stage === "evacuate");
  if (step === undefined) throw new InvariantError("no step for the pod");
  return drain.advance(step, clusterView({ pods: [pod], ...later }), { attempts: 0, since: someTime, acceptedLately: 0 }, asked);
}

const rule: Partial<PlanRequest> = { rules: [{ action: "wait" }] };
const honor: Partial<PlanRequest> = { honor: marks };
const job = podView({ name: "a", runsToCompletion: true });
const notebook = podView({ name: "a", controller: owner("StatefulSet", "lab"), labels: { "notebook-name": "lab" } });
const forHours = podView({ name: "a", annotations: { "karpenter.sh/do-not-disrupt": "4h" }, startedAt: someTime });
const four = 4 * 3_600_000;

describe("a pod that is waited for", () => {
  test("ends by itself where its containers are not started again", () => {
    expect(waits(job, rule)).toMatchObject({
      kind: "wait",
      blockers: [{ code: "awaiting-completion", endsBy: "cluster", args: { rule: 1, reason: "rule-wait" } }],
    });
    expect(waits(job, rule)).not.toHaveProperty("wakeAt");
  });

  test("is a person's to end where nothing else would ever end it", () => {
    const pod = podView({ name: "a", labels: { "cluster.x-k8s.io/drain": "wait-completed" } });
    expect(waits(pod, honor)).toMatchObject({
      blockers: [{ code: "awaiting-somebody", endsBy: "person", args: { reason: "drain-wait-completed" } }],
    });
  });

  test("is the session of whoever works in it", () => {
    const pod = podView({ name: "a", labels: { component: "singleuser-server", "hub.jupyter.org/username": "ann" } });
    expect(waits(pod, rule)).toMatchObject({ blockers: [{ code: "awaiting-session-end", endsBy: "cluster", args: { person: "ann" } }] });
    expect(waits(notebook, rule)).toMatchObject({ blockers: [{ code: "awaiting-session-end", args: { session: "lab" } }] });
  });

  test("has until its time has passed, by the server's clock", () => {
    expect(waits(forHours, honor)).toMatchObject({
      blockers: [{ code: "awaiting-its-time", endsBy: "cluster", args: { until: "2026-01-01T04:10:00Z" } }],
      wakeAt: someTime + four,
    });
    expect(waits(forHours, honor, { offset: 60_000 })).toMatchObject({ wakeAt: someTime + four - 60_000 });
  });

  test("of which the time has not begun tells by starting", () => {
    const { startedAt: _, ...pending } = forHours;
    const advance = waits(pending, honor);
    expect(advance).toMatchObject({ blockers: [{ code: "awaiting-its-time" }] });
    expect(advance).not.toHaveProperty("wakeAt");
  });

  test("is done when it has ended, and terminating once somebody has deleted it", () => {
    expect(waits(job, rule, { pods: [{ ...job, phase: "Succeeded" }] }).kind).toBe("done");
    const deleted = { ...job, deletionTimestamp: someTime + 30_000 };
    expect(waits(job, rule, { pods: [deleted] })).toMatchObject({ blockers: [{ code: "terminating" }] });
  });
});

test.each([
  { isAlone: true, endsBy: "person" },
  { isAlone: false, endsBy: "cluster" },
])("the pod of the operator that asks waits for $endsBy where isAlone is $isAlone", ({ isAlone, endsBy }) => {
  const pod = podView({ name: "a" });
  const { namespace, name } = pod;
  expect(waits(pod, { own: { namespace, name, isAlone } })).toMatchObject({
    kind: "wait",
    blockers: [{ code: "own-operator", endsBy, args: { alone: isAlone } }],
  });
});

describe("a pod about which a person is asked", () => {
  test.each([
    { what: "by a rule", pod: job, request: { rules: [{ action: "ask" as const }] }, code: "rule-ask" },
    {
      what: "because it is not safe to evict",
      pod: podView({ name: "a", annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" } }),
      request: honor,
      code: "not-safe-to-evict",
    },
  ])("$what waits for that person alone", ({ pod, request, code }) => {
    expect(waits(pod, request)).toMatchObject({ kind: "wait", blockers: [{ code, endsBy: "person" }] });
  });
});
