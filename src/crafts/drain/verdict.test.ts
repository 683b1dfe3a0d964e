import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GivenView, clusterView, owner, podView, someTime } from "../../../test/support/cluster-view.ts";
import { planRequest } from "../../../test/support/plan-request.ts";
import type { PodView } from "../../cluster/view/cluster-view.ts";
import type { Advance } from "../../plan/craft.ts";
import type { PlanRequest } from "../../plan/request.ts";
import { InvariantError } from "../../runtime/errors.ts";
import type { DrainCode } from "./codes.ts";
import { planDrain } from "./plan.ts";
import { advanceVerdict } from "./verdict.ts";

function verdict(given: GivenView, request: Partial<PlanRequest> = {}): Advance<DrainCode> {
  const step = planDrain(clusterView(), planRequest(request)).steps.at(-1);
  if (step?.stage !== "verify") throw new InvariantError("no verify step");
  return advanceVerdict(step, clusterView(given), { attempts: 0, acceptedLately: 0, since: someTime }, planRequest(request));
}

const cordonedSince = { n: someTime };
const arrival = (at: number, pod: Partial<PodView> = {}) => ({ pod: podView({ name: "late", ...pod }), at: someTime + at });
const departed = (given: Partial<PodView>, nodeReady = true, at = 0) => ({
  pod: podView({ name: "a", deletionTimestamp: someTime, ...given }),
  nodeReady,
  at: someTime + at,
});

describe("the arrival quiet", () => {
  test("does not begin before the cordon is acknowledged", () => {
    expect(verdict({ asOf: someTime + 3_600_000 })).toMatchObject({ kind: "wait", blockers: [{ code: "cordon-unconfirmed" }] });
  });

  test("is 5 s from the cordon's acknowledgement", () => {
    expect(verdict({ cordonedSince, asOf: someTime + 4_999 })).toMatchObject({
      kind: "wait",
      blockers: [{ code: "arrival-quiet", since: someTime }],
      wakeAt: someTime + 5_000,
    });
    expect(verdict({ cordonedSince, asOf: someTime + 5_000 }).kind).toBe("done");
  });

  test("is not restarted by departures", () => {
    const gone = [departed({ containersEnded: true }, true, 4_900)];
    expect(verdict({ cordonedSince, gone, asOf: someTime + 5_000 })).toMatchObject({ kind: "done", proof: { proven: true } });
  });

  test("is restarted by the arrival of a pod that the plan moves, even if it has gone again", () => {
    const arrivals = [arrival(4_000), arrival(1_000, { uid: "earlier" })];
    expect(verdict({ cordonedSince, arrivals, asOf: someTime + 8_999 })).toMatchObject({ kind: "wait", wakeAt: someTime + 9_000 });
    expect(verdict({ cordonedSince, arrivals, asOf: someTime + 9_000 }).kind).toBe("done");
  });

  test.each([
    { what: "a DaemonSet's pod", pod: { controller: owner("DaemonSet", "logs") } },
    { what: "a static pod", pod: { mirror: true } },
    { what: "a pod that the selector leaves out", pod: { labels: { app: "db" } } },
    { what: "a pod of another node", pod: { node: "m" } },
  ])("is not restarted by $what", ({ pod }) => {
    const given = { cordonedSince, arrivals: [arrival(4_000, pod)], asOf: someTime + 5_000 };
    expect(verdict(given, { podSelector: "app=web" }).kind).toBe("done");
  });
});

describe("the proof", () => {
  const at = { cordonedSince, asOf: someTime + 60_000 };

  test("that a node is empty is given where every departure is proven", () => {
    expect(verdict({ ...at, gone: [departed({ containersEnded: true })] })).toMatchObject({
      proof: { code: "node-empty", proven: true, args: { unconfirmed: [], unwatched: false } },
    });
  });

  test.each([
    { what: "a pod that was deleted by force", gone: [departed({})] },
    { what: "a pod that went from a node that was not Ready", gone: [departed({ containersEnded: true }, false)] },
  ])("is not given after $what, which it names", ({ gone }) => {
    expect(verdict({ ...at, gone })).toMatchObject({
      proof: { code: "node-empty-unconfirmed", proven: false, args: { unconfirmed: ["web/a"] } },
    });
  });

  test("does not need the end of pods that the plan leaves alone", () => {
    expect(verdict({ ...at, gone: [departed({ controller: owner("DaemonSet", "logs") })] })).toMatchObject({ proof: { proven: true } });
  });

  test("is not given where eviction had begun before we watched", () => {
    expect(verdict({ ...at, evictedBefore: ["n"] })).toMatchObject({
      proof: { code: "node-empty-unconfirmed", proven: false, args: { unwatched: true } },
    });
  });

  test("never grows stronger by seeing less", () => {
    const strength = (advance: Advance<DrainCode>): number => (advance.kind !== "done" ? 0 : advance.proof.proven ? 2 : 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 6 }), fc.nat(6), (ends, seen) => {
        const gone = ends.map(([containersEnded, ready], i) => departed({ name: `p${i}`, uid: `p${i}`, containersEnded }, ready));
        const all = verdict({ ...at, gone });
        const restarted = verdict({ ...at, gone: gone.slice(seen), evictedBefore: ["n"] });
        expect(strength(restarted)).toBeLessThanOrEqual(strength(all));
      }),
    );
  });
});
