import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { begin, step } from "./machine.ts";
import type { Activity, Event, State, StateKind } from "./state.ts";
import { answer, failed, lost, refused, reported, samples } from "./testing/samples.ts";

describe("any run of events", () => {
  const version = fc.integer({ min: 1, max: 99 }).map(String);
  const errors = fc.constantFrom(
    refused(),
    lost(),
    answer("forbidden", 403),
    answer("expired", 410),
    answer("invalid", 422),
    answer("server-error", 500),
    answer("too-many-requests", 429, 3),
    answer("unauthorized", 401),
  );
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.constantFrom<Event>(samples.wake, samples.nudge, samples.opened, samples.ended, samples.idle),
    version.map((told): Event => ({ type: "changed", version: told })),
    version.map((told): Event => ({ type: "bookmark", version: told })),
    version.map((told): Event => ({ type: "gathered", version: told })),
    fc.constantFrom(reported(410, "Expired"), reported(500, "InternalError")),
    errors.map(failed),
  );
  const frozen = (state: State): State => {
    Object.freeze(state.memory);
    return Object.freeze(state);
  };
  const activityOf: { readonly [K in StateKind]: readonly Activity["do"][] } = {
    gathering: ["gather"],
    listing: ["list"],
    opening: ["watch"],
    watching: ["watch", "gather"],
    waiting: ["wait"],
    polling: ["wait"],
    denied: ["wait"],
    stopped: ["nothing"],
  };

  it("I3, I4, I6, I7, I9: keeps one fitting activity, never goes back, never stops of itself, never spins", () => {
    const runs = fc.array(fc.tuple(event, fc.oneof(fc.constant(0), fc.nat({ max: 200_000 }))), { maxLength: 120 });
    fc.assert(
      fc.property(runs, (events) => {
        let now = 0;
        let { state, activity } = begin(now);
        let unpaused = 0;
        for (const [told, pause] of events) {
          now += pause;
          // A timer's event comes no sooner than the timer: what a wait is followed by is paused by it.
          if (told.type === "wake" && activity?.do === "wait") now += activity.delay.floor;
          const before = frozen(state);
          const next = step(before, told, now);
          state = next.state;
          activity = next.activity ?? activity;
          expect(activityOf[state.kind]).toContain(activity?.do);
          expect(state.kind).not.toBe("stopped");
          if (activity?.do === "wait") {
            expect(activity.delay.floor).toBeLessThanOrEqual(activity.delay.cap);
            expect(activity.delay.cap).toBeLessThanOrEqual(90_000);
          }
          const known = Number(before.memory.version ?? 0);
          if (next.deliver !== "gathered" || now - (before.memory.refused?.since ?? now) < 30_000) {
            expect(Number(state.memory.version ?? 0)).toBeGreaterThanOrEqual(known);
          }
          if (before.memory.seedBy === "list") expect(state.memory.seedBy).toBe("list");
          // Requests that follow one another without any time between them, other than by nudges.
          if (next.activity === undefined || next.activity.do === "wait" || pause > 0) unpaused = 0;
          else unpaused += 1;
          expect(unpaused).toBeLessThanOrEqual(8);
        }
        expect(step(step(state, samples.stop, now).state, samples.wake, now).state.kind).toBe("stopped");
      }),
      { numRuns: 500 },
    );
  });
});
