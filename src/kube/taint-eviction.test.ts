import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Taint } from "./node.ts";
import type { Toleration } from "./pod.ts";
import { decideTaintEviction } from "./taint-eviction.ts";

const drain: Taint = { key: "runai", value: "drain", effect: "NoExecute" };
const other: Taint = { key: "other", effect: "NoExecute" };

describe("a pod on a node with NoExecute taints", () => {
  test.each<{
    readonly what: string;
    readonly taints?: readonly Taint[];
    readonly tolerations: readonly Toleration[];
    readonly ends: number | "never";
  }>([
    { what: "that tolerates nothing goes at once", tolerations: [], ends: 0 },
    { what: "that tolerates everything stays", tolerations: [{ operator: "Exists" }], ends: "never" },
    { what: "that tolerates the key stays", tolerations: [{ key: "runai", operator: "Exists", effect: "NoExecute" }], ends: "never" },
    { what: "that tolerates another value goes", tolerations: [{ key: "runai", value: "upgrade" }], ends: 0 },
    { what: "that tolerates another effect goes", tolerations: [{ key: "runai", operator: "Exists", effect: "NoSchedule" }], ends: 0 },
    {
      what: "that tolerates it for a time goes then",
      tolerations: [{ key: "runai", operator: "Exists", tolerationSeconds: 20 }],
      ends: 20,
    },
    { what: "that tolerates it for a negative time goes at once", tolerations: [{ operator: "Exists", tolerationSeconds: -3 }], ends: 0 },
    {
      what: "is judged by the first toleration that matches: the shorter one",
      tolerations: [{ key: "runai", operator: "Exists", tolerationSeconds: 5 }, { operator: "Exists" }],
      ends: 5,
    },
    {
      what: "is judged by the first toleration that matches: the endless one",
      tolerations: [{ operator: "Exists" }, { key: "runai", operator: "Exists", tolerationSeconds: 5 }],
      ends: "never",
    },
    {
      what: "is judged by the least of what it tolerates of each taint",
      taints: [drain, other],
      tolerations: [
        { key: "runai", operator: "Exists", tolerationSeconds: 30 },
        { key: "other", operator: "Exists", tolerationSeconds: 10 },
      ],
      ends: 10,
    },
    {
      what: "goes at once for a second taint that it does not tolerate",
      taints: [drain, other],
      tolerations: [{ key: "runai", operator: "Exists", tolerationSeconds: 30 }],
      ends: 0,
    },
    { what: "is not moved by taints of other effects", taints: [{ key: "k", effect: "NoSchedule" }], tolerations: [], ends: "never" },
    { what: "without any taint stays", taints: [], tolerations: [], ends: "never" },
  ])("$what", ({ taints = [drain], tolerations, ends }) => {
    const verdict = decideTaintEviction(taints, tolerations);
    expect(verdict.kind === "stays" ? "never" : verdict.afterSeconds).toBe(ends);
  });

  test("never stays longer because a taint was added", () => {
    const taint = fc.record({ key: fc.constantFrom("a", "b"), effect: fc.constantFrom("NoExecute", "NoSchedule") });
    const toleration = fc.record(
      { key: fc.constantFrom("a", "b"), operator: fc.constant("Exists"), tolerationSeconds: fc.integer({ min: -2, max: 9 }) },
      { requiredKeys: ["operator"] },
    );
    const seconds = (taints: readonly Taint[], tolerations: readonly Toleration[]): number => {
      const verdict = decideTaintEviction(taints, tolerations);
      return verdict.kind === "stays" ? Number.POSITIVE_INFINITY : verdict.afterSeconds;
    };
    fc.assert(
      fc.property(fc.array(taint), taint, fc.array(toleration), (taints, more, tolerations) => {
        expect(seconds([...taints, more], tolerations)).toBeLessThanOrEqual(seconds(taints, tolerations));
      }),
    );
  });
});
