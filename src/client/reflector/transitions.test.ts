import { describe, expect, it } from "vitest";
import { step } from "./machine.ts";
import type { EventType, StateKind } from "./state.ts";
import { at, drawn, samples } from "./testing/samples.ts";

const kinds: readonly StateKind[] = ["gathering", "listing", "opening", "watching", "waiting", "polling", "denied", "stopped"];

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
