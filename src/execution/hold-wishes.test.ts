import { describe, expect, test } from "vitest";
import { nodeView } from "../../test/support/cluster-view.ts";
import { driftOf } from "../cluster/view/drift.ts";
import type { HeldRecord } from "../cluster/view/held-record.ts";
import type { CommandHolder, ObjectHolder } from "../cluster/view/holder.ts";
import type { Taint } from "../kube/node.ts";
import { parseTime } from "../kube/time.ts";
import { InvariantError } from "../runtime/errors.ts";
import { objectWish, type Wish } from "../plan/wish.ts";
import { type HoldOptions, planHold } from "./hold.ts";
import { planLift } from "./lift.ts";
import { planLeave, planRelease } from "./release.ts";
import { type Face, Machine } from "./testing/machine.ts";

const since = "2026-01-01T09:00:00Z";
const rack: ObjectHolder = { kind: "Maintenance", name: "rack-7", uid: "m1", since };
const medik8s: ObjectHolder = { kind: "NodeMaintenance", name: "n", uid: "nm1", since: "2026-01-01T09:05:00Z" };
const jane: CommandHolder = { kind: "command", user: "jane", host: "laptop", since };
const mirror: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
const drain: Taint = { key: "medik8s.io/drain", effect: "NoSchedule" };
const team: Taint = { key: "team", value: "night", effect: "NoSchedule" };
const exclude = "remediation.medik8s.io/exclude-from-remediation";
const full = objectWish({ keepFromAutoscalers: true, medik8sTaints: true, excludeFromRemediation: true });
const plain = objectWish({ keepFromAutoscalers: false, medik8sTaints: false, excludeFromRemediation: false });
const wishing = (given: Partial<Wish>): Wish => ({ ...plain, ...given });

const machine = (given: Partial<Face> = {}): Machine =>
  new Machine("uid-n", { unschedulable: false, taints: [], labels: {}, annotations: {}, ...given });

function hold(on: Machine, holder: ObjectHolder | CommandHolder, o: HoldOptions = {}) {
  const plan = planHold(on.view(Object.keys(o.wish?.annotations ?? {})), holder, o);
  if (plan.kind === "patch") on.write(plan.patch);
  return plan;
}

function release(on: Machine, holder: ObjectHolder | CommandHolder) {
  const plan = planRelease(on.view(), holder);
  if (plan.patch !== undefined) on.write(plan.patch);
  return plan;
}

function recordOn(on: Machine): HeldRecord {
  const { held } = on.view();
  if (typeof held !== "object") throw new InvariantError("no record");
  return held;
}

