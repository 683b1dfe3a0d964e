import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeView } from "../../test/support/cluster-view.ts";
import type { NodeView } from "../cluster/view/cluster-view.ts";
import { cordonEntry } from "../cluster/view/held-entry.ts";
import { heldAnnotation, type HeldRecord } from "../cluster/view/held-record.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { projectNode } from "../cluster/view/project.ts";
import type { Node } from "../kube/node.ts";
import type { Json } from "../kube/object.ts";
import { applyMergePatch, type Patch } from "../kube/patch.ts";
import { InvariantError } from "../runtime/errors.ts";
import { planHold } from "./hold.ts";
import { planDeadline, planProven } from "./hold-notes.ts";
import { planLift } from "./lift.ts";
import { planRelease } from "./release.ts";

const jane: Holder = { kind: "command", user: "jane", host: "laptop", since: "2026-01-01T00:00:00Z" };
const joe: Holder = { kind: "command", user: "joe", host: "bastion", since: "2026-01-01T00:05:00Z" };

const record = (given: Partial<HeldRecord> = {}): HeldRecord => ({
  nodeUID: "uid-n",
  wasCordoned: false,
  added: [cordonEntry],
  holders: [jane],
  undo: [],
  ...given,
});

const machine: Node = {
  metadata: { name: "n", uid: "uid-n", resourceVersion: "50", labels: { zone: "a" }, annotations: { note: "keep" } },
  spec: {},
};

/** What the API server makes of a merge patch: version and empty members aside. */
function patched(node: Node, plan: ReturnType<typeof planHold> | ReturnType<typeof planLift>): Node {
  if (plan.kind !== "patch") return node;
  if (plan.patch.kind !== "merge") throw new InvariantError("not a merge patch");
  const body: Json = plan.patch.body;
  return { ...(applyMergePatch(node as unknown as Json, body) as unknown as Node) };
}

function recordOf(plan: ReturnType<typeof planHold>): HeldRecord {
  const { held } = projectNode(patched(machine, plan));
  if (held === undefined || held === "unreadable") throw new InvariantError("no record");
  return held;
}

function recordIn(patch: Patch | undefined): HeldRecord {
  return recordOf({ kind: "patch", patch: patch ?? { kind: "merge", body: {} }, already: true, foreign: false, unmet: [], retaken: [] });
}

describe("taking a node out of scheduling", () => {
  test("is one write of cordon and record under the version and the uid that were read", () => {
    expect(planHold(nodeView(), jane)).toEqual({
      kind: "patch",
      already: false,
      foreign: false,
      unmet: [],
      retaken: [],
      patch: {
        kind: "merge",
        body: {
          metadata: { resourceVersion: "50", uid: "uid-n", annotations: { [heldAnnotation]: JSON.stringify(record()) } },
          spec: { unschedulable: true },
        },
      },
    });
  });

  test("a cordon that was there before is written down as foreign and is no change of ours", () => {
    const plan = planHold(nodeView({ unschedulable: true }), jane);
    expect(plan).toMatchObject({ kind: "patch", already: true, foreign: true });
    expect(recordOf(plan)).toMatchObject({ wasCordoned: true, added: [] });
  });

  test("one user is one holder, from whatever host and however often", () => {
    const held = nodeView({ unschedulable: true, held: record() });
    expect(planHold(held, { ...jane, host: "other", since: "2026-01-02T00:00:00Z" })).toEqual({ kind: "held", foreign: false, unmet: [] });
    expect(recordOf(planHold(held, joe)).holders).toEqual([jane, joe]);
  });

  test("a second holder of a foreign cordon leaves it foreign", () => {
    const held = nodeView({ unschedulable: true, held: record({ wasCordoned: true, added: [] }) });
    expect(planHold(held, joe)).toMatchObject({ kind: "patch", already: true, foreign: true });
  });

  test("the beginning of an eviction is added to the holder that cordoned first, once", () => {
    const evicting = { ...jane, since: "2026-01-01T01:00:00Z", evictingSince: "2026-01-01T01:00:00Z" };
    const plan = planHold(nodeView({ unschedulable: true, held: record() }), evicting);
    const [holder] = recordOf(plan).holders;
    expect(holder).toEqual({ ...jane, evictingSince: "2026-01-01T01:00:00Z" });
    const held = nodeView({ unschedulable: true, held: record({ holders: [{ ...jane, evictingSince: "2026-01-01T01:00:00Z" }] }) });
    expect(planHold(held, { ...evicting, evictingSince: "2026-01-01T02:00:00Z" }).kind).toBe("held");
  });

  test("a drain that begins again is not proven by the one before it", () => {
    const done = { ...jane, evictingSince: "2026-01-01T01:00:00Z", provenAt: "2026-01-01T01:10:00Z" };
    const held = nodeView({ unschedulable: true, held: record({ holders: [done] }) });
    const [holder] = recordOf(planHold(held, { ...jane, evictingSince: "2026-01-01T02:00:00Z" })).holders;
    expect(holder).toEqual({ ...jane, evictingSince: "2026-01-01T02:00:00Z" });
    expect(planHold(held, jane).kind).toBe("held");
  });

  test("a drain that holds its node on keeps what it has proven", () => {
    const done = { ...jane, evictingSince: "2026-01-01T01:00:00Z", provenAt: "2026-01-01T01:10:00Z" };
    const held = nodeView({ unschedulable: true, held: record({ holders: [done] }) });
    expect(planHold(held, { ...jane, evictingSince: "2026-01-01T01:00:00Z" }).kind).toBe("held");
  });

  test("what a drain has proven is noted with its holder only, and only in a record that still names it", () => {
    const evicting = { ...jane, evictingSince: "2026-01-01T01:00:00Z" };
    const held = nodeView({ unschedulable: true, held: record({ holders: [joe, evicting] }) });
    const patch = planProven(held, jane, "2026-01-01T01:10:00Z");
    expect(recordIn(patch).holders).toEqual([joe, { ...evicting, provenAt: "2026-01-01T01:10:00Z" }]);
    expect(planProven(nodeView({ unschedulable: true, held: record({ holders: [joe] }) }), jane, "x")).toBeUndefined();
    expect(planProven(nodeView({ unschedulable: true, held: "unreadable" }), jane, "x")).toBeUndefined();
  });

  test.each([
    { what: "of a replaced machine", node: nodeView({ unschedulable: true, held: record({ nodeUID: "before" }) }), foreign: true },
    { what: "whose cordon was lifted", node: nodeView({ held: record({ holders: [joe] }) }), foreign: false },
  ])("a record $what is void: begun anew, with nobody else in it", ({ node, foreign }) => {
    const plan = planHold(node, jane);
    expect(plan).toMatchObject({ kind: "patch", foreign });
    expect(recordOf(plan)).toEqual(record({ wasCordoned: foreign, added: foreign ? [] : [cordonEntry] }));
  });

  test("of ours that somebody uncordoned is set again although we are its holder", () => {
    expect(planHold(nodeView({ held: record() }), jane)).toMatchObject({ kind: "patch", already: false, foreign: false });
  });

  test("what cannot be read is left alone, and what is too large is refused before anything is touched", () => {
    expect(planHold(nodeView({ held: "unreadable" }), jane)).toEqual({ kind: "refused", code: "record-unreadable" });
    const undo = [{ step: "s", target: "ü".repeat(17_000), inverse: null, state: "done" as const }];
    const large = nodeView({ unschedulable: true, held: record({ undo }) });
    expect(planHold(large, joe)).toEqual({ kind: "refused", code: "record-too-large" });
  });
});

