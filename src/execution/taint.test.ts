import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cordonEntry } from "../cluster/view/held-entry.ts";
import { heldAnnotation, type HeldRecord } from "../cluster/view/held-record.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { projectNode } from "../cluster/view/project.ts";
import { applyJsonPatch } from "../kube/json-patch.ts";
import type { Node, Taint } from "../kube/node.ts";
import type { Json } from "../kube/object.ts";
import { applyMergePatch } from "../kube/patch.ts";
import { InvariantError } from "../runtime/errors.ts";
import { planHold } from "./hold.ts";
import { planLift } from "./lift.ts";
import { planTaint, type TaintOrder, type TaintPlan } from "./taint.ts";

const jane: Holder = { kind: "command", user: "jane", host: "laptop", since: "2026-01-01T00:00:00Z" };
const joe: Holder = { kind: "command", user: "joe", host: "bastion", since: "2026-01-01T00:05:00Z" };
const drain: Taint = { key: "runai", value: "drain", effect: "NoExecute" };
const foreign: Taint = { key: "dedicated", value: "gpu", effect: "NoExecute", timeAdded: "2026-01-01T00:00:00Z" };

const machine: Node = {
  metadata: { name: "n", uid: "uid-n", resourceVersion: "50", annotations: { note: "keep" } },
  spec: { taints: [foreign] },
};

const adds = (...add: readonly Taint[]): TaintOrder => ({ changes: { add, remove: [] }, present: "keep", holder: jane });
const removes = (key: string, effect?: string): TaintOrder => ({
  changes: { add: [], remove: [{ key, ...(effect === undefined ? {} : { effect }) }] },
  present: "refuse",
  holder: jane,
});

/** What the API server makes of the write; undefined where a test in it fails. */
function after(node: Node, plan: TaintPlan | ReturnType<typeof planHold> | ReturnType<typeof planLift>): Node | undefined {
  if (plan.kind !== "patch") return node;
  const { patch } = plan;
  if (patch.kind === "merge") return applyMergePatch(node as unknown as Json, patch.body) as unknown as Node;
  if (patch.kind !== "json") throw new InvariantError("an unexpected kind of patch");
  const result = applyJsonPatch(node as unknown as Json, patch.operations);
  return result.ok ? (result.value as unknown as Node) : undefined;
}

function tainted(node: Node, order: TaintOrder): Node {
  const result = after(node, planTaint(node, order));
  if (result === undefined) throw new InvariantError("the write was refused");
  return result;
}

function recordOf(node: Node): HeldRecord {
  const { held } = projectNode(node);
  if (held === undefined || held === "unreadable") throw new InvariantError("no record");
  return held;
}

describe("a taint is set", () => {
  test("beside those that are there, in one write with the record of who set it", () => {
    const node = tainted(machine, adds(drain));
    expect(node.spec?.taints).toEqual([foreign, drain]);
    expect(recordOf(node)).toEqual({
      nodeUID: "uid-n",
      wasCordoned: false,
      added: ["runai=drain:NoExecute"],
      holders: [{ ...jane, taints: ["runai=drain:NoExecute"] }],
      undo: [],
    });
    expect(node.spec?.unschedulable).toBeUndefined();
  });

  test.each([
    { what: "a taint was added", meanwhile: { ...machine, spec: { taints: [foreign, { key: "k", effect: "NoSchedule" }] } } },
    { what: "all taints were removed", meanwhile: { ...machine, spec: {} } },
    {
      what: "the record was changed",
      meanwhile: { ...machine, metadata: { ...machine.metadata, annotations: { [heldAnnotation]: "{}" } } },
    },
    { what: "the machine was replaced", meanwhile: { ...machine, metadata: { ...machine.metadata, uid: "other" } } },
  ])("by no write that reaches the server after $what", ({ meanwhile }) => {
    expect(after(meanwhile, planTaint(machine, adds(drain)))).toBeUndefined();
  });

  test("although a heartbeat came between: that changes nothing of it", () => {
    const meanwhile = { ...machine, metadata: { ...machine.metadata, resourceVersion: "99" } };
    expect(after(meanwhile, planTaint(machine, adds(drain)))?.spec?.taints).toEqual([foreign, drain]);
  });

  test("that was there before is foreign: it is held, and never ours to remove", () => {
    const node = { ...machine, spec: { taints: [drain] } };
    expect(planTaint(node, adds(drain))).toMatchObject({ kind: "patch", already: true, foreign: true });
    const held = tainted(node, adds(drain));
    expect(recordOf(held)).toMatchObject({ added: [] });
  });

  test("again by the same user: nothing is written", () => {
    expect(planTaint(tainted(machine, adds(drain)), adds(drain))).toMatchObject({ kind: "held", foreign: false });
  });

  test("of another value stands in the way, unless it is to be overwritten", () => {
    const node = { ...machine, spec: { taints: [{ ...drain, value: "upgrade" }] } };
    expect(planTaint(node, adds(drain))).toEqual({ kind: "refused", code: "taint-present", names: ["runai"] });
    expect(tainted(node, { ...adds(drain), present: "overwrite" }).spec?.taints).toEqual([drain]);
  });

  test("of another effect is not written down: it takes no node out of service", () => {
    const node = tainted(machine, adds({ key: "k", effect: "NoSchedule" }));
    expect(node.metadata).toEqual(machine.metadata);
  });
});

