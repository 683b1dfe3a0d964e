import { expect, test } from "vitest";
import { consentsOfMaintenance, drainSpecOf, durationOf } from "./drain-spec.ts";
import { readDrainWishes } from "../drain-wishes.ts";
import type { DrainWishes } from "../drain-wishes.ts";

const plain: DrainWishes = { request: { mode: "Evict", disableEviction: false }, allow: consentsOfMaintenance([]) };
const wishes: readonly DrainWishes[] = [
  plain,
  { request: { ...plain.request, mode: "CordonOnly" }, allow: plain.allow },
  {
    request: {
      ...plain.request,
      rules: [{ pods: { matchLabels: { app: "db" } }, namespaces: { names: ["shop"] }, action: "wait", wave: 2 }],
      order: "priority",
      honor: ["karpenter"],
      grace: 30_000,
      deadline: 3_600_000,
      volumeDetachTimeout: 0,
    },
    allow: consentsOfMaintenance(["budget-violation"]),
  },
  {
    request: { ...plain.request, mode: "EvictThenTaint", taint: { key: "a", value: "b", effect: "NoExecute" }, taintAfter: 90_000 },
    allow: consentsOfMaintenance(["budget-violation", "infrastructure"]),
  },
];

test.each(wishes.map((one, i) => [i, one] as const))("the spec of wish %i says the same as the wish", (_, wish) => {
  const read = readDrainWishes({ nodeName: "n", drain: drainSpecOf(wish) });
  const { volumeDetachTimeout = 120_000 } = wish.request;
  expect(read).toEqual({ kind: "read", wishes: { request: { ...wish.request, volumeDetachTimeout }, allow: wish.allow } });
});

test("what goes without saying is not said", () => {
  expect(drainSpecOf(plain)).toEqual({});
});

test.each([
  [0, "0s"],
  [1_500, "1500ms"],
  [90_000, "1m30s"],
  [9_000_000, "2h30m"],
])("%i ms are %s", (millis, text) => {
  expect(durationOf(millis)).toBe(text);
});