describe("putting a node back", () => {
  const overridesOf = (node: NodeView, by = jane) => {
    const plan = planLift(node, by);
    return plan.kind === "patch" ? plan.overrides : [];
  };

  test("nothing is written where there is nothing to lift", () => {
    expect(planLift(nodeView(), jane)).toEqual({ kind: "nothing" });
  });

  test("our own cordon overrides nobody; another holder's is named", () => {
    const held = nodeView({ unschedulable: true, held: record({ holders: [jane, joe] }), cordonedBy: { manager: "drydock" } });
    expect(overridesOf(held)).toEqual([{ who: "joe on bastion", since: joe.since, record: "held" }]);
    expect(overridesOf(nodeView({ unschedulable: true, held: record() }))).toEqual([]);
  });

  test.each([
    { what: "without a record", node: nodeView({ unschedulable: true, cordonedBy: { manager: "kubectl", at: "t" } }) },
    {
      what: "that was there before us",
      node: nodeView({ unschedulable: true, held: record({ wasCordoned: true, added: [] }), cordonedBy: { manager: "kubectl", at: "t" } }),
    },
    {
      what: "beside the record of a replaced machine",
      node: nodeView({
        unschedulable: true,
        held: record({ nodeUID: "before", holders: [joe] }),
        cordonedBy: { manager: "kubectl", at: "t" },
      }),
    },
  ])("a cordon $what is lifted by a person's order, which names who set it", ({ node }) => {
    expect(planLift(node, jane)).toMatchObject({ kind: "patch", already: false });
    expect(overridesOf(node)).toEqual([{ who: "kubectl", since: "t", record: "managedFields" }]);
  });

  test("who set a cordon that nobody wrote down is unknown, not us", () => {
    expect(overridesOf(nodeView({ unschedulable: true }))).toEqual([{ who: "unknown", record: "managedFields" }]);
  });

  test("what the record holds beside the cordon stays", () => {
    const taint = "drydock.dev/out=true";
    const node: Node = {
      metadata: { ...machine.metadata, annotations: { [heldAnnotation]: JSON.stringify(record({ added: [cordonEntry, taint] })) } },
      spec: { unschedulable: true },
    };
    const lifted = projectNode(patched(node, planLift(projectNode(node), jane)));
    expect(lifted.unschedulable).toBe(false);
    expect(lifted.held).toMatchObject({ added: [taint], holders: [jane] });
    expect(planLift(lifted, jane)).toEqual({ kind: "nothing" });
  });

  test("an annotation that is no record of ours is left as it is", () => {
    const node: Node = { metadata: { ...machine.metadata, annotations: { [heldAnnotation]: "{" } }, spec: { unschedulable: true } };
    const lifted = patched(node, planLift(projectNode(node), jane));
    expect(lifted.metadata.annotations).toEqual({ [heldAnnotation]: "{" });
    expect(lifted.spec?.unschedulable).toBeUndefined();
  });
});

