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
      "worker-1  ░░░░░░░░░░░░░░░░░░░░   0%  0 of 2 pods gone, 2 waiting  12s, about 18s left (8s–48s)",
      "  BUDGET   NEEDS  HAS  WAIT  FOR                          WAITING PODS",
      "  web/api  2      2    1     a pod elsewhere to be Ready  api-2",
      "           → it goes on when a replacement is Ready; to hasten it, scale the workload up or relax",
      "             the budget",
    ]);
    expect(world.out.screen().slice(-4)).toEqual([
      "node/worker-1 drained",
      "node worker-1 is empty: 2 pods moved",
      "  → back into service: drydock uncordon worker-1",
      "  → may it be off?     drydock check power-off worker-1",
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

  test("in a pipe, many nodes that wait for one budget are one line, with its hint once", async () => {
    const nodes = Array.from({ length: 24 }, (_, i) => `worker-${i + 1}`);
    const fleet = planOf(nodes.map((node) => podStep(`pod-${node}`, { node })));
    const world = fakeWorld({
      drain: async (s) => {
        const at = s.clock.now();
        tell(s, [{ at, kind: "planned", plan: fleet }]);
        for (const [i, node] of nodes.entries()) {
          tell(s, [{ at, kind: "cordoned", node, already: false, foreign: false, dryRun: false }]);
          // The budget is counted anew all the time: that is no other cause.
          const blocker = {
            ...atBudget(podStep(`pod-${node}`, { node }), at),
            args: { budget: "api", needs: 2, has: i % 2 === 0 ? 2 : 1 },
          };
          tell(s, [{ at, kind: "blocked", blocker }]);
        }
        await s.clock.sleep(30_000, s.stop);
        return { kind: "finished", plan: fleet, nodes: [] };
      },
    });
    let code: number | undefined;
    const ended = world.run("drain", "-l", "pool=blue", "--parallel=24").then((exit) => {
      code = exit;
    });
    await world.clock.run(() => code !== undefined, forEver);
    await ended;
    expect(world.err.lines().filter((line) => /^(?:waiting|blocked| {2}→)/.test(line))).toEqual([
      "waiting on 24 nodes for 10s: web/pod-worker-1, web/pod-worker-10, web/pod-worker-11, … (21 more): waits for the budget api: it needs 2 healthy pods and has 1",
      "  → it goes on when a replacement is Ready; to hasten it, scale the workload up or relax the budget",
    ]);
  });

  test.each([{ CI: "true" }, { TERM: "dumb" }])("not with %j", async (env) => {
    const world = fakeWorld({ drain: drainsWell, stderrIsTTY: true, env });
    await world.run("drain", "worker-1");
    expect(world.err.written).not.toContain("\x1b[?25l");
  });
});
