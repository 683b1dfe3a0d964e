import { expect, test } from "vitest";
import { jittered, seededRandom, systemRandom } from "./random.ts";
import type { Random } from "./random.ts";

const draw = (random: Random, count = 20): readonly number[] => Array.from({ length: count }, () => random.next());

test("a seed replays its stream, another seed is another stream", () => {
  expect(draw(seededRandom("a"))).toEqual(draw(seededRandom("a")));
  expect(draw(seededRandom("a"))).not.toEqual(draw(seededRandom("b")));
});

test("a fork is the same for the same name, however much its parent has drawn", () => {
  const parent = seededRandom("a");
  const early = draw(parent.fork("pods"));
  draw(parent);
  expect(draw(parent.fork("pods"))).toEqual(early);
  expect(draw(parent.fork("nodes"))).not.toEqual(early);
});

test.each<[string, Random]>([
  ["seeded", seededRandom("a")],
  ["system", systemRandom],
])("%s randomness is in [0, 1), evenly enough, and makes version 4 UUIDs", (_name, random) => {
  const drawn = draw(random, 4000);
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  // 20 standard deviations wide: a stuck or skewed stream fails, chance does not.
  expect(Math.abs(drawn.reduce((sum, value) => sum + value, 0) / drawn.length - 0.5)).toBeLessThan(0.1);
  expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(random.uuid()).not.toBe(random.uuid());
});

test("jitter stays within its share", () => {
  const random = seededRandom("a");
  const values = Array.from({ length: 200 }, () => jittered(1000, 0.2, random));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(800);
  expect(Math.max(...values)).toBeLessThanOrEqual(1200);
  expect(jittered(1000, 0, random)).toBe(1000);
});
