import { describe, expect, test } from "vitest";
import { nodeView, someTime } from "../../../test/support/cluster-view.ts";
import type { Condition, MaintenanceStatus } from "../../api/maintenance.ts";
import { maintenanceStatus } from "../../api/schema/maintenance.ts";
import { consentMissing, type Proof } from "../../plan/finding.ts";
import type { DrainFacts } from "./facts.ts";
import { maintenanceStatusOf } from "./status.ts";
import { drainFacts, passed, stepOf } from "./testing/facts.ts";
import { emptied, storyOf, type Told, underWay } from "./testing/story.ts";

function statusOf(told: Told, before?: MaintenanceStatus): MaintenanceStatus {
  const status = maintenanceStatusOf(told.facts, told, before);
  if (status === undefined) throw new Error("nothing to write");
  expect(maintenanceStatus.parse(status)).toEqual(status);
  return status;
}
function conditionOf(status: MaintenanceStatus, type: string): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}
const stands = (status: MaintenanceStatus): Readonly<Record<string, string>> =>
  Object.fromEntries((status.conditions ?? []).map(({ type, status: is, reason }) => [type, `${is} ${reason}`]));

/** The verdict of an empty node, with volumes that are still attached, or with a pod whose end nobody confirmed. */
function verdictWith({ volumes = [], proven = true }: { readonly volumes?: readonly string[]; readonly proven?: boolean }): DrainFacts {
  const drain = drainFacts(0, "settled");
  const { progress } = drain;
  if (progress?.verdict === undefined) throw new Error("no verdict");
  const verdict: Proof = { ...progress.verdict, proven, args: { volumes } };
  return { ...drain, progress: { ...progress, verdict } };
}

