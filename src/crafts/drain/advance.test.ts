import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GivenView, budgetView, clusterView, nodeView, podView, someTime } from "../../../test/support/cluster-view.ts";
import { planRequest } from "../../../test/support/plan-request.ts";
import type { PodView } from "../../cluster/view/cluster-view.ts";
import type { Advance, StepMemory } from "../../plan/craft.ts";
import type { PlanRequest } from "../../plan/request.ts";
import { InvariantError } from "../../runtime/errors.ts";
import { advanceDrain } from "./advance.ts";
import type { DrainCode } from "./codes.ts";
import { planDrain } from "./plan.ts";

const fresh: StepMemory = { attempts: 0, acceptedLately: 0, since: someTime };

/** Plans with the pod as it is at first, and asks about its step in a later view. */
function advancePod(first: PodView, later: GivenView, memory = fresh, request: Partial<PlanRequest> = {}): Advance<DrainCode> {
  const step = planDrain(clusterView({ pods: [first], budgets: later.budgets ?? [] }), planRequest(request)).steps[1];
  if (step?.stage !== "evacuate") throw new InvariantError("no step for the pod");
  return advanceDrain(step, clusterView(later), memory, planRequest(request));
}

function codesOf(advance: Advance<DrainCode>): readonly string[] {
  return advance.kind === "wait" ? advance.blockers.map((blocker) => `${blocker.code} (${blocker.endsBy})`) : [advance.kind];
}

const running = podView({ name: "a" });
const marked = { deletionTimestamp: someTime + 30_000, deletionGraceSeconds: 30 };

describe("a pod that is to go", () => {
  test("is evicted with its uid, and the grace that was asked for", () => {
    const budgets = [budgetView({ name: "web" })];
    expect(advancePod(running, { pods: [running], budgets }, fresh, { grace: 5_000 })).toEqual({
      kind: "act",
      commands: [
        {
          kind: "evict",
          pod: { namespace: "web", name: "a", uid: "uid-a" },
          node: "n",
          grace: 5_000,
        },
      ],
    });
  });

  test("is not asked for again while its accepted eviction is on its way to the view, but is after 30 s", () => {
    const accepted = { ...fresh, attempts: 1, acceptedAt: someTime };
    expect(advancePod(running, { pods: [running], asOf: someTime + 29_999 }, accepted)).toEqual({
      kind: "wait",
      blockers: [],
      wakeAt: someTime + 30_000,
    });
    expect(advancePod(running, { pods: [running], asOf: someTime + 30_000 }, accepted).kind).toBe("act");
  });

  test("is waited for once it is marked, even where the answer to our request was lost", () => {
    const terminating = { ...running, ...marked };
    for (const memory of [
      { ...fresh, attempts: 1, acceptedAt: someTime },
      { ...fresh, attempts: 1 },
    ])
      expect(codesOf(advancePod(running, { pods: [terminating] }, memory))).toEqual(["terminating (cluster)"]);
  });

  test("that terminates already is asked for again only to shorten its grace, and once", () => {
    const terminating = { ...running, ...marked };
    const shorter = { grace: 5_000 };
    expect(advancePod(terminating, { pods: [terminating] }, fresh, shorter).kind).toBe("act");
    expect(advancePod(terminating, { pods: [terminating] }, { ...fresh, acceptedAt: someTime }, shorter).kind).toBe("wait");
    expect(advancePod(terminating, { pods: [terminating] }, fresh).kind).toBe("wait");
  });

  test("that is gone is done; gone means its uid, whatever bears its name now", () => {
    const namesake = podView({ name: "a", uid: "another life" });
    const last = { pod: { ...running, ...marked, containersEnded: true }, nodeReady: true, at: someTime };
    expect(advancePod(running, { pods: [namesake], gone: [last] })).toMatchObject({
      kind: "done",
      proof: { code: "pod-ended", proven: true },
    });
  });
});

