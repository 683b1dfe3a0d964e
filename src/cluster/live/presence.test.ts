import { describe, expect, test } from "vitest";
import { nodeView, podView } from "../../../test/support/cluster-view.ts";
import type { Taint } from "../../kube/node.ts";
import type { HeldRecord } from "../view/held-record.ts";
import { createPresence } from "./presence.ts";

const pod = podView({ name: "a" });
const node = nodeView();
const cordoned = nodeView({ unschedulable: true });

describe("who came and who went", () => {
  test("pods found at first sight did not arrive; later ones did, and stay arrivals when they go", () => {
    const presence = createPresence();
    presence.podChanged(undefined, pod, true, true, 1);
    const late = podView({ name: "late" });
    presence.podChanged(undefined, late, true, false, 2);
    presence.podChanged(late, undefined, true, false, 3);
    expect(presence.arrivals("n")).toEqual([{ pod: late, at: 2 }]);
    expect(presence.arrivals("m")).toEqual([]);
  });

  test("a change of a pod is neither an arrival nor a departure", () => {
    const presence = createPresence();
    presence.podChanged(pod, { ...pod, ready: false }, true, false, 1);
    expect([presence.arrivals("n"), presence.goneFrom("n")]).toEqual([[], []]);
  });

  test("of a pod that went, the deletion is kept as it was asked for, whatever the delete that took the object away made of it", () => {
    const asked = { ...pod, deletionTimestamp: 30_000, deletionGraceSeconds: 30 };
    const ended = { ...pod, containersEnded: true, deletionTimestamp: 2_000, deletionGraceSeconds: 0 };
    const presence = createPresence();
    presence.podChanged(pod, asked, true, false, 1);
    presence.podChanged(asked, ended, true, false, 3);
    presence.podChanged(ended, undefined, true, false, 3);
    expect(presence.gone(pod.uid)?.pod).toEqual({ ...ended, deletionTimestamp: 30_000, deletionGraceSeconds: 30 });
  });

  test("of a pod that went, the last state and whether its node was Ready are kept", () => {
    const presence = createPresence();
    presence.podChanged(pod, undefined, false, false, 7);
    expect(presence.gone(pod.uid)).toEqual({ pod, nodeReady: false, at: 7 });
    expect(presence.goneFrom("n")).toEqual([{ pod, nodeReady: false, at: 7 }]);
  });
});

describe("since when a node is out of scheduling", () => {
  test("is the first sight of it without a break; a lifted cordon begins anew", () => {
    const presence = createPresence();
    presence.nodeChanged(undefined, node, true, 1);
    expect(presence.cordonAcknowledged("n")).toBeUndefined();
    presence.nodeChanged(node, cordoned, true, 2);
    presence.nodeChanged(cordoned, { ...cordoned, resourceVersion: "51" }, true, 3);
    expect(presence.cordonAcknowledged("n")).toBe(2);
    presence.nodeChanged(cordoned, node, true, 4);
    expect(presence.cordonAcknowledged("n")).toBeUndefined();
    presence.nodeChanged(node, cordoned, true, 5);
    expect(presence.cordonAcknowledged("n")).toBe(5);
  });

  test("is forgotten with the node", () => {
    const presence = createPresence();
    presence.nodeChanged(undefined, cordoned, true, 1);
    presence.nodeChanged(cordoned, undefined, true, 2);
    expect(presence.cordonAcknowledged("n")).toBeUndefined();
  });
});

describe("whether somebody was evicting before us", () => {
  const since = "2026-01-01T00:00:00Z";
  const record = (given: Partial<HeldRecord> = {}, evicting = true): HeldRecord => ({
    nodeUID: "uid-n",
    wasCordoned: false,
    added: ["spec.unschedulable=true"],
    holders: [{ kind: "command", user: "jane", host: "laptop", since, ...(evicting ? { evictingSince: since } : {}) }],
    undo: [],
    ...given,
  });
  const held = (given: Partial<HeldRecord> = {}, evicting = true) => nodeView({ unschedulable: true, held: record(given, evicting) });

  test.each([
    { what: "a record of an eviction at first sight", node: held(), before: true },
    { what: "a record without eviction", node: held({}, false), before: false },
    {
      what: "a record of an eviction that was proven",
      node: held({ holders: [{ kind: "command", user: "jane", host: "laptop", since, evictingSince: since, provenAt: since }] }),
      before: false,
    },
    { what: "a record of another machine", node: held({ nodeUID: "other" }), before: false },
    { what: "a record whose cordon was lifted", node: { ...held(), unschedulable: false }, before: false },
    { what: "no record", node: cordoned, before: false },
  ])("$what: $before", ({ node: first, before }) => {
    const presence = createPresence();
    presence.nodeChanged(undefined, first, false, 1);
    expect(presence.evictedBefore("n")).toBe(before);
  });

  test("a record written while its pods were watched is nothing missed, whatever its clock says", () => {
    const presence = createPresence();
    presence.nodeChanged(undefined, node, false, 1);
    presence.nodeChanged(node, held(), true, 2);
    expect(presence.evictedBefore("n")).toBe(false);
  });

  test("a record written before its pods were seen is", () => {
    const presence = createPresence();
    presence.nodeChanged(undefined, node, false, 1);
    presence.nodeChanged(node, held(), false, 2);
    expect(presence.evictedBefore("n")).toBe(true);
  });
});

test("since when a node has a taint is the first sight of it with that value, without a break", () => {
  const drain: Taint = { key: "runai", value: "drain", effect: "NoExecute" };
  const other: Taint = { key: "dedicated", effect: "NoSchedule" };
  const presence = createPresence();
  const seen = (at: number, ...taints: readonly Taint[]) => {
    presence.nodeChanged(undefined, nodeView({ taints }), true, at);
    return presence.taintAcknowledged("n", drain);
  };
  expect([seen(1), seen(2, drain), seen(3, other, drain), seen(4, other), seen(5, { ...drain, value: "x" }), seen(6, drain)]).toEqual([
    undefined,
    2,
    2,
    undefined,
    undefined,
    6,
  ]);
});
