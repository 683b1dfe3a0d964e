import { describe, expect, test } from "vitest";
import { nodeView, someTime } from "../../../test/support/cluster-view.ts";
import { sentenceOf } from "./phrases.ts";
import { passed } from "./testing/facts.ts";
import { duties, emptied, reasons, storyOf, type Told, underWay } from "./testing/story.ts";

const minute = 60_000;
const says = ({ facts, state, because }: Told): string => sentenceOf(facts, state, because);

describe("the way back", () => {
  test("R1: deletion undoes what is ours at once, whatever the checks say, and says what they said", () => {
    const next = storyOf(underWay);
    next();
    const deleted = next({ object: { deletedAt: someTime }, node: nodeView({ ready: false }) });
    expect(deleted.state.phase).toBe("Cancelling");
    expect(duties(deleted)).toEqual(["stop-evicting", "run-return-checks", "release restore"]);
    expect(says(deleted)).toBe("deleted: puts node n back at once, without checks");
    expect(duties(next({ hold: { kind: "none" } }))).toEqual(["stop-evicting", "run-return-checks", "release-lease"]);
    const over = next({ lease: { kind: "none" } });
    expect(over.state).toMatchObject({ phase: "Finished", ended: "deleted" });
    expect(duties(over)).toEqual(["drop-finalizer"]);
    expect(over.notices.map(({ reason, type }) => `${type} ${reason}`)).toEqual(["Warning ReturnedUnchecked", "Normal Returned"]);
  });

  test("R1: deletion with a missing node, or before anything was touched, is over at once", () => {
    const out = storyOf(emptied);
    out();
    const gone = out({ object: { deletedAt: someTime }, node: "missing", lease: { kind: "none" } });
    expect([gone.state.phase, duties(gone)]).toEqual(["Finished", ["drop-finalizer"]]);
    const fresh = storyOf({ object: { deletedAt: someTime } })();
    expect([fresh.state.phase, duties(fresh)]).toEqual(["Finished", ["drop-finalizer"]]);
  });

  test("R1: a lease that cannot be released holds a deletion up for a minute only", () => {
    const next = storyOf(underWay);
    next();
    const waiting = next({ object: { deletedAt: someTime }, hold: { kind: "none" }, lease: { kind: "failed", message: "forbidden" } });
    expect(says(waiting)).toContain("its lease could not be released: forbidden");
    expect(waiting.wakeAt).toBe(someTime + minute);
    expect(next({}, minute).state.phase).toBe("Finished");
  });

  test("R2: cancelling stops evictions and undoes what was done, without checks, and says so", () => {
    const next = storyOf(underWay);
    next();
    const cancelled = next({ object: { cancelled: true } });
    expect(duties(cancelled)).toEqual(["stop-evicting", "release restore"]);
    const over = next({ hold: { kind: "none" }, lease: { kind: "none" } });
    expect(over.state).toMatchObject({ phase: "Finished", ended: "cancelled" });
    expect(says(over)).toBe("cancelled: what was done to node n is undone, without checks");
    expect([reasons(cancelled), reasons(over)]).toEqual([["Cancelling"], ["Cancelled"]]);
  });

  test("R3: deletion keeps the node out where that is wished, and by default while an unreleased hold is set", () => {
    const how = (object: NonNullable<Parameters<typeof storyOf>[0]>["object"]): string | undefined => {
      const next = storyOf(underWay);
      next();
      return duties(next({ object: { deletedAt: someTime, ...object } })).find((duty) => duty.startsWith("release "));
    };
    expect(how({})).toBe("release restore");
    expect(how({ holdUntilReleased: true })).toBe("release keep-out");
    expect(how({ holdUntilReleased: true, onDelete: "Restore" })).toBe("release restore");
    expect(how({ onDelete: "KeepOut" })).toBe("release keep-out");
    expect(how({ onDelete: "KeepOut", face: "medik8s" })).toBe("release restore");
  });

  test("R11: hooks before and after the return are waited for", () => {
    const hooks = { beforeDrain: [], afterDrain: [], beforeReturn: [["dns", ""]], afterReturn: [["monitoring", "sre"]] } as const;
    const next = storyOf(emptied);
    next();
    const before = next({ object: { desired: "In", hooks } });
    expect([before.because?.type, duties(before).includes("run-return-checks")]).toEqual(["hooks-open", false]);
    next({ checks: passed, object: { hooks: { ...hooks, beforeReturn: [] } } });
    const after = next({ hold: { kind: "none" }, lease: { kind: "none" } });
    expect(after.state.phase).toBe("Returning");
    expect(says(after)).toBe("waits before finishing node n for monitoring (sre): each removes its annotation when it is done");
    expect(next({ object: { hooks: { ...hooks, beforeReturn: [], afterReturn: [] } } }).state.phase).toBe("Finished");
  });

  test("R12: every check that does not pass is named; they may take so long, and then it goes on all the same when they pass", () => {
    const next = storyOf({ ...emptied, object: { checksTimeout: minute } });
    next();
    const failed = [
      { name: "Ready", message: "the node is not Ready" },
      { name: "DaemonSets", message: "kube-system/proxy is missing" },
    ];
    const waiting = next({ object: { desired: "In" }, checks: { failed, pending: ["Allocatable"] } });
    expect(says(waiting)).toBe("node n is not fit for service: Ready: the node is not Ready; DaemonSets: kube-system/proxy is missing");
    const late = next({}, minute);
    expect(late.state).toMatchObject({ phase: "Failed", from: "Returning" });
    expect(duties(late)).toEqual(["keep-lease", "hold", "stop-evicting", "run-return-checks"]);
    expect(duties(next({ checks: passed }))).toEqual(["stop-evicting", "release restore"]);
  });

  test("R12: a node that passed waits until a person releases it; one that passes no more waits for that", () => {
    const next = storyOf({ ...emptied, object: { holdUntilReleased: true } });
    next();
    const waiting = next({ object: { desired: "In" }, checks: passed });
    expect([waiting.state.phase, reasons(waiting)]).toEqual(["AwaitingRelease", ["Returning", "AwaitingRelease"]]);
    expect(says(waiting)).toBe("node n has passed its checks and waits to be released: drydock return n --release");
    const worse = next({ checks: { failed: [{ name: "Ready", message: "no" }], pending: [] } });
    expect(worse.state.phase).toBe("Returning");
    next({ checks: passed });
    const released = next({ object: { holdUntilReleased: false } });
    expect(duties(released)).toEqual(["stop-evicting", "release restore"]);
  });

  test("R12: once let go it is put back, whatever the checks say later", () => {
    const next = storyOf(emptied);
    next();
    next({ object: { desired: "In" }, checks: passed });
    const later = next({ checks: { failed: [{ name: "Ready", message: "no" }], pending: [] } });
    expect(duties(later)).toEqual(["stop-evicting", "release restore"]);
  });

  test("R18: what was never taken out is back at once, without checks", () => {
    const over = storyOf({ object: { desired: "In" } })();
    expect([over.state.phase, duties(over)]).toEqual(["Finished", ["drop-finalizer"]]);
    expect(says(over)).toBe("ended before node n was touched");
  });

  test("R20: a finished object is deleted when its time is over, not before", () => {
    const next = storyOf({ object: { desired: "In", ttlAfterFinished: minute, isFinalizerOurs: false } });
    const over = next();
    expect(duties(over)).toEqual([]);
    expect(over.wakeAt).toBe((over.state.finishedAt ?? 0) + minute);
    expect(duties(next({}, 2 * minute))).toEqual(["delete-object"]);
  });

  test("R21: a node that a late write holds for a finished object is put back, and the finalizer goes after that", () => {
    const next = storyOf({ object: { desired: "In", isFinalizerOurs: true } });
    expect(next().state.phase).toBe("Finished");
    const late = next({ hold: { kind: "held" } });
    expect([late.state.phase, duties(late)]).toEqual(["Finished", ["release restore"]]);
    expect(duties(next({ hold: { kind: "none" } }))).toEqual(["drop-finalizer"]);
  });

  test("R17: a cordon from before us is said to stay, and so are others who hold the node", () => {
    const next = storyOf({ ...emptied, hold: { kind: "held", foreignCordon: "kubectl" } });
    const out = next();
    expect(out.notices.map(({ message }) => message)).toContain(
      "node n is out of scheduling; it was cordoned before by kubectl, and that cordon stays in the end",
    );
    next({ object: { desired: "In" }, checks: passed });
    const over = next({ hold: { kind: "none" }, lease: { kind: "none" } });
    expect(says(over)).toBe(
      "node n has passed its checks and was put back; kept cordoned: it was cordoned before us (kubectl), and drydock uncordon n lifts that",
    );
    const shared = storyOf({ ...emptied, others: ["Maintenance/rack-7"] });
    shared();
    shared({ object: { cancelled: true } });
    expect(says(shared({ hold: { kind: "none" }, lease: { kind: "none" } }))).toContain("; still held by Maintenance/rack-7");
  });
});