describe("a taint is removed", () => {
  test("and nothing else is: node and record are as they were before it", () => {
    expect(tainted(tainted(machine, adds(drain)), removes("runai", "NoExecute"))).toEqual(machine);
  });

  test("of somebody else, by a person's order", () => {
    const node = tainted(machine, removes("dedicated"));
    expect(node).toEqual({ ...machine, spec: {} });
  });

  test("that is not there: refused, and named as kubectl names it", () => {
    expect(planTaint(machine, removes("runai", "NoExecute"))).toMatchObject({
      kind: "refused",
      code: "taint-absent",
      names: ["runai:NoExecute"],
    });
  });

  test("and the cordon of the same record stays, with whose it is", () => {
    const cordoned = after(machine, planHold(projectNode(machine), joe));
    const both = tainted(cordoned ?? machine, adds(drain));
    expect(recordOf(both).added).toEqual([cordonEntry, "runai=drain:NoExecute"]);
    const node = tainted(both, removes("runai"));
    expect(node.spec?.unschedulable).toBe(true);
    expect(recordOf(node)).toMatchObject({ added: [cordonEntry], holders: [joe, jane] });
  });
});

describe("a cordon of a node that we tainted", () => {
  const node = tainted(machine, adds(drain));

  test("is ours, and its end leaves the taint and its entry", () => {
    const cordoned = after(node, planHold(projectNode(node), joe)) ?? node;
    expect(recordOf(cordoned)).toMatchObject({ wasCordoned: false, added: [cordonEntry, "runai=drain:NoExecute"] });
    const lifted = after(cordoned, planLift(projectNode(cordoned), joe)) ?? node;
    expect(lifted.spec).toEqual({ taints: [foreign, drain] });
    expect(recordOf(lifted).added).toEqual(["runai=drain:NoExecute"]);
  });

  test("by somebody else before us is foreign", () => {
    const theirs: Node = { ...node, spec: { ...node.spec, unschedulable: true } };
    expect(planHold(projectNode(theirs), joe)).toMatchObject({ already: true, foreign: true });
  });
});

test("whatever is added and removed, foreign taints are never touched, and removing all that is ours leaves the node as it was", () => {
  const ours = fc.uniqueArray(
    fc.record({
      key: fc.constantFrom("a", "b", "c"),
      value: fc.constantFrom("x", "y"),
      effect: fc.constantFrom("NoExecute", "NoSchedule"),
    }),
    { selector: ({ key, effect }) => `${key}:${effect}` },
  );
  const theirs = fc.uniqueArray(
    fc.record({ key: fc.constantFrom("d", "e"), effect: fc.constantFrom("NoExecute", "NoSchedule", "PreferNoSchedule") }),
    { selector: ({ key, effect }) => `${key}:${effect}` },
  );
  fc.assert(
    fc.property(ours, theirs, fc.boolean(), (wanted, others, cordoned) => {
      const before: Node = {
        ...machine,
        spec: { ...(others.length === 0 ? {} : { taints: others }), ...(cordoned ? { unschedulable: true } : {}) },
      };
      let node = before;
      for (const taint of wanted) {
        node = tainted(node, adds(taint));
        expect(node.spec?.taints?.slice(0, others.length)).toEqual(others);
      }
      for (const { key, effect } of wanted.toReversed()) node = tainted(node, removes(key, effect));
      expect(node).toEqual(before);
    }),
  );
});
