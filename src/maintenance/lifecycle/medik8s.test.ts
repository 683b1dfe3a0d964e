import { describe, expect, test } from "vitest";
import { nodeView, someTime } from "../../../test/support/cluster-view.ts";
import type { NodeMaintenanceStatus } from "../../api/node-maintenance.ts";
import { advance } from "./advance.ts";
import { nodeMaintenanceStatusOf } from "./medik8s-status.ts";
import { stateOfNodeMaintenance } from "./medik8s-stored.ts";
import { drainFacts, factsOf } from "./testing/facts.ts";
import { duties, emptied, storyOf, type Told, underWay } from "./testing/story.ts";

const medik8s = { face: "medik8s" } as const;
const held = "can't update or invalidate the lease because it is held by different owner: NodeHealthCheck-a";
const foreign = { lease: { kind: "foreign", holder: "NodeHealthCheck-a", until: undefined } } as const;
const events = ({ notices }: Told): readonly string[] => notices.map(({ reason, message, type }) => `${type} ${reason}: ${message}`);
const statusOf = (told: Told, before?: NodeMaintenanceStatus): NodeMaintenanceStatus | undefined =>
  nodeMaintenanceStatusOf(told.facts, told, before);

describe("a NodeMaintenance", () => {
  test("M1: its events have the operator's reasons and messages, each once", () => {
    const next = storyOf({ ...underWay, object: medik8s });
    expect(events(next())).toContain("Normal BeginMaintenance: Begin a node maintenance");
    expect(events(next(emptied))).toEqual(["Normal SucceedMaintenance: Node maintenance was succeeded"]);
    expect(events(next())).toEqual([]);
    next({ object: { deletedAt: someTime } });
    expect(events(next({ hold: { kind: "none" }, lease: { kind: "none" } }))).toEqual([
      "Normal UncordonNode: Uncordon a node",
      "Normal RemovedMaintenance: Removed a node maintenance",
    ]);
  });

  test("M2: pods are counted once, and what is pending as it is; zeros are left out", () => {
    const next = storyOf({ ...underWay, drain: { ...drainFacts(2), podsOnNode: 5 }, object: medik8s });
    const first = statusOf(next());
    expect(first).toMatchObject({
      phase: "Running",
      evictionPods: 2,
      totalpods: 5,
      pendingPods: ["p0", "p1"],
      pendingPodsRefs: [
        { namespace: "web", name: "p0" },
        { namespace: "web", name: "p1" },
      ],
      lastUpdate: "2026-01-01T00:10:01Z",
    });
    expect(first).not.toHaveProperty("drainProgress");
    expect(first).not.toHaveProperty("lastError");
    expect(first).not.toHaveProperty("errorOnLeaseCount");
    const half = statusOf(next({ drain: drainFacts(1) }), first);
    expect(half).toMatchObject({ drainProgress: 50, evictionPods: 2, totalpods: 5, pendingPods: ["p0"] });
    const more = statusOf(next({ drain: drainFacts(4) }), half);
    expect(more).not.toHaveProperty("drainProgress"); // the original would go below zero
    const done = statusOf(next(emptied), more);
    expect(done).toMatchObject({ phase: "Succeeded", drainProgress: 100, evictionPods: 2, totalpods: 5 });
    expect(done).not.toHaveProperty("pendingPods");
    expect(done).not.toHaveProperty("pendingPodsRefs");
  });

  test("M3: a node that is not registered fails it, with the API server's words; it goes on when the node is", () => {
    const next = storyOf({ node: "missing", object: medik8s });
    const failed = next();
    const status = statusOf(failed);
    expect(status).toMatchObject({ phase: "Failed", lastError: 'nodes "n" not found' });
    expect(status).not.toHaveProperty("evictionPods");
    expect(events(failed)).toEqual([
      "Normal BeginMaintenance: Begin a node maintenance",
      "Warning FailedMaintenance: Failed a node maintenance",
    ]);
    expect(statusOf(next({ node: nodeView() }), status)).toMatchObject({ phase: "Running" });
  });

  test("M4: a lease held by another from the start is no failure", () => {
    const next = storyOf({ ...foreign, drain: drainFacts(0, "unseen"), object: medik8s });
    const status = statusOf(next());
    expect(status).toMatchObject({
      phase: "Running",
      lastError: `failed to obtain a lease that is not owned by us : ${held} errorOnLeaseCount 0`,
    });
    expect(status).not.toHaveProperty("errorOnLeaseCount");
    next({ lease: { kind: "held" } });
    expect(statusOf(next(emptied), status)).not.toHaveProperty("lastError");
  });

  test("M5: a lease that was ours is counted while it is lost, fails after three, and the node stays out", () => {
    const next = storyOf({ ...underWay, object: medik8s });
    next();
    const lost = statusOf(next({ ...foreign }));
    const words = "failed to extend a lease that used to be owned by us, incrementing error on lease count";
    expect(lost).toMatchObject({ phase: "Running", errorOnLeaseCount: 1, lastError: `${words}: ${held}, errorOnLeaseCount: 1` });
    const failed = next({}, 15_000);
    expect(statusOf(failed, lost)).toMatchObject({
      phase: "Failed",
      errorOnLeaseCount: 4,
      lastError: "maintenance failed: lease could not be extended after 4 attempts",
    });
    expect(duties(failed)).toEqual(["keep-lease", "hold", "stop-evicting"]);
    const back = statusOf(next({ lease: { kind: "held" } }), lost);
    expect(back).toMatchObject({ phase: "Running" });
    expect(back).not.toHaveProperty("lastError");
    expect(back).not.toHaveProperty("errorOnLeaseCount");
  });

  test("M6: what keeps pods is said per pod, as kubectl says it, and goes when it ends", () => {
    const next = storyOf({ ...underWay, object: medik8s });
    next();
    const stuck = statusOf(next({ drain: drainFacts(2, "stuck") }));
    expect(stuck?.phase).toBe("Running");
    expect(stuck?.lastError).toMatch(/^\[error when evicting pods\/"p0" -n "web": .+, error when evicting pods\/"p1" -n "web": .+\]$/);
    expect(stuck?.blockers?.map(({ object }) => object)).toEqual(["Pod/web/p0", "Pod/web/p1"]);
    expect(statusOf(next({ drain: drainFacts(1) }), stuck)).not.toHaveProperty("lastError");
  });

  test("M7: a status that the original wrote is gone on from", () => {
    const written = (phase: string): NodeMaintenanceStatus => ({ phase, totalpods: 4, evictionPods: 2, drainProgress: 50 });
    expect(stateOfNodeMaintenance(undefined)).toBeUndefined();
    expect(stateOfNodeMaintenance({})).toBeUndefined();
    expect(stateOfNodeMaintenance(written("Running"))).toMatchObject({ phase: "Checking" });
    expect(stateOfNodeMaintenance(written("Succeeded"))).toMatchObject({ phase: "Drained" });
    expect(stateOfNodeMaintenance(written("Failed"))).toMatchObject({ phase: "Failed", from: "Checking" });
    const previous = stateOfNodeMaintenance(written("Succeeded"));
    const facts = factsOf({ lease: { kind: "none" }, object: medik8s, previous });
    const adopted = advance(facts);
    expect([adopted.state.phase, adopted.notices.map(({ reason }) => reason)]).toEqual(["Cordoned", []]);
  });

  test("M8: while somebody else's finalizer keeps it, our own is gone and the node stays in service", () => {
    const next = storyOf({ ...underWay, object: medik8s });
    next();
    next({ object: { deletedAt: someTime } });
    expect(duties(next({ hold: { kind: "none" }, lease: { kind: "none" } }))).toEqual(["drop-finalizer"]);
    const kept = next({ object: { isFinalizerOurs: false } });
    expect([duties(kept), events(kept)]).toEqual([[], []]);
    const status = statusOf(kept);
    const later = advance({ ...kept.facts, previous: stateOfNodeMaintenance(status) });
    expect([later.duties, later.notices]).toEqual([[], []]);
  });
});
