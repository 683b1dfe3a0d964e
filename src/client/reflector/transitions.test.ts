import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KubeError, type KubeErrorCode, NoAnswerError } from "../errors.ts";
import { begin, step } from "./machine.ts";
import type { Activity, Event, Events, EventType, Memory, Next, State, StateKind, States } from "./state.ts";

const memory: Memory = { ...begin(0).state.memory, version: "50", asked: 0 };
const at = <K extends StateKind>(kind: K, changed: Partial<Memory> = {}): States[K] =>
  ({ kind, since: 0, memory: { ...memory, ...changed }, progress: false, next: "watch" }) as unknown as States[K];

const kinds: readonly StateKind[] = ["gathering", "listing", "opening", "watching", "waiting", "polling", "denied", "stopped"];
const refused = (): NoAnswerError => new NoAnswerError("no", "connection refused");
const lost = (): NoAnswerError => new NoAnswerError("unknown", "connection reset");
const answer = (code: KubeErrorCode, http: number, retryAfter?: number): KubeError =>
  new KubeError(code, code, { http, ...(retryAfter === undefined ? {} : { retryAfter }) });
const failed = (error: KubeError): Event => ({ type: "failed", error });
const reported = (code: number, reason: string): Event => ({ type: "error", status: { kind: "Status", code, reason } });

const samples: Events = {
  wake: { type: "wake" },
  nudge: { type: "nudge" },
  opened: { type: "opened" },
  changed: { type: "changed", version: "60" },
  bookmark: { type: "bookmark", version: "60" },
  gathered: { type: "gathered", version: "60" },
  error: { type: "error", status: { kind: "Status", code: 500, reason: "InternalError" } },
  ended: { type: "ended" },
  failed: { type: "failed", error: answer("server-error", 500) },
  idle: { type: "idle" },
  stop: { type: "stop" },
};

/** The state after, and in brackets the activity begun; "+" what the sink is given. */
const drawn = ({ state, activity, deliver }: Next): string =>
  `${state.kind}${activity === undefined ? "" : ` [${activity.do}]`}${deliver === undefined ? "" : ` +${deliver}`}`;

describe("the transition table", () => {
  /** The whole table for one plain example of each cell, a minute after the state was entered: read it as the drawing of the machine. */
  const expected: { readonly [S in StateKind]: { readonly [E in EventType]: string } } = {
    gathering: {
      wake: "gathering",
      nudge: "gathering",
      opened: "gathering",
      changed: "gathering",
      bookmark: "listing [list]",
      gathered: "watching +gathered",
      error: "waiting [wait]",
      ended: "waiting [wait]",
      failed: "waiting [wait]",
      idle: "waiting [wait]",
      stop: "stopped [nothing]",
    },
    listing: {
      wake: "listing",
      nudge: "listing",
      opened: "listing",
      changed: "listing",
      bookmark: "listing",
      gathered: "opening [watch] +gathered",
      error: "listing",
      ended: "waiting [wait]",
      failed: "waiting [wait]",
      idle: "waiting [wait]",
      stop: "stopped [nothing]",
    },
    opening: {
      wake: "opening",
      nudge: "opening",
      opened: "watching",
      changed: "watching +changes",
      bookmark: "watching",
      gathered: "opening",
      error: "waiting [wait]",
      ended: "opening [watch]",
      failed: "waiting [wait]",
      idle: "waiting [wait]",
      stop: "stopped [nothing]",
    },
    watching: {
      wake: "watching",
      nudge: "opening [watch]",
      opened: "watching",
      changed: "watching +changes",
      bookmark: "watching",
      gathered: "watching",
      error: "waiting [wait]",
      ended: "opening [watch]",
      failed: "waiting [wait]",
      idle: "opening [watch]",
      stop: "stopped [nothing]",
    },
    waiting: {
      wake: "opening [watch]",
      nudge: "opening [watch]",
      opened: "waiting",
      changed: "waiting",
      bookmark: "waiting",
      gathered: "waiting",
      error: "waiting",
      ended: "waiting",
      failed: "waiting",
      idle: "waiting",
      stop: "stopped [nothing]",
    },
    polling: {
      wake: "gathering [gather]",
      nudge: "gathering [gather]",
      opened: "polling",
      changed: "polling",
      bookmark: "polling",
      gathered: "polling",
      error: "polling",
      ended: "polling",
      failed: "polling",
      idle: "polling",
      stop: "stopped [nothing]",
    },
    denied: {
      wake: "listing [list]",
      nudge: "listing [list]",
      opened: "denied",
      changed: "denied",
      bookmark: "denied",
      gathered: "denied",
      error: "denied",
      ended: "denied",
      failed: "denied",
      idle: "denied",
      stop: "stopped [nothing]",
    },
    stopped: {
      wake: "stopped",
      nudge: "stopped",
      opened: "stopped",
      changed: "stopped",
      bookmark: "stopped",
      gathered: "stopped",
      error: "stopped",
      ended: "stopped",
      failed: "stopped",
      idle: "stopped",
      stop: "stopped",
    },
  };
  for (const kind of kinds) {
    it(`is as drawn in ${kind}`, () => {
      const found = Object.fromEntries(Object.values(samples).map((event) => [event.type, drawn(step(at(kind), event, 60_000))]));
      expect(found).toEqual(expected[kind]);
    });
  }
});

