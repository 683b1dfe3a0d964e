import { describe, expect, test } from "vitest";
import { clusterView, podView, someTime } from "../../../../test/support/cluster-view.ts";
import { seenEnds, terminationTime } from "./ends.ts";

const view = clusterView();

describe("a pod's own end", () => {
  test("never exceeds what its grace period gives, by much", () => {
    const range = terminationTime(podView({ name: "a", terminationGraceSeconds: 30 }), view, undefined);
    expect(range).toEqual({ low: 300, likely: 2_000, high: 32_000 });
  });

  test("comes after the sleep of its preStop hook, and within the grace period all the same", () => {
    const pod = podView({ name: "a", terminationGraceSeconds: 30, preStopSeconds: 15 });
    expect(terminationTime(pod, view, undefined)).toEqual({ low: 15_300, likely: 17_000, high: 32_000 });
    expect(terminationTime(pod, view, 5_000)).toEqual({ low: 5_000, likely: 5_000, high: 7_000 });
  });

  test("with grace 0 is at once", () => {
    expect(terminationTime(podView({ name: "a" }), view, 0)).toEqual({ low: 0, likely: 0, high: 2_000 });
  });

  test("of a pod that terminates already is the rest of it, by the server's clock", () => {
    const pod = podView({ name: "a", deletionTimestamp: someTime + 28_000, deletionGraceSeconds: 30 });
    expect(terminationTime(pod, view, undefined)).toEqual({ low: 0, likely: 0, high: 30_000 });
    expect(terminationTime(pod, clusterView({ offset: 9_000 }), undefined)).toEqual({ low: 0, likely: 0, high: 21_000 });
  });

  test("is what other pods of the workload were seen to take", () => {
    const asked = someTime - 20_000;
    const gone = [9, 11].map((took, i) => ({
      pod: podView({ name: `g${i}`, deletionTimestamp: asked + 30_000, deletionGraceSeconds: 30 }),
      nodeReady: true,
      at: asked + took * 1_000 + 500,
    }));
    const seen = seenEnds(clusterView({ gone }), ["n"]);
    const range = terminationTime(podView({ name: "a" }), view, undefined, seen);
    expect(range.likely).toBe(10_000);
    expect(range.low).toBeLessThan(9_000);
    expect(range.high).toBeGreaterThan(11_000);
    expect(
      terminationTime(podView({ name: "b", controller: { apiVersion: "v1", kind: "X", name: "x", uid: "x" } }), view, undefined, seen)
        .likely,
    ).toBe(2_000);
  });
});
