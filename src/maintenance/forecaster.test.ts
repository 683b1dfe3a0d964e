import { expect, test } from "vitest";
import { DrainWorld } from "../../test/support/drain-world.ts";
import type { ExecutionEvent } from "../execution/event.ts";

type Forecast = Extract<ExecutionEvent, { kind: "forecast" }>;

const world = (ready: number, gone: number, old = ready): DrainWorld => {
  const made = new DrainWorld({
    nodes: ["n", "m"].map((name) => ({ name })),
    workloads: [
      {
        kind: "Deployment",
        namespace: "web",
        name: "web",
        replicas: 6,
        on: Array.from({ length: 6 }, () => "n"),
        pod: { ready: old, gone },
      },
    ],
    budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
  });
  return made;
};
const forecasts = ({ events }: DrainWorld): readonly Forecast[] => events.filter((event) => event.kind === "forecast");

test("a drain tells what remains from its first evictions on, and each time nearer to what then came", async () => {
  const here = world(10_000, 4_000);
  await here.drain();
  const end = here.events.at(-1)?.at ?? 0;
  const told = forecasts(here);
  expect(told.length).toBeGreaterThan(3);
  for (const { at, remaining } of told) {
    expect(remaining.low).toBeLessThanOrEqual(end - at + 1_000);
    expect(remaining.high).toBeGreaterThanOrEqual(end - at - 1_000);
  }
  const off = told.map(({ at, remaining }) => Math.abs(remaining.likely - (end - at)));
  expect(off.at(-1)).toBeLessThan(4_000);
});

test("it learns how long pods take to end from those that it has seen end", async () => {
  const here = world(2_000, 25_000);
  await here.drain();
  const end = here.events.at(-1)?.at ?? 0;
  const [first] = forecasts(here);
  const last = forecasts(here).at(-1);
  // Nobody told beforehand that these use most of their grace period.
  expect((first?.remaining.likely ?? 0) + (first?.at ?? 0)).toBeLessThan(end - 10_000);
  expect(Math.abs((last?.remaining.likely ?? 0) + (last?.at ?? 0) - end)).toBeLessThan(5_000);
});

test("it is not told more often than every two seconds", async () => {
  const here = world(500, 500);
  await here.drain();
  const times = forecasts(here).map(({ at }) => at);
  expect(times.every((at, i) => i === 0 || at - (times[i - 1] ?? 0) >= 2_000)).toBe(true);
});
