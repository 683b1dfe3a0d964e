import { describe, expect, it } from "vitest";
import { KubeError } from "../../client/errors.ts";
import type { Events, EventType, Memory, Next, State, StateKind, States } from "./state.ts";
import { begin, lapseOf, step } from "./transitions.ts";

const minute = 60_000;
const hour = 60 * minute;
const error = new KubeError("server-error", "no");

const memory: Memory = { status: { kind: "held", until: hour }, until: hour, had: true, asked: 0, failures: 0, nudged: false };
const at = <K extends StateKind>(kind: K, changed: Partial<Memory> = {}): States[K] =>
  ({ kind, memory: { ...memory, ...changed }, release: { kind: "released" } }) as unknown as States[K];

const held = (now: number) => ({ type: "answered", outcome: { kind: "held", until: now + hour, renewAt: now + 20 * minute } }) as const;
const foreign = (until: number) => ({ type: "answered", outcome: { kind: "foreign", holder: "nhc", until } }) as const;
const failed = (since: number) => ({ type: "answered", outcome: { kind: "failed", error, since } }) as const;
const samples = {
  answered: held(0),
  wake: { type: "wake" },
  nudge: { type: "nudge" },
  lapse: { type: "lapse", error },
  release: { type: "release" },
  released: { type: "released", release: { kind: "released" } },
  stop: { type: "stop" },
} as const satisfies Events;

const drawn = ({ state, activity }: Next): string => {
  const wait = activity?.do === "wait" ? ` ${activity.floor / 1000}–${activity.cap / 1000} s` : "";
  return `${state.kind}${activity === undefined || activity.do === "nothing" ? "" : ` [${activity.do}${wait}]`}`;
};

describe("the transition table", () => {
  /** One plain example of each cell, half a second after the request: read it as the drawing of the machine. */
  const expected: { readonly [S in StateKind]: { readonly [E in EventType]: string } } = {
    asking: {
      answered: "waiting [wait 1079.55–1199.5 s]",
      wake: "asking",
      nudge: "asking",
      lapse: "asking",
      release: "releasing",
      released: "asking",
      stop: "ended",
    },
    waiting: {
      answered: "waiting",
      wake: "asking [request]",
      nudge: "waiting [wait 0.5–0.5 s]",
      lapse: "waiting",
      release: "releasing [release]",
      released: "waiting",
      stop: "ended",
    },
    releasing: {
      answered: "releasing [release]",
      wake: "releasing",
      nudge: "releasing",
      lapse: "releasing",
      release: "releasing",
      released: "ended",
      stop: "ended",
    },
    ended: { answered: "ended", wake: "ended", nudge: "ended", lapse: "ended", release: "ended", released: "ended", stop: "ended" },
  };

  for (const kind of ["asking", "waiting", "releasing", "ended"] as const) {
    it(`is as drawn for ${kind}`, () => {
      const cells = Object.entries(samples).map(([type, event]) => [type, drawn(step(at(kind), event, 500))]);
      expect(Object.fromEntries(cells)).toEqual(expected[kind]);
    });
  }
});

describe("what is told of it", () => {
  const play = (...events: readonly (readonly [number, Parameters<typeof step>[1]])[]): State =>
    events.reduce<State>((state, [now, event]) => step(state, event, now).state, begin(0).state);

  it("I1: failed calls leave a lease that is ours what it is, until its own time is over", () => {
    const wake = { type: "wake" } as const;
    const asked = [
      [0, held(0)],
      [20 * minute, wake],
      [20 * minute, failed(20 * minute)],
      [21 * minute, wake],
    ] as const;
    const trouble = play(...asked, [21 * minute, failed(21 * minute)]);
    expect(trouble.memory.status).toEqual({ kind: "failed", error, since: 20 * minute, until: hour });
    expect(lapseOf(trouble)).toBe(hour);
    const early = step(trouble, samples.lapse, hour - 1);
    expect(early.state.memory.status.kind).toBe("failed");
    const lapsed = step(trouble, samples.lapse, hour);
    expect(lapsed.state.memory.status).toEqual({ kind: "lapsed", since: hour, error });
    expect(lapseOf(lapsed.state)).toBeUndefined();
  });

  it("I2: it is lost where somebody else has it, and ours again when we have it again", () => {
    const lost = play([0, held(0)], [1, { type: "wake" }], [2, foreign(10 * minute)]);
    expect(lost.memory.status).toEqual({ kind: "foreign", holder: "nhc", until: 10 * minute, lost: true });
    const never = play([0, foreign(10 * minute)]);
    expect(never.memory.status).toMatchObject({ kind: "foreign", lost: false });
    const regained = step(step(lost, { type: "wake" }, minute).state, held(minute), minute).state;
    expect(regained.memory.status).toEqual({ kind: "held", until: minute + hour });
  });

  it("I3: what is not known to be ours is not told as ours when calls fail", () => {
    expect(play([0, failed(0)]).memory.status).toEqual({ kind: "failed", error, since: 0 });
    const after = play([0, held(0)], [1, { type: "wake" }], [2, foreign(hour)], [3, { type: "wake" }], [4, failed(3)]);
    expect(after.memory.status).toEqual({ kind: "failed", error, since: 3 });
  });
});

describe("loop-backs and their guards", () => {
  const delay = ({ activity }: Next): unknown => (activity?.do === "wait" ? [activity.floor, activity.cap] : activity?.do);

  it("L1: ours is renewed when a third of its time has passed, or a little before", () => {
    expect(delay(step(at("asking"), held(0), 0))).toEqual([18 * minute, 20 * minute]);
  });

  it("L2: a foreign one is asked for when its time is over, and once a minute before", () => {
    expect(delay(step(at("asking"), foreign(30_000), 0))).toEqual([27_000, 30_000]);
    expect(delay(step(at("asking"), foreign(hour), 0))).toEqual([54_000, 60_000]);
    expect(delay(step(at("asking"), foreign(0), 0))).toEqual([900, 1_000]);
  });

  it("L3: a failed request is followed by another after 1 s, later each time, up to a minute", () => {
    const delays = [0, 1, 2, 6, 50].map((failures) => delay(step(at("asking", { failures }), failed(0), 0)));
    expect(delays).toEqual([
      [500, 1_000],
      [1_000, 2_000],
      [2_000, 4_000],
      [30_000, 60_000],
      [30_000, 60_000],
    ]);
  });

  it("L4: what was seen of it brings a request, but none sooner than a second after the last began", () => {
    expect(delay(step(at("waiting"), samples.nudge, 300))).toEqual([700, 700]);
    expect(delay(step(at("waiting"), samples.nudge, 1_000))).toBe("request");
    const during = step(at("asking"), samples.nudge, 300).state;
    expect(delay(step(during, held(400), 400))).toEqual([1_000, 1_000]);
  });
});
