import { describe, expect, test } from "vitest";
import { barePod, owner, podView } from "../../../test/support/cluster-view.ts";
import type { PodView } from "./cluster-view.ts";
import { peerSelections } from "./peer-selection.ts";

const of = (kind: string, name: string, labels: PodView["labels"], more: Partial<PodView> = {}): PodView =>
  podView({ name: `${name}-${Object.values(labels).join("-")}`, controller: owner(kind, name), labels, ...more });
const told = (pods: readonly PodView[], most = 9) =>
  peerSelections(pods, most).map(({ namespace, labelSelector, controllers }) => [namespace, labelSelector, [...controllers]]);

describe("what is watched to see where pods have gone", () => {
  test("is one selector for each kind of controller, whatever the size of the node", () => {
    const pods = [
      of("ReplicaSet", "web-1", { app: "web", "pod-template-hash": "aaa" }),
      of("ReplicaSet", "web-1", { app: "web", "pod-template-hash": "aaa" }),
      of("ReplicaSet", "api-2", { app: "api", "pod-template-hash": "bbb" }, { namespace: "other" }),
      of("StatefulSet", "db", { app: "db", "controller-revision-hash": "db-1" }),
      of("Job", "old", { "controller-uid": "u1" }),
      of("Job", "new", { "batch.kubernetes.io/controller-uid": "u2", "controller-uid": "u2" }),
    ];
    expect(told(pods)).toEqual([
      [undefined, "pod-template-hash in (aaa,bbb)", ["uid-ReplicaSet-web-1", "uid-ReplicaSet-api-2"]],
      [undefined, "controller-revision-hash in (db-1)", ["uid-StatefulSet-db"]],
      [undefined, "controller-uid in (u1)", ["uid-Job-old"]],
      [undefined, "batch.kubernetes.io/controller-uid in (u2)", ["uid-Job-new"]],
    ]);
  });

  test("is split where it would not fit into a URL", () => {
    const pods = Array.from({ length: 600 }, (_, i) => of("ReplicaSet", `w${i}`, { "pod-template-hash": `hash-${i}`.padEnd(10, "x") }));
    const selections = peerSelections(pods, 9);
    expect(selections.length).toBeGreaterThan(1);
    expect(Math.max(...selections.map(({ labelSelector }) => labelSelector.length))).toBeLessThan(4_100);
    expect(selections.reduce((sum, { controllers }) => sum + controllers.size, 0)).toBe(600);
    expect(peerSelections(pods, 1)).toHaveLength(1);
  });

  test("is what the pods have in common in their namespace, where their controller marks them with nothing", () => {
    const pods = [
      of("ReplicaSet", "bare", { app: "bare", team: "a" }),
      of("Rollout", "canary", { app: "canary", team: "a", "statefulset.kubernetes.io/pod-name": "x" }),
    ];
    expect(told(pods)).toEqual([["web", "team=a", ["uid-ReplicaSet-bare", "uid-Rollout-canary"]]]);
  });

  test("is nothing where they have nothing in common, nothing manages them, or a DaemonSet does", () => {
    expect(told([of("ReplicaSet", "a", { app: "a" }), of("ReplicaSet", "b", { app: "b" })])).toEqual([]);
    expect(told([barePod({ name: "bare" }), of("DaemonSet", "logs", { "controller-revision-hash": "x" })])).toEqual([]);
    expect(told([of("ReplicaSet", "none", {})])).toEqual([]);
  });

  test("leaves out what is too much: those controllers stay unknown", () => {
    const pods = ["a", "b", "c"].map((namespace) => of("ReplicaSet", namespace, { app: namespace }, { namespace }));
    expect(told(pods, 2)).toHaveLength(2);
    expect(told(pods, 0)).toEqual([]);
  });
});