describe("a disappearance", () => {
  const gone = (given: Partial<PodView>, nodeReady: boolean) => [{ pod: { ...running, ...given }, nodeReady, at: someTime }];
  test.each([
    { what: "of a pod whose containers had all ended on a Ready node", gone: gone({ containersEnded: true }, true), unseen: undefined },
    { what: "of a pod that still ran when last seen (a forced deletion)", gone: gone({}, true), unseen: "containers" },
    { what: "on a node that was not Ready", gone: gone({ containersEnded: true }, false), unseen: "kubelet" },
    { what: "that was not watched", gone: [], unseen: "departure" },
  ])("$what: unseen is $unseen", ({ gone: last, unseen }) => {
    const advance = advancePod(running, { gone: last });
    const proof =
      unseen === undefined
        ? { proven: true, code: "pod-ended", args: {} }
        : { proven: false, code: "pod-gone-unconfirmed", args: { unseen } };
    expect(advance).toMatchObject({ kind: "done", proof });
  });
});

describe("a pod that terminates", () => {
  const terminating = { ...running, ...marked };
  const lateBy = (ms: number, pod: PodView = terminating, given: GivenView = {}) =>
    advancePod(terminating, { pods: [pod], asOf: someTime + 30_000 + ms, ...given });

  test.each([
    { what: "within its time", advance: lateBy(-10_000), code: "terminating (cluster)" },
    { what: "30 s past its time", advance: lateBy(30_000), code: "terminating-too-long (cluster)" },
    {
      what: "on a node that is not Ready",
      advance: lateBy(-10_000, terminating, { nodes: [nodeView({ ready: false })] }),
      code: "kubelet-silent (cluster)",
    },
    {
      what: "held by a finalizer after its containers ended",
      advance: lateBy(-10_000, { ...terminating, finalizers: ["x/y"], containersEnded: true }),
      code: "finalizers (cluster)",
    },
    {
      what: "with a finalizer while its containers run",
      advance: lateBy(-10_000, { ...terminating, finalizers: ["x/y"] }),
      code: "terminating (cluster)",
    },
  ])("$what: $code", ({ advance, code }) => {
    expect(codesOf(advance)).toEqual([code]);
  });

  test("is looked at again when it becomes stuck, and then only the watch tells more", () => {
    expect(lateBy(-10_000)).toMatchObject({ wakeAt: someTime + 60_000 });
    expect(lateBy(29_999)).toMatchObject({ wakeAt: someTime + 60_000 });
    expect(lateBy(30_000)).not.toHaveProperty("wakeAt");
    expect(lateBy(3_600_000)).not.toHaveProperty("wakeAt");
  });

  test("has its lateness from the server's clock and the next look from ours", () => {
    expect(lateBy(-10_000, terminating, { offset: 8_000 })).toMatchObject({ wakeAt: someTime + 20_000 + 32_000 });
  });
});

describe("a pod that a person must decide about", () => {
  const never = budgetView({
    name: "never",
    spec: { selector: {}, maxUnavailable: 0 },
    status: { disruptionsAllowed: 0, desiredHealthy: 3 },
  });

  test("two budgets are a person's at once", () => {
    const budgets = [budgetView({ name: "one" }), budgetView({ name: "two" })];
    expect(codesOf(advancePod(running, { pods: [running], budgets }))).toEqual(["two-budgets (person)"]);
  });

  test("a budget that allows none by its own words is believed at once", () => {
    expect(codesOf(advancePod(running, { pods: [running], budgets: [never] }))).toEqual(["budget-never-allows (person)"]);
  });

  const counted = budgetView({
    name: "counted",
    spec: { selector: {}, minAvailable: 2 },
    status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 2 },
  });

  test("one that counts the pods there are is believed after 30 s, meanwhile said, and then looked at no more by the clock", () => {
    const at = (ms: number) => advancePod(running, { pods: [running], budgets: [counted], asOf: someTime + ms });
    expect(at(0)).toMatchObject({
      blockers: [{ code: "budget-in-doubt", endsBy: "cluster", args: { budget: "counted", needs: 2, of: 2, seconds: 30 } }],
      wakeAt: someTime + 30_000,
    });
    expect(codesOf(at(29_999))).toEqual(["budget-in-doubt (cluster)"]);
    expect(codesOf(at(30_000))).toEqual(["budget-never-allows (person)"]);
    expect(at(30_000)).not.toHaveProperty("wakeAt");
  });

  test("one that counts the pods there are is believed at once where the owner's scale says the same", () => {
    const scales = { "uid-ReplicaSet-web": 2 };
    expect(codesOf(advancePod(running, { pods: [running], budgets: [counted], scales }))).toEqual(["budget-never-allows (person)"]);
  });
});

