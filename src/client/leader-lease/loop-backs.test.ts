import { describe, expect, it } from "vitest";
import { step } from "./machine.ts";
import { deadlineOf } from "./moves.ts";
import type { Event, State } from "./state.ts";
import { at, delayOf, drawn, failed, lease, samples, watched } from "./testing/samples.ts";

describe("loop-backs and their guards", () => {
  it("L1: the next renewal comes a retry period after the last", () => {
    expect(delayOf(step(at("renewing", { asked: 1_000 }), samples.written, 1_050))).toEqual({ floor: 2_000, cap: 2_000 });
  });

  it("L2: a leader's failed attempt is followed by the next a retry period after its beginning, at once where it took longer", () => {
    expect(delayOf(step(at("renewing", { asked: 2_000 }), failed("unreachable"), 2_010))).toEqual({ floor: 1_590, cap: 1_990 });
    expect(delayOf(step(at("renewing", { asked: 2_000 }), failed("lost"), 6_000))).toEqual({ floor: 0, cap: 0 });
    expect(delayOf(step(at("verifying", { asked: 2_000 }), failed("server-error"), 2_010))).toEqual({ floor: 1_590, cap: 1_990 });
  });

  it("L3: a renewal that met another version is followed by a read and a renewal at once, the next one by a wait and a read", () => {
    const first = step(at("renewing"), failed("conflict"), 100);
    expect(drawn(first)).toBe("verifying [read]");
    const own = step(first.state, { type: "read", lease: lease("a", "60") }, 200);
    expect(drawn(own)).toBe("renewing [update 60 to a]");
    const second = step(own.state, failed("conflict"), 300);
    expect(second.state.kind).toBe("recovering");
    expect(delayOf(second)).toEqual({ floor: 1_500, cap: 1_900 });
    expect(drawn(step(second.state, samples.wake, 2_000))).toBe("verifying [read]");
  });

  it("L4: a candidate's failed attempt is followed by a read a retry period after its beginning", () => {
    for (const kind of ["reading", "taking"] as const) {
      const next = step(at(kind, { asked: 2_000 }), failed("unreachable"), 2_010);
      expect({ kind, ...next.activity }).toEqual({ kind, do: "wait", floor: 1_590, cap: 1_990 });
      expect(drawn(step(next.state, samples.wake, 4_000))).toBe("reading [read]");
    }
  });

  it("L5: a take that met another version is followed by a read at once, the next one in a row by a wait, until somebody is followed", () => {
    const first = step(at("taking"), failed("conflict"), 100);
    expect(drawn(first)).toBe("reading [read]");
    const again = step(first.state, { type: "read", lease: lease("", "60") }, 200);
    expect(drawn(again)).toBe("taking [update 60 to a]");
    const second = step(again.state, failed("conflict"), 300);
    expect(second.state.kind).toBe("pausing");
    const followed = step(first.state, { type: "read", lease: lease("b", "60", { leaseTransitions: 9 }) }, 200);
    expect(followed.state.memory.conflicts).toBe(0);
  });

  it("L6: a record that ran out is taken once; what then shows that it was renewed is given its whole time again", () => {
    const taking = step(at("following"), samples.wake, 15_000);
    expect(drawn(taking)).toBe("taking [update 50 to a]");
    const refused = step(taking.state, failed("conflict"), 15_100);
    const seen = step(refused.state, { type: "read", lease: lease("b", "60", { leaseTransitions: 9 }) }, 15_200);
    expect(drawn(seen)).toBe("following [wait 15000–15500]");
  });

  it("L7: a record that names nobody is taken at once, which somebody else's write has made possible", () => {
    expect(drawn(step(at("following"), watched(lease("", "60")), 100))).toBe("taking [update 60 to a]");
    expect(drawn(step(at("taking"), watched(lease("", "61")), 100)), "while one is under way").toBe("taking");
  });

  it("L8: a Lease that is gone is made again by its holder, once for each deletion", () => {
    const made = step(at("leading"), watched(undefined), 100);
    expect(drawn(made)).toBe("renewing [create]");
    expect(drawn(step(made.state, failed("already-exists"), 200))).toBe("verifying [read]");
  });

  it("L9: giving back is tried a retry period apart, and given up after half the deadline", () => {
    const stopped = step(at("leading"), samples.stop, 1_000);
    const failure = step(stopped.state, failed("server-error"), 1_100);
    expect(delayOf(failure)).toEqual({ floor: 1_600, cap: 2_000 });
    expect(deadlineOf(stopped.state)).toBe(6_000);
    expect(drawn(step(failure.state, samples.deadline, 6_000))).toBe("ended unreleased released");
  });

  it("L10: a take whose answer came too late to act on is taken again, as what names us", () => {
    expect(drawn(step(at("taking"), samples.written, 12_000))).toBe("taking [update 60 to a]");
  });

  /** Answers every request in the same way, at once, and lets waits pass; how many requests are begun within a minute. */
  const busy = (answer: (state: State) => Event): number => {
    let state: State = step(at("reading"), { type: "read", lease: lease("", "50") }, 0).state;
    let now = 0;
    let requests = 0;
    for (let waits = true; now < 60_000 && requests < 10_000 && state.kind !== "ended"; ) {
      const next = step(state, waits ? answer(state) : samples.wake, now);
      state = next.state;
      if (next.activity === undefined) break;
      waits = next.activity.do !== "wait";
      if (next.activity.do === "wait") now += next.activity.floor;
      else requests += 1;
    }
    return requests;
  };

  it("I7: requests without a pause between them are few, whatever the server answers", () => {
    const free = (state: State): Event => (state.kind === "reading" ? { type: "read", lease: lease("", "50") } : failed("conflict"));
    const none = (state: State): Event => (state.kind === "reading" ? { type: "read", lease: undefined } : failed("not-found"));
    expect(busy(free), "conflicts for ever").toBeLessThan(90);
    expect(busy(none), "no such namespace").toBeLessThan(90);
    expect(
      busy(() => failed("server-error")),
      "errors for ever",
    ).toBeLessThan(45);
    expect(
      busy(() => failed("already-exists")),
      "exists for ever",
    ).toBeLessThan(45);
  });
});