describe("the status of a Maintenance", () => {
  test("S1: the standard conditions follow it out and back", () => {
    const next = storyOf({ drain: drainFacts(0, "unseen") });
    expect(stands(statusOf(next()))).toEqual({
      OutOfService: "False NotYet",
      Empty: "False Checking",
      PowerOffSafe: "False NotEmpty",
      Blocked: "False NotBlocked",
      LeaseHeld: "False None",
      Returned: "False NotWanted",
    });
    expect(stands(statusOf(next(underWay)))).toMatchObject({ OutOfService: "True Held", Empty: "False Draining", LeaseHeld: "True Held" });
    expect(stands(statusOf(next(emptied)))).toMatchObject({ Empty: "True Drained", PowerOffSafe: "True Proven" });
    const back = next({ object: { desired: "In" }, checks: { failed: [{ name: "Ready", message: "no" }], pending: [] } });
    expect(stands(statusOf(back))).toMatchObject({
      Empty: "False Returning",
      PowerOffSafe: "False NotEmpty",
      Returned: "False ChecksFailed",
    });
    expect(stands(statusOf(next({ checks: passed })))).toMatchObject({ Returned: "False PuttingBack" });
    const over = statusOf(next({ hold: { kind: "none" }, lease: { kind: "none" } }));
    expect(stands(over)).toMatchObject({ OutOfService: "False Ended", Returned: "True ChecksPassed" });
    expect(over).toMatchObject({ phase: "Finished", message: "node n has passed its checks and was put back" });
  });

  test("S2: the time of a transition changes with its status only, and the generation with every answer", () => {
    const next = storyOf(underWay);
    const first = statusOf(next());
    const later = statusOf(next({ hold: { kind: "held", foreignCordon: "kubectl" }, object: { generation: 7 } }), first);
    expect(conditionOf(later, "OutOfService")).toEqual({
      type: "OutOfService",
      status: "True",
      reason: "CordonedBefore",
      message: "node n was cordoned before by kubectl; that cordon stays in the end",
      lastTransitionTime: conditionOf(first, "OutOfService")?.lastTransitionTime,
      observedGeneration: 7,
    });
    const undone = statusOf(next({ hold: { kind: "drifted", gone: ["cordon"] } }), later);
    expect(conditionOf(undone, "OutOfService")).toMatchObject({ status: "False", lastTransitionTime: "2026-01-01T00:10:03Z" });
  });

  test("S3: what says nothing new is not written", () => {
    const next = storyOf({ ...underWay, drain: { ...drainFacts(2), eta: someTime + 600_000 } });
    const first = statusOf(next());
    const same = next({ drain: { ...drainFacts(2), eta: someTime + 610_000 } });
    expect(maintenanceStatusOf(same.facts, same, first)).toBeUndefined();
    const moved = next({ drain: { ...drainFacts(2), eta: someTime + 900_000 } });
    expect(statusOf(moved, first).progress).toMatchObject({ eta: "2026-01-01T00:25:00Z", etaText: "00:25Z" });
  });

  test("S4: pods that went while nobody looked are counted, those that came as well, and never back", () => {
    const next = storyOf({ ...underWay, drain: drainFacts(4) });
    const first = statusOf(next());
    expect(first.progress).toEqual({ total: 4, done: 0, left: 4, blocked: 0, percent: 0, text: "0/4" });
    const restarted = statusOf(next({ drain: drainFacts(1) }), first);
    expect(restarted.progress).toMatchObject({ total: 4, done: 3, left: 1, percent: 75 });
    const came = statusOf(next({ drain: drainFacts(2) }), restarted);
    expect(came.progress).toMatchObject({ total: 5, done: 3, left: 2, percent: 60 });
    expect(statusOf(next({ drain: undefined }), came).progress).toEqual(came.progress);
  });

  test("S5: blockers name object, cause and next step, and keep their beginning over a restart", () => {
    const next = storyOf(underWay);
    const stuck = statusOf(next({ drain: { ...drainFacts(1, "stuck"), eta: someTime + 600_000 } }));
    // Nobody can say when a person acts.
    expect(stuck.progress).not.toHaveProperty("eta");
    expect(stuck.blockers).toEqual([
      expect.objectContaining({ code: "awaiting-somebody", object: "Pod/web/p0", endsBy: "person", since: "2026-01-01T00:10:00Z" }),
    ]);
    expect(stuck.progress).toMatchObject({ left: 1, blocked: 1 });
    expect(stands(stuck)).toMatchObject({ Blocked: "True WaitsForPerson" });
    const seen = drainFacts(1, "stuck");
    const later = seen.progress?.blockers.map((blocker) => ({ ...blocker, since: someTime + 60_000 })) ?? [];
    const again = next({ drain: { ...seen, ...(seen.progress && { progress: { ...seen.progress, blockers: later } }) } });
    expect(maintenanceStatusOf(again.facts, again, stuck)).toBeUndefined();
  });

  test("S6: safe to power off is said only of what is proven: no volume, no unconfirmed end, our hold, our lease", () => {
    const safe = (given: Parameters<typeof storyOf>[0]): string | undefined =>
      stands(statusOf(storyOf({ ...emptied, ...given })()))["PowerOffSafe"];
    expect(safe({})).toBe("True Proven");
    expect(safe({ drain: verdictWith({ volumes: ["pvc-1"] }) })).toBe("False VolumesAttached");
    expect(safe({ drain: verdictWith({ proven: false }) })).toBe("Unknown Unproven");
    const next = storyOf(emptied);
    const before = statusOf(next());
    expect(stands(statusOf(next({ lease: { kind: "foreign", holder: "x", until: undefined } }), before))).toMatchObject({
      PowerOffSafe: "False LeaseLost",
      LeaseHeld: "False Lost",
    });
    expect(stands(statusOf(next({ lease: { kind: "held" }, hold: { kind: "drifted", gone: [] } }), before))).toMatchObject({
      PowerOffSafe: "False NotHeld",
    });
  });

  test("S7: an unproven end leaves Empty unknown, and a missing node leaves OutOfService unknown", () => {
    const next = storyOf({ ...emptied, drain: verdictWith({ proven: false }) });
    const drained = statusOf(next());
    expect(stands(drained)).toMatchObject({ Empty: "Unknown Drained" });
    expect(stands(statusOf(next({ node: "missing", hold: { kind: "none" } }), drained))).toMatchObject({
      OutOfService: "Unknown NodeMissing",
    });
    expect(stands(statusOf(next({ node: nodeView({ uid: "uid-2" }) }), drained))).toMatchObject({ OutOfService: "False HoldAwaited" });
  });

  test("S8: steps of others are kept beside the lifecycle's own", () => {
    const others = [{ name: "dns", target: "Zone/example", inverse: "{}", state: "done" as const }];
    const status = statusOf(storyOf(underWay)(), { steps: others });
    expect(status.steps?.map(({ name }) => name)).toEqual(["phase", "way-out", "dns"]);
  });

  test("S5: what forbids to touch the node is a blocker of the node", () => {
    const refused = { kind: "refused", code: "record-unreadable", args: { node: "n" } } as const;
    const status = statusOf(storyOf({ lease: { kind: "held" }, drain: drainFacts(0, "unseen"), hold: refused })());
    expect(status).toMatchObject({ phase: "Blocked", from: "Checking" });
    expect(status.blockers).toEqual([
      {
        code: "record-unreadable",
        object: "Node/n",
        message: "the annotation drydock.dev/held of node n cannot be read",
        hint: "look at it, and remove it if nothing needs it: kubectl annotate node n drydock.dev/held-",
        since: "2026-01-01T00:10:01Z",
        endsBy: "person",
      },
    ]);
  });

  test("S10: a consent that is missing is named as data, and by the command that gives it to a Maintenance", () => {
    const step = { ...stepOf("bare"), consents: ["unmanaged" as const] };
    const refused = { ...drainFacts(0, "unseen"), refusals: [{ kind: "consent" as const, step, missing: ["unmanaged" as const] }] };
    const before = statusOf(storyOf({ lease: { kind: "held" }, drain: refused })());
    expect(before).toMatchObject({ phase: "Blocked", from: "Checking" });
    expect(before.message).toBe("web/bare: needs your consent: unmanaged; to agree: drydock approve n --allow=unmanaged");
    const named = { code: "consent-missing", object: "Pod/web/bare", consents: ["unmanaged"] };
    expect(before.blockers).toMatchObject([{ ...named, hint: "to agree: drydock approve n --allow=unmanaged" }]);
    const { progress, ...seen } = drainFacts(1, "stuck");
    const blockers = [consentMissing(step, ["unmanaged"], someTime)];
    const underWayNow = statusOf(storyOf({ ...underWay, drain: { ...seen, progress: progress && { ...progress, blockers } } })());
    expect(underWayNow.blockers).toMatchObject([named]);
  });
});
