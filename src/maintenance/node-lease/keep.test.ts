import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lease } from "../../kube/lease.ts";
import { leases } from "../../kube/resource.ts";
import { formatMicroTime } from "../../kube/time.ts";
import { seededRandom } from "../../runtime/random.ts";
import { everyFault } from "../../simulator/faults.ts";
import { Rig } from "../../simulator/testing/rig.ts";
import type { KeptNodeLease } from "./contract.ts";
import { judgeLease } from "./judge.ts";
import { keepNodeLease } from "./node-lease.ts";

const place = { namespace: "medik8s-leases", name: "node-worker-1" };
const minute = 60_000;
const hour = 60 * minute;

class Scene extends Rig {
  readonly kept: KeptNodeLease;
  readonly told: string[] = [];
  constructor(options: ConstructorParameters<typeof Rig>[0] = {}) {
    super(options);
    this.control.addNamespace(place.namespace);
    const { name, uid } = this.control.addNode({ name: "worker-1" }).metadata;
    const calls = { api: this.api, clock: this.clock, random: seededRandom("kept"), signal: this.call.signal };
    this.kept = keepNodeLease({ name, uid }, {}, calls);
    this.kept.onChange((status) => this.told.push(status.kind === "foreign" ? `foreign ${status.holder}` : status.kind));
  }

  get lease(): Lease | undefined {
    return this.control.find<Lease>(leases, place);
  }

  get verdict() {
    return this.lease === undefined ? undefined : judgeLease(this.lease, { holder: "node-maintenance", now: this.clock.now() });
  }

  /** Somebody else writes the Lease, as NodeHealthCheck does who does not know of us. */
  seize(seconds: number): void {
    const spec = { holderIdentity: "nhc", leaseDurationSeconds: seconds, renewTime: formatMicroTime(this.clock.now()) };
    if (this.lease === undefined) this.control.create(leases, { metadata: place, spec });
    else this.control.edit(leases, place, { kind: "merge", body: { spec } });
  }

  async long(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 30 * minute) await this.pass(Math.min(left, 30 * minute));
  }
}

describe("a lease that is kept", () => {
  it("I4: is renewed all along, so that nobody may take it, however long the maintenance lasts", async () => {
    await using scene = new Scene();
    await scene.pass(1_000);
    const shortest = { left: Number.POSITIVE_INFINITY };
    for (let n = 0; n < 40; n += 1) {
      await scene.pass(15 * minute);
      const { verdict } = scene;
      shortest.left = Math.min(shortest.left, verdict?.kind === "ours" ? verdict.until - scene.clock.now() : 0);
    }
    expect(shortest.left).toBeGreaterThan(39 * minute);
    expect(scene.told).toEqual(["held"]);
  });

  it("lives through two thirds of its time without a server", async () => {
    await using scene = new Scene();
    await scene.pass(15 * minute);
    for (let n = 0; n < 400; n += 1) scene.control.faults.plant({ resource: leases }, { kind: "unreachable" });
    await scene.pass(40 * minute);
    expect(scene.kept.status).toMatchObject({ kind: "failed", until: expect.any(Number) });
    expect(scene.told).toEqual(["held", "failed"]);
  });

  it("is told as lapsed when its time is over without a renewal, and is held again when the server is back", async () => {
    await using scene = new Scene({ faults: { rates: { unreachable: 1 } } });
    scene.control.faults.turn(false);
    await scene.pass(1_000);
    scene.control.faults.turn(true);
    await scene.long(61 * minute);
    expect(scene.kept.status.kind).toBe("lapsed");
    scene.control.faults.turn(false);
    await scene.pass(2 * minute);
    expect(scene.told).toEqual(["held", "failed", "lapsed", "held"]);
    expect(scene.lease?.spec?.leaseTransitions).toBe(0);
  });

  it("is told as lost when somebody else takes it, at once where the change is seen, and is taken when that one lets it run out", async () => {
    await using scene = new Scene();
    await scene.pass(5_000);
    scene.seize(600);
    scene.kept.nudge();
    await scene.pass(1_000);
    expect(scene.kept.status).toMatchObject({ kind: "foreign", holder: "nhc", lost: true });
    await scene.pass(9 * minute);
    expect(scene.kept.status.kind).toBe("foreign");
    await scene.pass(3 * minute);
    expect(scene.told).toEqual(["held", "foreign nhc", "held"]);
    expect(scene.lease?.spec).toMatchObject({ holderIdentity: "node-maintenance", leaseTransitions: 1 });
  });

  it("I5: is deleted when it is released, after the request that is under way", async () => {
    await using scene = new Scene();
    // Its first request is on its way.
    const released = await scene.run(scene.kept.release());
    expect(released).toEqual({ kind: "released" });
    await scene.pass(5 * minute);
    expect(scene.lease).toBeUndefined();
  });

  it("is left as it is when it is only disposed of, for another process goes on with it", async () => {
    await using scene = new Scene();
    await scene.pass(1_000);
    await scene.run(scene.kept[Symbol.asyncDispose]());
    await scene.long(2 * hour);
    expect(scene.lease?.spec?.holderIdentity).toBe("node-maintenance");
    expect(scene.verdict).toMatchObject({ kind: "ours", until: expect.any(Number) });
    expect(await scene.run(scene.kept.release())).toMatchObject({ kind: "failed" });
  });
});

describe("whatever happens", () => {
  const deed = fc.oneof(
    fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(100, 5_000, minute, 10 * minute, 25 * minute, 55 * minute) }),
    fc.record({ do: fc.constant("seize" as const), seconds: fc.constantFrom(10, 600, 7_200) }),
    fc.record({ do: fc.constant("delete" as const) }),
    fc.record({ do: fc.constant("nudge" as const) }),
    fc.record({ do: fc.constant("faults" as const), on: fc.boolean() }),
  );

  it("I6: what somebody else validly holds is neither taken nor deleted, and once faults end it is ours", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.array(deed, { maxLength: 25 }), async (seed, deeds) => {
        await using scene = new Scene({ seed, faults: { rates: everyFault(0.15) } });
        let foreignUntil = 0;
        const broken: string[] = [];
        const look = (): void => {
          const mine = scene.lease?.spec?.holderIdentity === "node-maintenance";
          if (mine && scene.clock.now() < foreignUntil) broken.push(`taken ${foreignUntil - scene.clock.now()} ms too early`);
          if (scene.lease === undefined && scene.clock.now() < foreignUntil) broken.push("a foreign lease was deleted");
        };
        for (const step of deeds) {
          if (step.do === "seize") {
            scene.seize(step.seconds);
            foreignUntil = scene.clock.now() + step.seconds * 1000;
          } else if (step.do === "delete") {
            if (scene.lease !== undefined) scene.control.remove(leases, place);
            foreignUntil = 0;
          } else if (step.do === "nudge") scene.kept.nudge();
          else if (step.do === "faults") scene.control.faults.turn(step.on);
          else {
            for (let left = step.ms; left > 0; left -= 10_000) {
              await scene.pass(Math.min(left, 10_000));
              look();
            }
          }
          look();
        }
        expect(broken).toEqual([]);
        scene.control.faults.turn(false);
        await scene.long(Math.max(0, foreignUntil - scene.clock.now()) + 22 * minute);
        expect(scene.kept.status.kind).toBe("held");
        expect(scene.verdict?.kind).toBe("ours");
      }),
      { numRuns: 60 },
    );
  });
});