describe("an object holds a node", () => {
  test("by cordon, taints, label and annotations in one write, which names each of them", () => {
    const on = machine({ taints: [team] });
    expect(hold(on, medik8s, { wish: full })).toMatchObject({ kind: "patch", already: false, foreign: false, unmet: [] });
    const { added, holders } = recordOn(on);
    expect(on.face).toMatchObject({
      unschedulable: true,
      labels: { [exclude]: "true" },
      annotations: { "cluster-autoscaler.kubernetes.io/scale-down-disabled": "true", "karpenter.sh/do-not-disrupt": "true" },
    });
    expect(added).toEqual([
      "spec.unschedulable=true",
      "node.kubernetes.io/unschedulable:NoSchedule",
      "medik8s.io/drain:NoSchedule",
      `label:${exclude}=true`,
      "annotation:cluster-autoscaler.kubernetes.io/scale-down-disabled=true",
      "annotation:karpenter.sh/do-not-disrupt=true",
    ]);
    expect(holders).toEqual([{ ...medik8s, taints: added.slice(1, 3), marks: added.slice(3) }]);
  });

  test("with its taints ahead of those that are there, in the order of the Node Maintenance Operator", () => {
    const on = machine({ taints: [team] });
    hold(on, medik8s, { wish: full });
    expect(on.face.taints).toEqual([mirror, drain, team]);
  });

  test("of a machine whose boot and size it writes down once, for the checks on the way back", () => {
    const seen = nodeView({ bootID: "b1", allocatable: { cpu: "8" } });
    const plan = planHold(seen, rack, { wish: plain });
    const text = JSON.stringify(plan.kind === "patch" ? plan.patch : plan);
    expect(text).toContain(String.raw`\"before\":{\"bootID\":\"b1\",\"allocatable\":{\"cpu\":\"8\"}}`);
  });

  test("and what others set there with the same value stays theirs", () => {
    const on = machine({ unschedulable: true, taints: [drain], labels: { [exclude]: "true" } });
    const before = on.face;
    expect(hold(on, medik8s, { wish: full })).toMatchObject({ foreign: true, unmet: [] });
    expect(recordOn(on)).toMatchObject({
      wasCordoned: true,
      added: [expect.stringContaining("autoscaler"), expect.stringContaining("karpenter")],
    });
    expect(release(on, medik8s)).toMatchObject({ kind: "kept", why: "foreign" });
    expect(on.face).toEqual(before);
  });

  test("where another value stands, ours takes its place only if asked, and it comes back", () => {
    const on = machine({ labels: { [exclude]: "false", zone: "a" } });
    const wish = wishing({ labels: { [exclude]: "true", zone: "b" }, replaces: [exclude] });
    expect(hold(on, rack, { wish })).toMatchObject({ unmet: [{ entry: "label:zone=b", why: "foreign", instead: "a" }] });
    expect(on.face.labels).toEqual({ [exclude]: "true", zone: "a" });
    expect(recordOn(on).before).toEqual({ labels: { [exclude]: "false" } });
    release(on, rack);
    expect(on.face.labels).toEqual({ [exclude]: "false", zone: "a" });
  });

  test("a wish that it has no more goes", () => {
    const on = machine();
    hold(on, medik8s, { wish: full });
    hold(on, medik8s, { wish: { ...full, annotations: {}, taints: [drain] } });
    expect(on.face.annotations).toEqual({});
    // The taint of the cordon stays while the node is cordoned: the node lifecycle controller would set it again.
    expect(on.face.taints).toEqual([mirror, drain]);
  });

  test("what a command of the same process asks for beside keeps it", () => {
    const on = machine();
    hold(on, medik8s, { wish: full });
    expect(hold(on, medik8s).kind).toBe("held");
  });
});

describe("several hold a node", () => {
  test("the oldest wins, and the other is told who that is", () => {
    const on = machine();
    hold(on, rack, { wish: wishing({ labels: { zone: "a" } }) });
    expect(hold(on, medik8s, { wish: wishing({ labels: { zone: "b" }, replaces: ["zone"] }) })).toMatchObject({
      unmet: [{ entry: "label:zone=b", why: "holder", instead: "a", by: "maintenance/rack-7" }],
    });
    expect(on.face.labels).toEqual({ zone: "a" });
    hold(on, rack, { wish: wishing({ labels: { zone: "c" } }) });
    expect(on.face.labels).toEqual({ zone: "c" });
    release(on, rack);
    expect(on.face.labels).toEqual({});
  });

  test("what only one wanted goes with it, the cordon with the last", () => {
    const on = machine();
    hold(on, jane);
    hold(on, medik8s, { wish: full });
    expect(release(on, medik8s)).toMatchObject({
      kind: "kept",
      why: "held",
      by: ["jane on laptop"],
      undone: expect.arrayContaining(["medik8s.io/drain:NoSchedule", `label:${exclude}=true`]) as string[],
    });
    expect(on.face).toMatchObject({ unschedulable: true, labels: {}, annotations: {} });
    expect(on.face.taints).not.toContainEqual(drain);
    expect(release(on, jane)).toMatchObject({ kind: "released" });
    expect(on.face).toEqual({ unschedulable: false, taints: [], labels: {}, annotations: {} });
  });

  test("one object is one holder by its uid: another of the same name is another", () => {
    const on = machine();
    hold(on, rack, { wish: plain });
    expect(hold(on, { ...rack, since: "later" }, { wish: plain }).kind).toBe("held");
    hold(on, { ...rack, uid: "m2" }, { wish: plain });
    expect(recordOn(on).holders).toHaveLength(2);
  });

  test("to leave twice is to leave once", () => {
    const on = machine();
    hold(on, rack, { wish: plain });
    release(on, rack);
    expect(release(on, rack)).toEqual({ kind: "released", undone: [] });
  });
});

