import { describe, expect, test } from "vitest";
import { nodeView, someTime } from "../../../test/support/cluster-view.ts";
import { sentenceOf } from "./phrases.ts";
import { drainFacts } from "./testing/facts.ts";
import { duties, emptied, reasons, storyOf, type Told, underWay } from "./testing/story.ts";

const minute = 60_000;
const says = ({ facts, state, because }: Told): string => sentenceOf(facts, state, because);

describe("the way out", () => {
  test("R4: paused, nothing new is started and the node stays; resumed, it goes on where it was", () => {
    const next = storyOf(underWay);
    expect(next().state.phase).toBe("Draining");
    const paused = next({ object: { paused: true } });
    expect(paused.state).toMatchObject({ phase: "Paused", from: "Draining" });
    expect(duties(paused)).toEqual(["keep-lease", "hold", "stop-evicting"]);
    expect(says(paused)).toBe("paused at Draining: nothing new is started; to go on: drydock resume n");
    const resumed = next({ object: { paused: false } });
    expect(resumed.state).toMatchObject({ phase: "Draining" });
    expect(resumed.state.from).toBeUndefined();
    expect([reasons(paused), reasons(resumed)]).toEqual([["Paused"], ["Resumed"]]);
  });

  test("R5: blocked is said while all that is left waits for a person, and ends by itself", () => {
    const next = storyOf(underWay);
    next();
    const blocked = next({ drain: drainFacts(1, "stuck") });
    expect(blocked.state).toMatchObject({ phase: "Blocked", from: "Draining" });
    expect(duties(blocked)).toContain("evacuate verdict");
    expect(says(blocked)).toMatch(/^the last pod on node n cannot go on without a person: web\/p0: /);
    expect(reasons(blocked)).toEqual(["Blocked"]);
    expect(reasons(next({ drain: drainFacts(1, "stuck") }))).toEqual([]);
    const on = next({ drain: drainFacts(1) });
    expect([on.state.phase, reasons(on)]).toEqual(["Draining", ["Unblocked"]]);
  });

  test("R5: a retry is carried out once, also where it changes nothing else", () => {
    const next = storyOf(underWay);
    next();
    next({ drain: drainFacts(1, "stuck") });
    const tried = next({ object: { retryRequest: someTime } });
    expect(tried.state).toMatchObject({ phase: "Blocked", retried: someTime });
    expect(tried.duties.find(({ do: what }) => what === "evacuate")).toMatchObject({ retry: someTime });
    expect(reasons(tried)).toEqual([]);
  });

  test("R6: out of time it fails and stays out; a retry counts anew, and a longer time goes on", () => {
    const next = storyOf({ ...underWay, object: { timeout: minute } });
    const begun = next();
    expect(begun.wakeAt).toBe(begun.facts.now + minute);
    const failed = next({}, minute);
    expect(failed.state).toMatchObject({ phase: "Failed", from: "Draining" });
    expect(duties(failed)).toEqual(["keep-lease", "hold", "stop-evicting"]);
    expect(says(failed)).toContain("drydock retry n");
    const tried = next({ object: { retryRequest: someTime } });
    expect([tried.state.phase, reasons(tried)]).toEqual(["Draining", ["Recovered"]]);
    expect(next({}, minute).state.phase).toBe("Failed");
    expect(next({ object: { timeout: 10 * minute } }).state.phase).toBe("Draining");
  });

  test("R7: a lease that another holds is waited for before the node is touched", () => {
    const next = storyOf({
      lease: { kind: "foreign", holder: "NodeHealthCheck-a", until: someTime + minute },
      drain: drainFacts(0, "unseen"),
    });
    const waiting = next();
    expect(waiting.state.phase).toBe("Checking");
    expect(duties(waiting)).toEqual(["keep-lease", "evacuate nowhere"]);
    expect(says(waiting)).toBe(
      "NodeHealthCheck-a holds the lease of node n until 2026-01-01T00:11:00Z: node n is not touched before it is released",
    );
    expect(next({ lease: { kind: "held" } }).state.phase).toBe("Cordoned");
  });

  test("R7: a lease that is lost stops evictions at once; after three attempts it fails, the node stays out, and it goes on when it is back", () => {
    const next = storyOf(underWay);
    next();
    const lost = next({ lease: { kind: "foreign", holder: "x", until: undefined } });
    expect(lost.state.phase).toBe("Draining");
    expect(duties(lost)).toEqual(["keep-lease", "hold", "stop-evicting"]);
    expect(reasons(lost)).toEqual(["LeaseLost"]);
    expect(lost.wakeAt).toBe(lost.facts.now + 5_000);
    expect(next({}, 5_000).because).toMatchObject({ type: "lease-lost", attempts: 2 });
    expect(next({}, 5_000).because).toMatchObject({ type: "lease-lost", attempts: 3 });
    const failed = next({}, 5_000);
    expect(failed.state).toMatchObject({ phase: "Failed", from: "Draining" });
    expect(failed.because).toMatchObject({ type: "lease-given-up", attempts: 4 });
    expect(duties(failed)).toEqual(["keep-lease", "hold", "stop-evicting"]);
    expect(reasons(failed)).toEqual(["Failed"]);
    const back = next({ lease: { kind: "held" } });
    expect([back.state.phase, reasons(back)]).toEqual(["Draining", ["LeaseRegained", "Recovered"]]);
  });

  test("R8: a Maintenance waits for a node that is not registered, and takes it out when it comes", () => {
    const next = storyOf(emptied);
    expect(next().state.phase).toBe("Drained");
    const gone = next({ node: "missing", hold: { kind: "none" }, drain: undefined });
    expect([gone.state.phase, reasons(gone)]).toEqual(["Pending", ["NodeMissing"]]);
    expect(says(gone)).toBe("node n is not registered: it is taken out of service when it registers");
    const back = next({ node: nodeView({ uid: "uid-2" }), machine: { bootID: "boot-2", allocatable: { cpu: "2" } } });
    expect([back.state.phase, reasons(back)]).toEqual(["Checking", ["MachineReplaced"]]);
  });

  test("R9: a machine that replaces another is taken out anew, and compared with the first", () => {
    const next = storyOf(underWay);
    next();
    const replaced = next({
      node: nodeView({ uid: "uid-2" }),
      hold: { kind: "none" },
      machine: { bootID: "boot-2", allocatable: { cpu: "2" } },
    });
    expect(replaced.state.phase).toBe("Cordoned");
    expect(duties(replaced)).toContain("hold");
    const held = next({ hold: { kind: "held" } });
    expect(held.state.machine).toEqual({ uid: "uid-2", bootID: "boot-1", allocatable: { cpu: "4" } });
    expect(reasons(held)).toEqual([]);
  });

  test("R10: with powerOff Manual it says how, and is over when the machine falls silent or has booted", () => {
    const next = storyOf({ ...emptied, object: { powerOff: "Manual" } });
    const waiting = next();
    expect(waiting.state.phase).toBe("AwaitingPowerOff");
    expect(says(waiting)).toContain("drydock check power-off n");
    const off = next({ node: nodeView({ ready: false }) });
    expect([off.state.phase, reasons(off)]).toEqual(["AwaitingRelease", ["SwitchedOff"]]);
    const on = next({ node: nodeView(), machine: { bootID: "boot-2", allocatable: { cpu: "4" } } });
    expect([on.state.phase, on.because?.type]).toEqual(["AwaitingRelease", "back-on"]);
    expect(next({ object: { desired: "In" } }).state.phase).toBe("Returning");
  });

  test("R10: a machine that is off is not looked for when its Node is removed, and held anew when it is back", () => {
    const next = storyOf({ ...emptied, object: { powerOff: "Manual" } });
    next();
    const gone = next({ node: "missing", hold: { kind: "none" } });
    expect(gone.state).toMatchObject({ phase: "AwaitingRelease" });
    next({ node: nodeView({ uid: "uid-2" }), hold: { kind: "none" } });
    expect(next({ hold: { kind: "held" } }).state.phase).toBe("AwaitingRelease");
  });

  test("R11: an open hook before and after the drain is waited for by name", () => {
    const hooks = { beforeDrain: [["backup", "storage team"]], afterDrain: [], beforeReturn: [], afterReturn: [] } as const;
    const next = storyOf({ ...underWay, object: { hooks } });
    const waiting = next();
    expect(waiting.state.phase).toBe("Cordoned");
    expect(duties(waiting)).toContain("evacuate cordon");
    expect(says(waiting)).toBe("waits before emptying node n for backup (storage team): each removes its annotation when it is done");
    const free = { ...hooks, beforeDrain: [], afterDrain: [["firmware", ""]] } as const;
    expect(next({ object: { hooks: free } }).state.phase).toBe("Draining");
    const drained = next({ drain: drainFacts(0, "settled"), object: { powerOff: "Manual" } });
    expect([drained.state.phase, drained.because?.type]).toEqual(["Drained", "hooks-open"]);
    expect(next({ object: { hooks: { ...free, afterDrain: [] } } }).state.phase).toBe("AwaitingPowerOff");
  });

  test("R13: pods that arrive on an empty node are moved too, with the whole time for it", () => {
    const next = storyOf({ ...emptied, object: { timeout: minute } });
    expect(next().state.phase).toBe("Drained");
    const again = next({ drain: drainFacts(1) }, 10 * minute);
    expect(again.state.phase).toBe("Draining");
    const empty = next({ drain: drainFacts(0, "settled") });
    expect([empty.state.phase, reasons(empty)]).toEqual(["Drained", ["Drained"]]);
  });

  test("R14: a verdict on an older wish is none", () => {
    const next = storyOf(underWay);
    next();
    const edited = next({ drain: drainFacts(0, "settled", 1), object: { generation: 2 } });
    expect([edited.state.phase, edited.because?.type]).toEqual(["Draining", "look-awaited"]);
    expect(edited.duties.find(({ do: what }) => what === "evacuate")).toMatchObject({ generation: 2 });
    expect(next({ drain: drainFacts(0, "settled", 2) }).state.phase).toBe("Drained");
  });

  test("R15: a hold that others undo is set again three times within ten minutes, then a person is asked", () => {
    const next = storyOf(underWay);
    next();
    for (let n = 1; n <= 3; n += 1) {
      const undone = next({ hold: { kind: "drifted", gone: ["spec.unschedulable=true"], by: "kubectl-edit" } });
      expect(undone.state.phase).toBe("Draining");
      expect(duties(undone)).toEqual(["keep-lease", "hold", "stop-evicting"]);
      expect(reasons(undone)).toEqual(["HoldUndone"]);
      expect(reasons(next())).toEqual([]);
      next({ hold: { kind: "held" } });
    }
    const givenUp = next({ hold: { kind: "drifted", gone: ["spec.unschedulable=true"], by: "kubectl-edit" } });
    expect([givenUp.state.phase, reasons(givenUp)]).toEqual(["Blocked", ["Blocked"]]);
    expect(duties(givenUp)).toEqual(["keep-lease", "stop-evicting"]);
    expect(says(givenUp)).toContain("kubectl-edit undid spec.unschedulable=true of node n, 4 times within 10 minutes");
    expect(next({}, 20 * minute).state.phase).toBe("Blocked");
    const tried = next({ object: { retryRequest: someTime } });
    expect(duties(tried)).toContain("hold");
  });

  test("R15: undoings long ago do not count", () => {
    const next = storyOf(underWay);
    next();
    for (let n = 0; n < 6; n += 1) {
      const undone = next({ hold: { kind: "none" } }, 6 * minute);
      expect([n, undone.state.phase]).toEqual([n, "Draining"]);
      next({ hold: { kind: "held" } });
    }
  });

  test("R16: with CordonOnly the pods are left alone, and an edit empties it after all", () => {
    const next = storyOf({ ...underWay, object: { cordonOnly: true } });
    const cordoned = next();
    expect([cordoned.state.phase, cordoned.because?.type]).toEqual(["Cordoned", "cordon-only"]);
    expect(duties(cordoned)).toContain("evacuate cordon");
    expect(next({ object: { cordonOnly: false } }).state.phase).toBe("Draining");
    expect(next({ object: { cordonOnly: true } }).state.phase).toBe("Cordoned");
  });

  test("R19: what forbids to touch the node is named, and nothing is touched until it ends", () => {
    const finding = { code: "record-unreadable", severity: "fatal", objects: [], args: { node: "n" } } as const;
    const refusal = { kind: "finding", finding } as const;
    const looked = drainFacts(0, "unseen");
    const next = storyOf({ lease: { kind: "held" }, drain: { ...looked, refusals: [refusal] } });
    const refused = next();
    expect(refused.state).toMatchObject({ phase: "Blocked", from: "Checking" });
    expect(duties(refused)).toEqual(["keep-lease", "evacuate nowhere"]);
    expect(says(refused)).toMatch(
      /^the annotation drydock.dev\/held of node n cannot be read; .*kubectl annotate node n drydock.dev\/held-$/,
    );
    expect(next({ drain: looked }).state.phase).toBe("Cordoned");
  });

  test("R19: a spec that cannot be understood is said, and begins nothing", () => {
    const next = storyOf({ lease: { kind: "held" }, object: { invalid: "spec.drain.grace: 1500ms is no whole number of seconds" } });
    const refused = next();
    expect(refused.state).toMatchObject({ phase: "Blocked", from: "Checking" });
    expect(says(refused)).toBe(
      "the spec cannot be carried out: spec.drain.grace: 1500ms is no whole number of seconds; nothing is begun until it is mended",
    );
    const gone = storyOf({ lease: { kind: "held" }, drain: drainFacts(0, "unseen") });
    gone({ object: { invalid: "x" } });
    expect(gone({ object: { invalid: undefined } }).state.phase).toBe("Cordoned");
  });

  test("R5: a retry within a second of the stored one is the same", () => {
    const next = storyOf({ ...underWay, object: { retryRequest: someTime + 400 } });
    expect(next().state.retried).toBe(someTime);
    expect(next().state.retried).toBe(someTime);
  });
});