describe("loop-backs and their guards", () => {
  const delayOf = (activity: Activity | undefined): { readonly floor: number; readonly cap: number } | "at once" =>
    activity?.do === "wait" ? activity.delay : "at once";

  it("L1: a version that expired is followed by a whole state at once the first time, later with back-off, until two minutes were good", () => {
    let state: State = at("watching");
    const delays = [];
    for (let round = 0; round < 4; round += 1) {
      const next = step(state, reported(410, "Expired"), round);
      delays.push(delayOf(next.activity));
      state = at("watching", next.state.memory);
    }
    expect(delays).toEqual(["at once", { floor: 100, cap: 800 }, { floor: 100, cap: 1_600 }, { floor: 100, cap: 3_200 }]);
    expect(delayOf(step(state, failed(answer("expired", 410)), 120_003).activity)).toBe("at once");
  });

  it("L2: another ERROR event is followed by a whole state after a back-off, the first time too", () => {
    const next = step(at("watching"), reported(500, "InternalError"), 60_000);
    expect(next.state).toMatchObject({ kind: "waiting", next: "seed" });
    expect(delayOf(next.activity)).toEqual({ floor: 100, cap: 800 });
  });

  it("L3: short watches are followed at once three times, then with back-off, slower where they brought nothing", () => {
    const delays = (progress: boolean): unknown[] => {
      let streak = 0;
      return Array.from({ length: 6 }, () => {
        const next = step({ ...at("watching", { streak }), progress }, { type: "ended" }, 10);
        streak = next.state.memory.streak;
        return delayOf(next.activity);
      });
    };
    const free = ["at once", "at once", "at once"];
    expect(delays(false)).toEqual([...free, { floor: 100, cap: 800 }, { floor: 100, cap: 1_600 }, { floor: 100, cap: 3_200 }]);
    expect(delays(true)).toEqual([...free, { floor: 100, cap: 800 }, { floor: 100, cap: 1_000 }, { floor: 100, cap: 1_000 }]);
  });

  it("L4: a lost connection is followed within 100 ms, then with back-off up to 30 s", () => {
    let streak = 0;
    const caps = Array.from({ length: 9 }, () => {
      const next = step(at("opening", { streak }), failed(lost()), 0);
      streak = next.state.memory.streak;
      return next.activity?.do === "wait" ? next.activity.delay.cap : undefined;
    });
    expect(caps).toEqual([100, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  });

  it("L5: refused connections are tried again within a second for half a minute, then less and less often", () => {
    const capAfter = (silent: number): unknown =>
      delayOf(step(at("opening", { streak: 40, troubleSince: 0 }), failed(refused()), silent).activity);
    expect(capAfter(0)).toEqual({ floor: 100, cap: 1_000 });
    expect(capAfter(29_999)).toEqual({ floor: 100, cap: 1_000 });
    expect(capAfter(30_000)).toEqual({ floor: 100, cap: 1_600 });
    expect(capAfter(60_000)).toEqual({ floor: 100, cap: 3_200 });
    expect(capAfter(3_600_000)).toEqual({ floor: 100, cap: 30_000 });
  });

  it("L6: the third answered failure in a row gives the version up; 429 never does, and its Retry-After is obeyed", () => {
    expect(step(at("opening", { streak: 1 }), failed(answer("server-error", 504)), 0).state).toMatchObject({ next: "watch" });
    expect(step(at("opening", { streak: 2 }), failed(answer("server-error", 504)), 0).state).toMatchObject({ next: "seed" });
    const busy = step(at("opening", { streak: 2 }), failed(answer("too-many-requests", 429, 7)), 0);
    expect(busy.state).toMatchObject({ next: "watch" });
    expect(delayOf(busy.activity)).toEqual({ floor: 7_000, cap: 10_200 });
    expect(delayOf(step(at("opening"), failed(answer("too-many-requests", 429, 86_400)), 0).activity)).toMatchObject({ floor: 60_000 });
  });

  it("L7: a silent watch is followed at once, a request that was never answered is a loss", () => {
    expect(drawn(step(at("watching"), { type: "idle" }, 45_000))).toBe("opening [watch]");
    const hung = step(at("opening"), { type: "idle" }, 45_000);
    expect(hung.state).toMatchObject({ kind: "waiting", next: "watch", memory: { streak: 1 } });
    expect(delayOf(hung.activity)).toEqual({ floor: 0, cap: 100 });
  });

  it("L8, I8: the tenth watch in a row that brought nothing gives the version up", () => {
    expect(drawn(step(at("watching", { barren: 8 }), { type: "ended" }, 60_000))).toBe("opening [watch]");
    expect(drawn(step(at("watching", { barren: 9 }), { type: "ended" }, 60_000))).toBe("gathering [gather]");
    expect(step(at("watching", { barren: 9 }), { type: "bookmark", version: "50" }, 60_000).state.memory.barren).toBe(0);
  });

  it("L9: watch-lists are given up for good where the server has none, this once where one broke off", () => {
    for (const error of [answer("bad-request", 400), answer("invalid", 422), answer("unsupported", 405)]) {
      const next = step(at("gathering"), failed(error), 0);
      expect(drawn(next)).toBe("listing [list]");
      expect(next.state.memory.seedBy).toBe("list");
    }
    const broken = step(at("gathering"), { type: "ended" }, 0);
    expect(broken.state.memory).toMatchObject({ seedBy: "watch-list", detour: true });
    const listing = step(broken.state, { type: "wake" }, 200);
    expect(drawn(listing)).toBe("listing [list]");
    expect(step(listing.state, { type: "gathered", version: "60" }, 300).state.memory.detour).toBe(false);
  });

  it("L10: a list whose pages expire is asked for in one piece", () => {
    const next = step(at("listing", { seedBy: "list" }), failed(answer("expired", 410)), 0);
    expect(next.activity).toEqual({ do: "list", whole: true });
  });

  it("L11: a denied watch is listed every 5 s and probed once a minute; a denied list is tried every 30 s", () => {
    const denied = step(at("opening"), failed(answer("forbidden", 403)), 0);
    expect(drawn(denied)).toBe("polling [wait]");
    expect(delayOf(denied.activity)).toEqual({ floor: 4_000, cap: 6_000 });
    const listing = step(denied.state, { type: "wake" }, 5_000);
    expect(drawn(listing)).toBe("listing [list]");
    expect(drawn(step(listing.state, { type: "gathered", version: "60" }, 5_100))).toBe("polling [wait] +gathered");
    expect(drawn(step(listing.state, { type: "gathered", version: "60" }, 60_000))).toBe("opening [watch] +gathered");
    const closed = step(listing.state, failed(answer("forbidden", 403)), 5_100);
    expect(drawn(closed)).toBe("denied [wait]");
    expect(delayOf(closed.activity)).toEqual({ floor: 27_000, cap: 33_000 });
  });

  it("L12: a nudge acts at most once a second", () => {
    expect(drawn(step(at("watching", { asked: 59_500 }), { type: "nudge" }, 60_000))).toBe("watching");
    expect(delayOf(step(at("waiting", { asked: 59_500 }), { type: "nudge" }, 60_000).activity)).toEqual({ floor: 500, cap: 500 });
    expect(drawn(step(at("waiting", { asked: 59_000 }), { type: "nudge" }, 60_000))).toBe("opening [watch]");
  });

  it("L13, I3: an older state is refused with back-off, and believed only after three over half a minute", () => {
    let { state } = step(at("listing"), { type: "gathered", version: "40" }, 0);
    expect(state).toMatchObject({ kind: "waiting", next: "seed", memory: { version: "50" } });
    for (const now of [1_000, 29_000]) {
      ({ state } = step(at("listing", state.memory), { type: "gathered", version: "40" }, now));
      expect(state).toMatchObject({ kind: "waiting", memory: { version: "50" } });
    }
    const believed = step(at("listing", state.memory), { type: "gathered", version: "40" }, 30_000);
    expect(drawn(believed)).toBe("opening [watch] +gathered");
    expect(believed.state.memory.version).toBe("40");
  });

  it("L14: the third older bookmark in a row asks for a whole state, with back-off; one is ignored", () => {
    const older: Event = { type: "bookmark", version: "40" };
    const once = step(at("watching"), older, 0);
    expect(once).toMatchObject({ state: { kind: "watching", memory: { version: "50" } } });
    const twice = step(once.state, older, 60_000);
    expect(drawn(step(twice.state, older, 120_000))).toBe("waiting [wait]");
    const between = step(twice.state, samples.changed, 60_000);
    expect(drawn(step(between.state, older, 120_000))).toBe("watching");
  });
});

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
