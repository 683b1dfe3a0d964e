import { expect, test } from "vitest";
import { settledTurn } from "./event-loop.ts";
import type { Alarm } from "./event-loop.ts";
import { wallTimers } from "./wall-timers.ts";

/** An alarm rung by hand, with a wall of its own: what a platform that is early, or late, does to the timers. */
function byHand(rate = 1) {
  let wall = 0;
  let set: { readonly after: number; readonly ring: () => void } | undefined;
  let alive: boolean | undefined;
  const alarm: Alarm = {
    set: (after, ring) => {
      set = { after, ring };
    },
    clear: () => {
      set = undefined;
    },
    hold: (next) => {
      alive = next;
    },
  };
  return {
    timer: wallTimers(() => wall * rate, rate, alarm),
    wait: () => set?.after,
    alive: () => alive,
    /** Lets `passed` ms of wall time go by and rings. */
    ring: (passed: number) => {
      wall += passed;
      const { ring } = set ?? { ring: () => {} };
      set = undefined;
      ring();
    },
  };
}

test("a timer longer than 24.8 days is armed again and again until it is due", () => {
  const longest = 2 ** 31 - 1;
  const hand = byHand();
  let ran = false;
  hand.timer(longest * 2 + 5, () => {
    ran = true;
  });
  expect(hand.wait()).toBe(longest);
  hand.ring(longest);
  expect([hand.wait(), ran]).toEqual([longest, false]);
  hand.ring(longest);
  expect([hand.wait(), ran]).toEqual([5, false]);
  hand.ring(5);
  expect([hand.wait(), ran]).toEqual([undefined, true]);
});

test("an alarm that rings early runs nothing early", () => {
  const hand = byHand();
  let ran = false;
  hand.timer(10, () => {
    ran = true;
  });
  hand.ring(9.4);
  expect([hand.wait(), ran]).toEqual([1, false]);
  hand.ring(1);
  expect(ran).toBe(true);
});

test("on a fast clock, timers of one wall millisecond run in the order of their time, each in its own turn", async () => {
  const hand = byHand(1000);
  const ran: string[] = [];
  const seen = (name: string) => (): void => {
    void Promise.resolve().then(() => ran.push(`${name} settled`));
    ran.push(name);
  };
  hand.timer(800, seen("800"));
  hand.timer(100, seen("100"));
  hand.timer(300, seen("300"));
  expect(hand.wait()).toBe(1);
  hand.ring(1);
  await settledTurn();
  await settledTurn();
  await settledTurn();
  expect(ran).toEqual(["100", "100 settled", "300", "300 settled", "800", "800 settled"]);
});

test("only foreground timers keep the process alive", () => {
  const hand = byHand();
  const resync = hand.timer(10, () => {}, { background: true });
  expect(hand.alive()).toBe(false);
  const work = hand.timer(50, () => {});
  // The alarm for the nearer background timer must keep the process alive for the work behind it.
  expect([hand.wait(), hand.alive()]).toEqual([10, true]);
  work[Symbol.dispose]();
  expect(hand.alive()).toBe(false);
  resync[Symbol.dispose]();
  expect(hand.wait()).toBeUndefined();
});

test("a timer that throws does not stop the others", () => {
  const hand = byHand();
  let ran = false;
  hand.timer(1, () => {
    throw new Error("planted");
  });
  hand.timer(5, () => {
    ran = true;
  });
  expect(() => hand.ring(1)).toThrow("planted");
  expect(hand.wait()).toBe(4);
  hand.ring(4);
  expect(ran).toBe(true);
});

test("a nearer timer takes over the alarm, an endless one never sets it", () => {
  const hand = byHand();
  hand.timer(Number.POSITIVE_INFINITY, () => {});
  expect(hand.wait()).toBeUndefined();
  hand.timer(100, () => {});
  const nearer = hand.timer(20, () => {});
  expect(hand.wait()).toBe(20);
  nearer[Symbol.dispose]();
  expect(hand.wait()).toBe(100);
});
