import fc from "fast-check";
import { expect, it } from "vitest";
import { everyFault } from "../../../src/simulator/faults.ts";
import { Rig } from "./rig.ts";

/** Steps of a history of up to three candidates. `who` counts those that were started, whatever became of them. */
const who = fc.nat({ max: 4 });
const ms = fc.constantFrom(50, 200, 1_000, 1_900, 2_100, 5_000, 9_900, 10_100, 14_900, 15_100, 30_000, 60_000);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("pass" as const), ms }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("start" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("freeze" as const), who, how: fc.constantFrom("stopped" as const, "suspended" as const) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("thaw" as const), who, backwards: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("stop" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wall" as const), who, by: fc.constantFrom(-3_600_000, 3_600_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("label" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("faults" as const), on: fc.boolean() }) },
);
const runs = Number(process.env["LEADER_LEASE_RUNS"] ?? 60);

it("I1–I3, I6: whatever fails and whoever stands still, two never act at one time, and in the end one leads", async () => {
  const rate = fc.constantFrom(0, 0.02, 0.1, 0.15);
  await fc.assert(
    fc.asyncProperty(fc.string(), rate, fc.array(step, { maxLength: 40, size: "max" }), async (seed, faults, steps) => {
      await using rig = new Rig({ seed, faults: { rates: everyFault(faults), longestStall: 40_000 } });
      let born = 0;
      // A candidate that has never seen the record cannot know that somebody acts by it: SPEC.md, "Not promised".
      let deleted = false;
      const start = (): void => {
        if (deleted && rig.record === undefined) return;
        if (rig.candidates.filter(({ end }) => end === undefined).length < 3) rig.start(`c${(born += 1)}`);
      };
      const pick = (index: number) => rig.candidates[index % rig.candidates.length];
      start();
      start();
      for (const deed of steps) {
        // Right before and right after each deed: what a thawed process may do first of all.
        rig.look();
        switch (deed.do) {
          case "pass":
            await rig.pass(deed.ms);
            break;
          case "start":
            start();
            break;
          case "freeze":
            pick(deed.who)?.process.freeze(deed.how);
            break;
          case "thaw":
            pick(deed.who)?.process.thaw((held) => (deed.backwards ? held.toReversed() : held));
            break;
          case "stop": {
            // Ended in the way of SIGTERM, if it runs; its place is taken by a new one.
            const candidate = pick(deed.who);
            if (candidate !== undefined && !candidate.process.isFrozen) void candidate.lease[Symbol.asyncDispose]();
            break;
          }
          case "wall":
            pick(deed.who)?.process.setWall(deed.by);
            break;
          case "delete":
            if (rig.candidates.some(({ lease, end }) => end === undefined && lease.leader === undefined)) break;
            deleted = true;
            rig.delete();
            break;
          case "label":
            rig.label();
            break;
          case "faults":
            rig.cluster.control.faults.turn(deed.on);
            break;
        }
        rig.look();
        expect(rig.faults).toEqual([]);
      }
      rig.cluster.control.faults.turn(false);
      for (const { process } of rig.candidates) process.thaw();
      deleted = false;
      await rig.pass(60_000);
      start();
      start();
      expect(await rig.until(() => rig.acting.length === 1, 60_000), "time until one leads").toBeDefined();
      await rig.pass(20_000);
      expect(rig.acting.map(({ identity }) => identity)).toEqual([rig.record?.holderIdentity]);
      expect(rig.faults).toEqual([]);
      // Whoever was leader and is none any more has ended: nobody comes back unseen.
      for (const { told } of rig.candidates) expect(told.filter((line) => line === "started").length).toBeLessThan(2);
      for (const { told, lease } of rig.candidates) {
        const began = told.includes("started");
        const stopped = told.some((line) => line.startsWith("stopped"));
        expect(lease.isLeader).toBe(began && !stopped);
      }
    }),
    { numRuns: runs },
  );
});
