import { expect, test } from "vitest";
import { realEngine } from "../real-engine.ts";
import { fakeWorld } from "../testing/fake-world.ts";

test("the demo names a blocker and how to end it, drains under budgets, and brings the node back", async () => {
  const world = fakeWorld({ engine: realEngine });
  const begun = world.clock.now();
  let code: number | undefined;
  const ended = world.run("demo").then((exit) => {
    code = exit;
  });
  await world.clock.run(() => code !== undefined, { at: begun + 600_000, eventsPerInstant: 10_000 });
  await ended;
  const shown = world.out.lines();
  expect(world.err.written).not.toMatch(/error/);
  expect(code).toBe(0);
  expect(shown).toContainEqual(
    expect.stringMatching(/blocked {2}shop\/db-\S+: the budget db needs 1 of 1 pods healthy: it can never allow one to go/),
  );
  expect(shown).toContain("deployment.apps/db scaled");
  expect(shown.filter((line) => line.startsWith("evicting pod shop/")).length).toBe(6);
  expect(shown).toContain("node/worker-1 drained");
  expect(shown).toContain("node/worker-1 uncordoned");
  // Half of it is the viewer's: about half a minute.
  expect((world.clock.now() - begun) / 2).toBeLessThan(40_000);
});

test("Ctrl-C between two scenes ends it with 130", async () => {
  const world = fakeWorld({ engine: realEngine });
  let code: number | undefined;
  const ended = world.run("demo").then((exit) => {
    code = exit;
  });
  await world.clock.run(() => world.out.written.includes("simulated cluster"), {
    at: world.clock.now() + 60_000,
    eventsPerInstant: 10_000,
  });
  world.signal("SIGINT");
  await ended;
  expect(code).toBe(130);
});
