import { describe, expect, it } from "vitest";
import { step } from "./machine.ts";
import type { EventType, StateKind } from "./state.ts";
import { at, drawn, failed, lease, samples, watched } from "./testing/samples.ts";

const kinds: readonly StateKind[] = [
  ...(["reading", "following", "taking", "pausing"] as const),
  ...(["leading", "renewing", "verifying", "recovering", "releasing", "ended"] as const),
];
const fiveSeconds = 5_000;

describe("the transition table", () => {
  /** The whole table for one plain example of each cell, 5 s after the last renewal: read it as the drawing of the machine. */
  const expected: { readonly [S in StateKind]: { readonly [E in EventType]: string } } = {
    reading: {
      wake: "reading",
      read: "following [wait 15000–15500]",
      watched: "reading",
      written: "reading",
      failed: "pausing [wait 0–0]",
      deadline: "reading",
      stop: "ended released released",
    },
    following: {
      wake: "following [wait 10000–10500]",
      read: "following",
      watched: "following [wait 15000–15500]",
      written: "following",
      failed: "following",
      deadline: "following",
      stop: "ended released released",
    },
    taking: {
      wake: "taking",
      read: "taking",
      watched: "taking",
      written: "leading [wait 2000–2000]",
      failed: "pausing [wait 0–0]",
      deadline: "taking",
      stop: "releasing",
    },
    pausing: {
      wake: "reading [read]",
      read: "pausing",
      watched: "pausing",
      written: "pausing",
      failed: "pausing",
      deadline: "pausing",
      stop: "ended released released",
    },
    leading: {
      wake: "renewing [update 50 to a]",
      read: "leading",
      watched: "ended lost taken",
      written: "leading",
      failed: "leading",
      deadline: "ended lost deadline",
      stop: "releasing [update 50 to nobody]",
    },
    renewing: {
      wake: "renewing",
      read: "renewing",
      watched: "ended lost taken",
      written: "leading [wait 2000–2000]",
      failed: "recovering [wait 0–0]",
      deadline: "ended lost deadline",
      stop: "releasing",
    },
    verifying: {
      wake: "verifying",
      read: "ended lost taken",
      watched: "ended lost taken",
      written: "verifying",
      failed: "recovering [wait 0–0]",
      deadline: "ended lost deadline",
      stop: "releasing",
    },
    recovering: {
      wake: "renewing [update 50 to a]",
      read: "recovering",
      watched: "ended lost taken",
      written: "recovering",
      failed: "recovering",
      deadline: "ended lost deadline",
      stop: "releasing [read]",
    },
    releasing: {
      wake: "releasing [read]",
      read: "ended released released",
      watched: "releasing",
      written: "releasing [update 60 to nobody]",
      failed: "releasing [wait 1600–2000]",
      deadline: "ended unreleased released",
      stop: "releasing",
    },
    ended: {
      wake: "ended lost taken",
      read: "ended lost taken",
      watched: "ended lost taken",
      written: "ended lost taken",
      failed: "ended lost taken",
      deadline: "ended lost taken",
      stop: "ended lost taken",
    },
  };

  for (const kind of kinds) {
    it(`is as drawn for ${kind}`, () => {
      const cells = Object.entries(samples).map(([type, event]) => [type, drawn(step(at(kind), event, fiveSeconds))]);
      expect(Object.fromEntries(cells)).toEqual(expected[kind]);
    });
  }
});