describe("pods of other schedulers", () => {
  const foreign = podView({ name: "a", schedulerName: "volcano" });
  const taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

  test("wait for the unschedulable taint, 5 s after the cordon at most", () => {
    const at = (ms: number, given: GivenView = {}) =>
      advancePod(foreign, { pods: [foreign], cordonedSince: { n: someTime }, asOf: someTime + ms, ...given });
    expect(codesOf(at(4_999))).toEqual(["awaiting-unschedulable-taint (cluster)"]);
    expect(at(0)).toMatchObject({ wakeAt: someTime + 5_000 });
    expect(at(5_000).kind).toBe("act");
    expect(at(0, { nodes: [nodeView({ taints: [taint] })] }).kind).toBe("act");
  });

  test("pods of the default scheduler do not wait", () => {
    expect(advancePod(running, { pods: [running] }).kind).toBe("act");
  });
});

describe("the cordon", () => {
  const step = planDrain(clusterView(), planRequest()).steps[0];
  const cordon = (node: Parameters<typeof nodeView>[0], memory: Partial<StepMemory> = {}) => {
    if (step === undefined) throw new InvariantError("no cordon step");
    return advanceDrain(step, clusterView({ nodes: [nodeView(node)] }), { ...fresh, ...memory }, planRequest());
  };
  const accepted = { attempts: 1, acceptedLately: 1, acceptedAt: someTime, acceptedVersion: "60" };

  test("is asked for even of a node that is unschedulable already: the record must say who holds it", () => {
    expect(cordon({ unschedulable: true }).kind).toBe("act");
    expect(cordon({}).kind).toBe("act");
  });

  test("is done once the server has accepted it and the watch shows it", () => {
    expect(codesOf(cordon({}, accepted))).toEqual(["cordon-unconfirmed (cluster)"]);
    expect(cordon({ unschedulable: true, resourceVersion: "60" }, accepted)).toMatchObject({ kind: "done", proof: { proven: true } });
  });

  test("is set again when somebody lifts it, three times, and then it is a person's to decide", () => {
    const lifted = (acceptedLately: number) => codesOf(cordon({ resourceVersion: "61" }, { ...accepted, acceptedLately }));
    expect([1, 2, 3, 4].map((times) => lifted(times).join())).toEqual(["act", "act", "act", "cordon-lifted (person)"]);
  });
});

test("whatever is remembered or forgotten, a pod is never asked for that is gone, elsewhere or that the plan leaves alone", () => {
  const arbitraryMemory = fc.record(
    {
      attempts: fc.nat(9),
      acceptedLately: fc.nat(9),
      since: fc.integer({ min: someTime - 1e6, max: someTime }),
      acceptedAt: fc.integer({ min: someTime - 1e6, max: someTime }),
    },
    { requiredKeys: ["attempts", "acceptedLately", "since"] },
  );
  fc.assert(
    fc.property(arbitraryMemory, fc.boolean(), fc.boolean(), (memory, isMirror, isGone) => {
      const pod = podView({ name: "a", mirror: isMirror });
      const pods = isGone ? [{ ...pod, node: "elsewhere" }] : isMirror ? [pod] : [];
      const { acceptedAt, ...rest } = memory;
      const given = acceptedAt === undefined ? rest : { ...rest, acceptedAt };
      expect(advancePod(pod, { pods }, given).kind).toBe("done");
    }),
  );
});
