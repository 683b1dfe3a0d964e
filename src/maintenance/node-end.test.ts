import { describe, expect, test } from "vitest";
import { clusterView, nodeView, podView, someTime } from "../../test/support/cluster-view.ts";
import { planRequest } from "../../test/support/plan-request.ts";
import type { NodeView } from "../cluster/view/cluster-view.ts";
import { drain } from "../crafts/drain/drain.ts";
import type { NodeProgress } from "../execution/progress.ts";
import type { Blocker, Proof } from "../plan/finding.ts";
import { endOf, type NodeSituation } from "./node-end.ts";

const left = drain.plan(clusterView({ pods: [podView({ name: "a" })] }), planRequest()).steps.filter((step) => step.stage === "evacuate");
const proof = (proven: boolean): Proof => ({
  code: "x",
  subject: { kind: "Pod", name: "a" },
  args: {},
  at: someTime,
  evidence: [],
  proven,
});
const blocker = (code: string): Blocker => ({
  code,
  node: "n",
  object: { kind: "Pod", name: "a" },
  step: "drain/evacuate/uid-a",
  args: {},
  since: someTime,
  endsBy: "person",
});
const going: NodeProgress = {
  node: "n",
  isCordoned: true,
  left,
  gone: [],
  shown: [],
  forced: [],
  blockers: [],
  isStuck: false,
  isTouched: true,
};
const record = { nodeUID: "uid-n", wasCordoned: false, added: ["spec.unschedulable=true"], holders: [], undo: [] };

function end(given: Partial<NodeSituation> & { readonly nodes?: readonly NodeView[] }) {
  const view = clusterView({ nodes: given.nodes ?? [nodeView({ unschedulable: true })] });
  return endOf({ node: "n", uid: "uid-n", progress: going, request: { mode: "Evict" }, view, isTimedOut: false, isIdle: true, ...given });
}

const stateOf = (given: Parameters<typeof end>[0]) => end(given)?.outcome.state;

describe("a node's way out", () => {
  test("goes on while something is left to wait for", () => {
    expect(end({})).toBeUndefined();
    expect(end({ progress: undefined })).toBeUndefined();
  });

  test.each([
    { what: "all is proven", verdict: true, gone: [true, true], state: "drained" },
    { what: "one departure is not proven", verdict: true, gone: [true, false], state: "unproven" },
    { what: "the verdict is not proven", verdict: false, gone: [true], state: "unproven" },
    { what: "nothing had to go", verdict: true, gone: [], state: "drained" },
  ])("ends $state when $what", ({ verdict, gone, state }) => {
    const progress = { ...going, left: [], verdict: proof(verdict), gone: gone.map(proof) };
    expect(end({ progress })).toMatchObject({ outcome: { state, moved: gone.length }, proofs: { length: gone.length + 1 } });
  });

  test.each([
    { what: "deleted", nodes: [] },
    { what: "replaced by another machine of its name", nodes: [nodeView({ uid: "another machine", unschedulable: true })] },
  ])("ends unproven when it is $what, and what is said of its cordon is unknown", ({ nodes }) => {
    const expected = { outcome: { state: "unproven", cordoned: "unknown", error: { code: "node-deleted" }, left: [{ name: "a" }] } };
    expect(end({ nodes })).toMatchObject(expected);
    expect(end({ nodes, progress: { ...going, verdict: proof(true) } })).toMatchObject(expected);
  });

  test("ends blocked when all that is left waits for a person, but not while an answer is awaited", () => {
    const stuck = { ...going, isStuck: true, blockers: [blocker("two-budgets")] };
    expect(stateOf({ progress: stuck })).toBe("blocked");
    expect(stateOf({ progress: stuck, isIdle: false })).toBeUndefined();
  });

  test("has failed when it could not be taken out of scheduling, with the reason", () => {
    const progress = { ...going, isStuck: true, isCordoned: false, isTouched: false, blockers: [blocker("denied")] };
    expect(end({ progress, nodes: [nodeView()] })).toMatchObject({
      outcome: { state: "failed", cordoned: "no", error: { code: "denied" } },
    });
  });

  test("ends cordoned where no more was asked for", () => {
    expect(stateOf({ request: { mode: "CordonOnly" } })).toBe("cordoned");
    expect(stateOf({ request: { mode: "CordonOnly" }, progress: { ...going, isCordoned: false } })).toBeUndefined();
  });

  test("ends timed out, and what was reached in time counts", () => {
    expect(stateOf({ isTimedOut: true })).toBe("timed-out");
    expect(stateOf({ isTimedOut: true, progress: { ...going, left: [], verdict: proof(true) } })).toBe("drained");
  });

  test("interrupted is untouched only where the server took nothing", () => {
    const barely = { ...going, isCordoned: false };
    expect(stateOf({ isInterrupted: true })).toBe("interrupted");
    expect(stateOf({ isInterrupted: true, progress: barely })).toBe("interrupted");
    expect(stateOf({ isInterrupted: true, progress: { ...barely, isTouched: false } })).toBe("untouched");
    expect(stateOf({ isInterrupted: true, progress: undefined })).toBe("untouched");
  });
});

describe("whose cordon stands at the end", () => {
  const cordoned = (node: Partial<NodeView>) => end({ isTimedOut: true, nodes: [nodeView(node)] })?.outcome.cordoned;
  test.each([
    { what: "ours", node: { unschedulable: true, held: record }, whose: "by-us" },
    {
      what: "one that was there before us",
      node: { unschedulable: true, held: { ...record, wasCordoned: true, added: [] } },
      whose: "by-others",
    },
    {
      what: "one beside a replaced machine's record",
      node: { unschedulable: true, held: { ...record, nodeUID: "before" } },
      whose: "by-others",
    },
    { what: "one beside what cannot be read", node: { unschedulable: true, held: "unreadable" as const }, whose: "by-others" },
    { what: "none", node: { held: record }, whose: "no" },
  ])("$what: $whose", ({ node, whose }) => {
    expect(cordoned(node)).toBe(whose);
  });
});