test("hold by any number of users and then lift leaves the node exactly as it was", () => {
  const holders = fc.array(
    fc.record({ user: fc.constantFrom("jane", "joe", "ann"), host: fc.constantFrom("a", "b"), evicts: fc.boolean() }),
    { minLength: 1, maxLength: 6 },
  );
  const labels = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ maxLength: 5 }), { maxKeys: 3 });
  fc.assert(
    fc.property(holders, labels, labels, (users, own, notes) => {
      const before: Node = {
        metadata: { ...machine.metadata, labels: own, annotations: notes },
        spec: { taints: [{ key: "k", effect: "NoSchedule" }] },
      };
      let node = before;
      for (const { user, host, evicts } of users) {
        const holder: Holder = { ...jane, user, host, ...(evicts ? { evictingSince: jane.since } : {}) };
        node = patched(node, planHold(projectNode(node), holder));
        expect(node.spec?.unschedulable).toBe(true);
      }
      expect(patched(node, planLift(projectNode(node), joe))).toEqual(before);
    }),
  );
});

test("a foreign cordon is never entered as ours, however often it is held", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(jane, joe), { minLength: 1, maxLength: 5 }), (users) => {
      let node: Node = { ...machine, spec: { unschedulable: true } };
      for (const holder of users) node = patched(node, planHold(projectNode(node), holder));
      expect(projectNode(node).held).toMatchObject({ wasCordoned: true, added: [] });
    }),
  );
});

describe("a holder that leaves", () => {
  const cordoned = (given: Partial<HeldRecord> = {}) =>
    nodeView({ unschedulable: true, held: record(given), cordonedBy: { manager: "drydock" } });

  test("takes its own cordon with it, and leaves nothing of it behind", () => {
    expect(planRelease(cordoned(), jane)).toEqual({
      kind: "released",
      undone: [cordonEntry],
      patch: {
        kind: "merge",
        body: { metadata: { resourceVersion: "50", uid: "uid-n", annotations: { [heldAnnotation]: null } }, spec: { unschedulable: null } },
      },
    });
  });

  test("leaves the cordon to whoever holds the node too, and only its own name goes", () => {
    const plan = planRelease(cordoned({ holders: [jane, joe] }), jane);
    expect(plan).toMatchObject({ kind: "kept", why: "held", by: ["joe on bastion"] });
    expect(JSON.stringify(plan)).toContain("joe");
    expect(JSON.stringify(plan)).not.toContain("jane");
    expect(JSON.stringify(plan)).not.toContain('unschedulable\\":null');
  });

  test.each([
    { what: "cordon that was there before", node: cordoned({ wasCordoned: true, added: [] }) },
    { what: "cordon without a record", node: nodeView({ unschedulable: true, cordonedBy: { manager: "kubectl" } }) },
    { what: "cordon that somebody set anew after ours was lifted", node: { ...cordoned(), cordonedBy: { manager: "kubectl" } } },
  ])("lifts no $what", ({ node }) => {
    expect(planRelease(node, jane)).toMatchObject({ kind: "kept", why: "foreign" });
  });

  test("touches nothing where what stands in the annotation is no record", () => {
    const node = nodeView({ unschedulable: true, held: "unreadable" });
    expect(planRelease(node, jane)).toEqual({ kind: "kept", why: "unreadable", by: [], undone: [] });
  });
});

describe("a deadline in the record", () => {
  const deadline = { at: "2026-01-01T01:00:00Z", seconds: 600 };
  const held = (holder: Holder) =>
    nodeView({ unschedulable: true, held: record({ holders: [holder, joe] }), cordonedBy: { manager: "drydock" } });
  const written = (plan: ReturnType<typeof planDeadline>): string => (plan?.kind === "merge" ? JSON.stringify(plan.body) : "nothing");

  test("is its holder's own, and goes as it came", () => {
    expect(written(planDeadline(held(jane), jane, deadline))).toContain("2026-01-01T01:00:00Z");
    expect(written(planDeadline(held({ ...jane, deadline }), jane, undefined))).not.toContain("deadline");
    expect(written(planDeadline(held({ ...jane, deadline }), jane, deadline))).toBe("nothing");
    expect(planDeadline(nodeView(), jane, deadline)).toBeUndefined();
  });

  test("is over with a drain that is proven: the next one does not go on with it", () => {
    const proven = planProven(held({ ...jane, evictingSince: "2026-01-01T00:00:00Z", deadline }), jane, "2026-01-01T00:30:00Z");
    expect(written(proven)).toContain("provenAt");
    expect(written(proven)).not.toContain("deadline");
  });
});