describe("a cordon that stays", () => {
  test("because it was there before us: whose it is, and since when", () => {
    const on = machine({ unschedulable: true });
    hold(on, rack, { wish: plain });
    expect(release(on, rack)).toMatchObject({
      kind: "kept",
      why: "foreign",
      cordon: { manager: "kubectl-cordon", at: "2026-01-01T09:12:00Z", when: "before" },
    });
  });

  test("because it was set anew after ours was lifted", () => {
    const on = machine();
    hold(on, rack, { wish: plain });
    on.edit({ kind: "uncordon" });
    on.edit({ kind: "cordon" });
    expect(release(on, rack)).toMatchObject({ kind: "kept", cordon: { manager: "kubectl", when: "since" } });
    expect(on.face.unschedulable).toBe(true);
  });

  test("because one that left wanted it kept out, with a note of who that was", () => {
    const on = machine();
    hold(on, medik8s, { wish: full });
    const plan = planLeave(on.view(), medik8s, "2026-01-01T10:00:00Z");
    if (plan.patch !== undefined) on.write(plan.patch);
    expect(plan).toMatchObject({ kind: "kept", why: "left-out", by: ["nodemaintenance/n"] });
    expect(on.face).toMatchObject({ unschedulable: true, labels: {}, annotations: {} });
    expect(recordOn(on)).toMatchObject({
      added: expect.arrayContaining(["spec.unschedulable=true"]) as string[],
      holders: [],
      leftBy: { who: "nodemaintenance/n", since: medik8s.since, at: "2026-01-01T10:00:00Z" },
    });
  });

  test("until another comes, who takes it over and brings the node back", () => {
    const on = machine();
    hold(on, medik8s, { wish: full });
    on.write(planLeave(on.view(), medik8s, since).patch ?? { kind: "merge", body: {} });
    hold(on, jane);
    expect(recordOn(on).leftBy).toBeUndefined();
    expect(release(on, jane)).toMatchObject({ kind: "released" });
    expect(on.face.unschedulable).toBe(false);
  });

  test("of two that disagree the older decides", () => {
    const [older, younger] = [rack, { ...medik8s, since: "2026-01-01T09:30:00Z" }];
    const leaves = (first: ObjectHolder, last: ObjectHolder) => {
      const on = machine();
      hold(on, older, { wish: plain });
      hold(on, younger, { wish: plain });
      on.write(planLeave(on.view(), first, "2026-01-01T11:00:00Z").patch ?? { kind: "merge", body: {} });
      return release(on, last);
    };
    expect(leaves(older, younger)).toMatchObject({ kind: "kept", why: "left-out", by: ["maintenance/rack-7"] });
    expect(leaves(younger, older)).toMatchObject({ kind: "released" });
  });

  test("no longer than until a person's order, which names who left it", () => {
    const on = machine();
    hold(on, rack, { wish: plain });
    on.write(planLeave(on.view(), rack, since).patch ?? { kind: "merge", body: {} });
    expect(planLift(on.view(), jane)).toMatchObject({ overrides: [{ who: "maintenance/rack-7", record: "held" }] });
  });
});

