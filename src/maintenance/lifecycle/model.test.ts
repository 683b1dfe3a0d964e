import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance, settle } from "./advance.ts";
import type { LifecycleState } from "./state.ts";
import { maintenanceStatusOf } from "./status.ts";
import { stateOf } from "./stored.ts";
import { deeds, heal } from "./testing/deeds.ts";
import { World } from "./testing/world.ts";
import { transitions } from "./transitions.ts";

const runs = Number(process.env["LIFECYCLE_RUNS"] ?? 100);
const faces = fc.constantFrom("drydock" as const, "medik8s" as const);

/** Plays random deeds and looks at every moment in between. */
function always(look: (world: World) => void): void {
  fc.assert(
    fc.property(faces, deeds, (face, story) => {
      const world = new World(face);
      for (const deed of story) {
        deed.do(world);
        if (!world.exists) return;
        look(world);
      }
    }),
    { numRuns: runs },
  );
}

describe("whatever happens, in any order", () => {
  it("I1: no pod is asked to go while paused, cancelled, deleted, wanted in, failed, or without the lease or the hold", () => {
    always((world) => {
      const facts = world.facts();
      const { duties, state } = advance(facts);
      const isEvicting = duties.some((duty) => duty.do === "evacuate" && duty.reach === "verdict");
      expect(duties.filter(({ do: what }) => what === "evacuate" || what === "stop-evicting").length).toBe(
        state.phase === "Finished" ? 0 : 1,
      );
      if (!isEvicting) return;
      const { object } = facts;
      expect([object.paused, object.cancelled, object.deletedAt, object.desired]).toEqual([false, false, undefined, "Out"]);
      expect([facts.lease.kind, facts.hold.kind]).toEqual(["held", "held"]);
      expect(state.phase).not.toBe("Failed");
    });
  });

  it("I2: the finalizer is dropped only when nothing of ours is on the node, and the lease is not ours", () => {
    always((world) => {
      const facts = world.facts();
      if (!advance(facts).duties.some(({ do: what }) => what === "drop-finalizer")) return;
      expect(facts.node === "missing" || facts.hold.kind === "none" || facts.previous?.phase === "Finished").toBe(true);
      expect(facts.lease.kind === "held" && facts.previous?.phase !== "Finished").toBe(false);
    });
  });

  it("I3: the node is touched for the first time only with our finalizer on the object and with the lease", () => {
    always((world) => {
      const facts = world.facts();
      const { duties, state } = advance(facts);
      if (state.machine !== undefined || !duties.some(({ do: what }) => what === "hold")) return;
      expect(facts.lease.kind).toBe("held");
      expect(facts.object.isFinalizerOurs || facts.previous?.phase !== "Pending").toBe(true);
    });
  });

  it("I4: nothing is released that is not ours, and a failed maintenance releases nothing", () => {
    always((world) => {
      const facts = world.facts();
      const { duties, state } = advance(facts);
      const kinds = duties.map(({ do: what }) => what);
      expect(kinds.includes("release") && (facts.hold.kind === "none" || state.phase === "Failed")).toBe(false);
      expect(kinds.includes("release-lease") && facts.lease.kind === "foreign").toBe(false);
    });
  });

  it("I5: the same look again changes nothing, and tells nothing", () => {
    always((world) => {
      const facts = world.facts();
      const once = advance(facts);
      const twice = advance({ ...facts, previous: once.state });
      expect(twice.state).toEqual(once.state);
      expect(twice.duties).toEqual(once.duties);
      expect(twice.notices).toEqual([]);
      expect(twice.wakeAt).toEqual(once.wakeAt);
    });
  });

  it("I6: a Maintenance's status remembers the whole state", () => {
    always((world) => {
      if (world.object.face !== "drydock") return;
      const facts = world.facts();
      const advanced = advance(facts);
      const status = maintenanceStatusOf(facts, advanced, undefined);
      expect(stateOf(status)).toEqual(advanced.state);
      expect(maintenanceStatusOf(facts, advanced, status)).toBeUndefined();
    });
  });

  it("I7: a restart of the operator moves no maintenance and tells nothing", () => {
    const place = ({ phase, from }: LifecycleState): string => `${phase} ${from ?? ""}`;
    always((world) => {
      world.pass();
      if (!world.exists) return;
      const { stored } = world;
      const before = advance(world.facts());
      if (stored === undefined || place(before.state) !== place(stored)) return; // it is on its way
      world.restart();
      const after = advance(world.facts());
      expect(place(after.state)).toBe(place(before.state));
      expect(after.notices.map(({ code }) => code)).toEqual(before.notices.map(({ code }) => code));
    });
  });

  it("I8: phases move along the table only, no event is sensed where it is impossible, and every look comes to an end", () => {
    always((world) => {
      for (const { from, by, to } of settle(world.facts()).moves) {
        const cell = transitions[from.phase][by.type];
        const expected = cell === "resumes" ? from.from : cell === "notes" ? from.phase : cell;
        expect(to.phase).toBe(expected);
      }
    });
  });

  it("I9: no notice is told twice", () => {
    fc.assert(
      fc.property(faces, deeds, (face, story) => {
        const world = new World(face);
        for (const deed of story) {
          world.now += 1_000; // what comes about twice within a second is one cause to a status that dates by seconds
          if (world.exists) deed.do(world);
        }
        const keys = world.told.map(({ key }) => key);
        expect(keys).toEqual([...new Set(keys)]);
      }),
      { numRuns: runs },
    );
  });

  it("I10: from every state there is a way to the end: deletion, cancelling, and the checked way back", () => {
    const ways = fc.constantFrom("delete" as const, "cancel" as const, "return" as const);
    fc.assert(
      fc.property(faces, deeds, ways, (face, story, way) => {
        const world = new World(face);
        for (const deed of story) if (world.exists) deed.do(world);
        if (!world.exists) return;
        heal(world);
        const deletedAt = world.object.deletedAt ?? world.now;
        if (face === "medik8s" || way === "delete") world.object = { ...world.object, deletedAt };
        else world.edit(way === "cancel" ? { cancelled: true } : { desired: "In" });
        for (let n = 0; n < 12 && world.exists; n += 1) {
          world.now += 1_000;
          world.pass();
        }
        if (world.exists) expect(world.stored?.phase).toBe("Finished");
        expect(world.record === undefined || world.record.uid !== world.node?.uid).toBe(true);
        // One that could not be released for a minute runs out by itself.
        if (!story.some(({ name }) => name === "lease fails(true)")) expect(world.lease).not.toBe("ours");
        expect(world.object.isFinalizerOurs).toBe(false);
      }),
      { numRuns: runs },
    );
  });

  it("I11: progress is within 0 and 100 percent, and what has gone is never counted back", () => {
    always((world) => {
      world.pass();
      const { progress, drainProgress } = (world.status ?? {}) as {
        progress?: { percent: number; total: number; left: number };
        drainProgress?: number;
      };
      if (progress !== undefined) {
        expect(progress.percent).toBeGreaterThanOrEqual(0);
        expect(progress.percent).toBeLessThanOrEqual(100);
        expect(progress.left).toBeLessThanOrEqual(progress.total);
      }
      if (drainProgress !== undefined) expect(drainProgress > 0 && drainProgress <= 100).toBe(true);
    });
  });
});