describe("what the record says", () => {
  it("I5: of its stamps nothing counts; it counts as renewed when it differs, and runs out by our own clock", () => {
    const old = lease("b", "50", { renewTime: "1999-01-01T00:00:00.000000Z" });
    const first = step(at("reading", { seen: undefined }), { type: "read", lease: old }, 1_000);
    expect(drawn(first)).toBe("following [wait 15000–15500]");
    const labelled = step(first.state, watched({ ...old, metadata: { ...old.metadata, resourceVersion: "51" } }), 9_000);
    expect(drawn(labelled), "another version of the same record").toBe("following [wait 7000–7500]");
    const renewed = step(labelled.state, watched(lease("b", "52", { renewTime: "1999-01-01T00:00:02.000000Z" })), 10_000);
    expect(drawn(renewed)).toBe("following [wait 15000–15500]");
    expect(drawn(step(renewed.state, samples.wake, 25_000))).toBe("taking [update 52 to a]");
  });

  it("a watch that is behind our own writes is not believed", () => {
    const late = watched(lease("b", "49"));
    expect(drawn(step(at("leading"), late, 1_000))).toBe("leading");
    expect(drawn(step(at("leading"), watched(undefined, "49"), 1_000))).toBe("leading");
  });

  it("I4: each write but the first names the version that was seen, and the transitions count the holders", () => {
    const { activity } = step(at("following"), samples.wake, 15_000);
    expect(activity).toEqual({ do: "update", version: "50", claim: { holder: "a", durationSeconds: 15, transitions: 4 }, patience: 4_000 });
    const renewal = step(at("leading"), samples.wake, 2_000);
    expect(renewal.activity).toEqual({ do: "update", version: "50", claim: { holder: "a", durationSeconds: 15 }, patience: 4_000 });
    const given = step(at("leading"), samples.stop, 2_000);
    expect(given.activity).toEqual({
      do: "update",
      version: "50",
      claim: { holder: "", durationSeconds: 1, transitions: 3 },
      patience: 4_000,
    });
    const first = step(at("reading", { seen: undefined }), { type: "read", lease: undefined }, 100);
    expect(first.activity).toEqual({ do: "create", claim: { holder: "a", durationSeconds: 15, transitions: 0 }, patience: 4_000 });
  });

  it("what names nobody is taken at once; what says no duration lasts as long as ours would", () => {
    expect(drawn(step(at("following"), watched(lease("", "60")), 100))).toBe("taking [update 60 to a]");
    const vague = lease("b", "60", { leaseDurationSeconds: null });
    expect(drawn(step(at("following"), watched(vague), 100))).toBe("following [wait 15000–15500]");
  });

  it("what is gone is waited for as long as a lease lasts, for whoever held it last may not know yet", () => {
    const gone = step(at("following"), watched(undefined), 4_000);
    expect(drawn(gone)).toBe("following [wait 15000–15500]");
    expect(drawn(step(gone.state, samples.wake, 19_000))).toBe("taking [create]");
    // Its own name in an old record: a take whose answer was lost, before it stood still and others led.
    const own = { kind: "record", spec: lease("a", "50").spec ?? {}, version: "50", changedAt: 0 } as const;
    expect(drawn(step(at("reading", { seen: own }), { type: "read", lease: undefined }, 4_000))).toBe("following [wait 15000–15500]");
    expect(drawn(step(at("leading"), watched(undefined), 4_000)), "the holder itself").toBe("renewing [create]");
  });

  it("a write of ours whose answer was lost is found, and is no other holder", () => {
    const lost = step(at("taking"), failed("lost"), 1_000);
    const again = step(lost.state, samples.wake, 2_000);
    const found = step(again.state, { type: "read", lease: lease("a", "60") }, 2_100);
    expect(found.activity).toMatchObject({ do: "update", version: "60", claim: { holder: "a" } });
    expect(found.state.kind).toBe("taking");
    expect(drawn(step(lost.state, samples.stop, 1_500)), "nobody would give it back otherwise").toBe("releasing [read]");
  });
});

describe("leadership", () => {
  it("I2: counts from the start of the last renewal, and is over where its answer comes too late, whichever is told first", () => {
    const renewing = step(at("leading"), samples.wake, 9_000);
    expect(drawn(step(renewing.state, samples.written, 9_900))).toBe("leading [wait 2000–2000]");
    expect(step(renewing.state, samples.written, 9_900).state).toMatchObject({ renewed: 9_000 });
    expect(drawn(step(renewing.state, samples.written, 10_000))).toBe("ended lost deadline");
    expect(drawn(step(at("leading"), samples.wake, 10_000))).toBe("ended lost deadline");
    expect(drawn(step(at("taking"), samples.written, 10_000)), "an answer too old to act on").toBe("taking [update 60 to a]");
  });

  it("I8: no error ends it, only the deadline", () => {
    for (const code of ["unreachable", "lost", "forbidden", "unauthorized", "server-error", "not-found", "conflict", "invalid"] as const) {
      expect(step(at("renewing"), failed(code), 9_999).state.kind, `after ${code}`).toMatch(/recovering|verifying/);
      expect(step(at("verifying"), failed(code), 9_999).state.kind, `after ${code}`).toMatch(/recovering|verifying/);
    }
    expect(drawn(step(at("renewing"), failed("unreachable"), 10_000))).toBe("ended lost deadline");
  });

  it("I9: ends with stop at once, and what is under way then is awaited, for it brings the version to give back", () => {
    const stopped = step(at("renewing"), samples.stop, 1_000);
    expect(drawn(stopped)).toBe("releasing");
    const answered = step(stopped.state, samples.written, 1_100);
    expect(drawn(answered)).toBe("releasing [update 60 to nobody]");
    expect(drawn(step(answered.state, { type: "written", lease: lease("", "61") }, 1_200))).toBe("ended released released");
    expect(drawn(step(answered.state, failed("conflict"), 1_200))).toBe("releasing [read]");
    expect(drawn(step(answered.state, { type: "read", lease: lease("b", "62") }, 1_300)), "never a foreign one").toBe(
      "ended released released",
    );
  });
});