describe("what is taken away from a held node", () => {
  const at = (minute: number): string => `2026-01-01T10:${String(minute).padStart(2, "0")}:00Z`;
  const drift = (on: Machine, minute: number) => driftOf(on.view(), on.view().held, medik8s, parseTime(at(minute)) ?? 0);

  test("is named, with who set another value; who took something away leaves no trace", () => {
    const on = machine();
    hold(on, medik8s, { wish: full });
    expect(drift(on, 0)).toEqual({ kind: "none" });
    on.edit({ kind: "uncordon" });
    on.edit({ kind: "label", key: exclude, value: "false" });
    expect(drift(on, 0)).toMatchObject({
      kind: "taken",
      taken: [
        { entry: "spec.unschedulable=true" },
        { entry: "node.kubernetes.io/unschedulable:NoSchedule" },
        { entry: `label:${exclude}=true`, instead: "false", by: { manager: "kubectl" } },
      ],
      times: [],
    });
  });

  test("may be the cordon of somebody else: then ours takes its place", () => {
    const on = machine({ unschedulable: true });
    hold(on, rack, { wish: plain });
    on.edit({ kind: "uncordon" });
    expect(driftOf(on.view(), on.view().held, rack, 0)).toMatchObject({ kind: "taken", taken: [{ entry: "spec.unschedulable=true" }] });
    expect(hold(on, rack, { wish: plain, reassertedAt: at(0) })).toMatchObject({ foreign: false, retaken: [{}] });
    expect(release(on, rack)).toMatchObject({ kind: "released" });
  });

  test("is put back in one write, and when that was within ten minutes stands in the record", () => {
    const on = machine();
    hold(on, medik8s, { wish: full });
    for (const minute of [0, 3, 6]) {
      on.edit({ kind: "uncordon" });
      expect(drift(on, minute)).toMatchObject({ kind: "taken" });
      expect(hold(on, medik8s, { wish: full, reassertedAt: at(minute) })).toMatchObject({
        retaken: [{ entry: "spec.unschedulable=true" }, {}],
      });
      expect(on.face.unschedulable).toBe(true);
    }
    on.edit({ kind: "uncordon" });
    expect(drift(on, 9)).toMatchObject({ kind: "taken", times: [at(0), at(3), at(6)] });
    expect(drift(on, 11)).toMatchObject({ times: [at(3), at(6)] });
  });

  test("is not what a new order sets again", () => {
    const on = machine();
    hold(on, medik8s, { wish: full, reassertedAt: at(0) });
    expect(hold(on, medik8s, { wish: full, reassertedAt: at(1) })).toMatchObject({ kind: "held" });
    expect(recordOn(on).holders[0]?.reasserted).toBeUndefined();
  });

  test("with the machine itself: the record is void, and the new machine is held anew", () => {
    const on = machine();
    hold(on, medik8s, { wish: full });
    on.replace("uid-new", true);
    expect(drift(on, 0)).toEqual({ kind: "replaced", nodeUID: "uid-n" });
    expect(hold(on, medik8s, { wish: full })).toMatchObject({ kind: "patch", voided: "another-machine" });
    expect(recordOn(on)).toMatchObject({ nodeUID: "uid-new", holders: [{ uid: "nm1" }] });
  });

  test("with the record: nobody is named any more", () => {
    const on = machine();
    expect(drift(on, 0)).toEqual({ kind: "unheld", why: "no-record" });
    hold(on, rack, { wish: plain });
    expect(drift(on, 0)).toEqual({ kind: "unheld", why: "not-named" });
    expect(driftOf(nodeView(), "unreadable", medik8s, 0)).toEqual({ kind: "unheld", why: "unreadable" });
  });
});

describe("an object that another operator kept before us", () => {
  const nmo = () => {
    const on = machine({ taints: [mirror, drain, team] });
    on.edit({ kind: "label", key: exclude, value: "true" });
    on.edit({ kind: "cordon" });
    return on;
  };

  test("brings its node back when it leaves, though the other had taken it out", () => {
    const on = nmo();
    expect(hold(on, medik8s, { wish: full, adopts: true })).toMatchObject({ foreign: false });
    expect(recordOn(on)).toMatchObject({ wasCordoned: false, adopted: "kubectl" });
    expect(hold(on, medik8s, { wish: full, adopts: true }).kind).toBe("held");
    expect(release(on, medik8s)).toMatchObject({ kind: "released" });
    expect(on.face).toMatchObject({ unschedulable: false, taints: [team], annotations: {} });
  });

  test("without that word leaves all that the other did", () => {
    const on = nmo();
    hold(on, medik8s, { wish: full });
    expect(release(on, medik8s)).toMatchObject({ kind: "kept", why: "foreign" });
    expect(on.face.taints).toContainEqual(drain);
  });
});

test("an object goes on holding a node that a person's order uncordons: the record stays, and the cordon is missed", () => {
  const on = machine();
  hold(on, rack, { wish: plain });
  const plan = planLift(on.view(), jane);
  if (plan.kind === "patch") on.write(plan.patch);
  expect(plan).toMatchObject({ kind: "patch", overrides: [{ who: "maintenance/rack-7" }] });
  expect(driftOf(on.view(), on.view().held, rack, 0)).toMatchObject({ kind: "taken", taken: [{ entry: "spec.unschedulable=true" }] });
});
