import { describe, expect, it } from "vitest";
import { idleAfter, step } from "./machine.ts";
import type { Activity, Event, State } from "./state.ts";
import { answer, at, drawn, failed, lost, refused, reported, samples } from "./testing/samples.ts";

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

  it("L7, L12: a watch in the place of a quiet one is left alone until a bookmark can have come, or anything else has", () => {
    const opening = step(at("watching"), { type: "idle" }, 45_000).state;
    const renewed = step(opening, samples.opened, 45_100).state;
    expect([idleAfter(opening, 45_000), idleAfter(renewed, 45_000), idleAfter(renewed, 150_000)]).toEqual([45_000, 75_000, 150_000]);
    expect(drawn(step(renewed, samples.nudge, 119_000))).toBe("watching");
    expect(drawn(step(renewed, samples.nudge, 120_000))).toBe("opening [watch]");
    for (const told of [samples.bookmark, samples.changed]) {
      const { state } = step(renewed, told, 105_000);
      expect(idleAfter(state, 45_000)).toBe(45_000);
      expect(drawn(step(state, samples.nudge, 106_000))).toBe("opening [watch]");
    }
  });

  it("L8, I8: the tenth watch in a row that brought nothing gives the version up", () => {
    expect(drawn(step(at("watching", { barren: 8 }), { type: "ended" }, 60_000))).toBe("opening [watch]");
    expect(drawn(step(at("watching", { barren: 9 }), { type: "ended" }, 60_000))).toBe("gathering [gather]");
    // A bookmark of the same version confirms it: the count begins anew with this watch.
    const confirmed = step(at("watching", { barren: 9 }), { type: "bookmark", version: "50" }, 60_000);
    expect(step(confirmed.state, { type: "ended" }, 120_000).state).toMatchObject({ kind: "opening", memory: { barren: 1 } });
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
    for (const asked of [59_000, 59_900]) {
      const nudged = step(at("polling", { watchDenied: true, probeAt: 90_000, asked }), { type: "nudge" }, 60_000).state;
      const { state } = nudged.kind === "polling" ? step(nudged, { type: "wake" }, 60_900) : { state: nudged };
      expect(drawn(step(state, { type: "gathered", version: "60" }, 61_000))).toBe("opening [watch] +gathered");
    }
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
