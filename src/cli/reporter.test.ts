import { describe, expect, test } from "vitest";
import type { Outcome } from "../maintenance/outcome.ts";
import type { Surroundings } from "../maintenance/work.ts";
import { atBudget, blockerOf, cordonStep, daemonStep, drainEvents, nodeOutcome, planOf, podStep, start } from "../present/testing/plans.ts";
import { fakeWorld, tell } from "./testing/fake-world.ts";

const plan = planOf([cordonStep(), podStep("api-1"), podStep("api-2"), daemonStep("proxy")]);
const drained: Outcome = { kind: "finished", plan, nodes: [nodeOutcome("drained")] };

function drainsWell(s: Surroundings): Outcome {
  tell(s, drainEvents(plan));
  return drained;
}

describe("the live display", () => {
  const forEver = { at: start + 3_600_000, eventsPerInstant: 1_000 };

  test("on a terminal it stands below kubectl's lines, follows, and is gone at the end", async () => {
    const frames: (readonly string[])[] = [];
    const world = fakeWorld({
      stdoutIsTTY: true,
      stderrIsTTY: true,
      columns: 100,
      env: { NO_COLOR: "1" },
      drain: async (s) => {
        const [planned, cordoned, ...rest] = drainEvents(plan).map((event) => ({ ...event, at: s.clock.now() }));
        tell(
          s,
          [planned, cordoned].flatMap((event) => (event === undefined ? [] : [event])),
        );
        tell(s, [{ at: s.clock.now(), kind: "blocked", blocker: atBudget(podStep("api-2"), s.clock.now()) }]);
        await s.clock.sleep(12_200, s.stop);
        frames.push(world.out.screen());
        tell(s, rest);
        return drained;
      },
    });
    let code: number | undefined;
    const ended = world.run("drain", "worker-1").then((exit) => {
      code = exit;
    });
    await world.clock.run(() => code !== undefined, forEver);
    await ended;
    expect(code).toBe(0);
    expect(frames[0]).toEqual([
      "node/worker-1 cordoned",
      "Warning: ignoring DaemonSet-managed Pods: kube-system/proxy",
      "node worker-1: 2 pods to go, about 30s (20s–1m)",
      "worker-1  ░░░░░░░░░░░░░░░░░░░░    0%  0 of 2 pods gone  12s, about 18s left (8s–48s)",
      "  waiting  web/api-2: waits for the budget api: no healthy pod to spare (needs 2, has 2)  12s",
      "           → it goes on when a replacement is Ready; to hasten it, scale the workload up or relax …",
    ]);
    expect(world.out.screen().slice(-3)).toEqual([
      "node/worker-1 drained",
      "node worker-1 is empty: 2 pods moved",
      "  → back into service: drydock uncordon worker-1",
    ]);
  });

  test("in a pipe, what lasts is said after 10 s, and again a minute later; what a person must end at once", async () => {
    const said: (readonly string[])[] = [];
    const world = fakeWorld({
      drain: async (s) => {
        tell(s, drainEvents(plan).slice(0, 2));
        tell(s, [{ at: s.clock.now(), kind: "blocked", blocker: atBudget(podStep("api-2"), s.clock.now()) }]);
        tell(s, [
          {
            at: s.clock.now(),
            kind: "blocked",
            blocker: blockerOf(podStep("db"), "two-budgets", { budgets: ["x", "y"] }, "person", s.clock.now()),
          },
        ]);
        for (const seconds of [1, 10, 40, 25]) {
          await s.clock.sleep(seconds * 1000, s.stop);
          said.push(world.err.lines().filter((line) => /^(?:waiting|blocked)/.test(line)));
        }
        return drained;
      },
    });
    let code: number | undefined;
    const ended = world.run("drain", "worker-1").then((exit) => {
      code = exit;
    });
    await world.clock.run(() => code !== undefined, forEver);
    await ended;
    expect(said.map((lines) => lines.length)).toEqual([1, 2, 2, 4]);
    expect(said[1]).toEqual([
      "blocked on worker-1 for 0s: web/db: is selected by x, y: the server evicts no pod that two budgets select",
      "waiting on worker-1 for 10s: web/api-2: waits for the budget api: no healthy pod to spare (needs 2, has 2)",
    ]);
  });

  test.each([{ CI: "true" }, { TERM: "dumb" }])("not with %j", async (env) => {
    const world = fakeWorld({ drain: drainsWell, stderrIsTTY: true, env });
    await world.run("drain", "worker-1");
    expect(world.err.written).not.toContain("\x1b[?25l");
  });
});
