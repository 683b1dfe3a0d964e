import { describe, expect, test } from "vitest";
import { realEngine } from "../real-engine.ts";
import { type FakeWorld, fakeWorld, type Scripts } from "../testing/fake-world.ts";

/** Begins the demo, lets time pass until it has ended, or `until` holds, and gives its exit code once it has ended. */
async function played(world: FakeWorld, argv: readonly string[], until: () => boolean = () => false): Promise<() => Promise<number>> {
  let code: number | undefined;
  const running = world.run("demo", ...argv).then((exit) => {
    code = exit;
  });
  const pass = async (holds: () => boolean): Promise<void> => {
    await world.clock.run(() => code !== undefined || holds(), { at: world.clock.now() + 600_000, eventsPerInstant: 10_000 });
  };
  await pass(until);
  return async () => {
    await pass(() => false);
    await running;
    return code ?? -1;
  };
}

async function shown(
  argv: readonly string[],
  scripts: Scripts = {},
): Promise<{ readonly world: FakeWorld; readonly lines: readonly string[] }> {
  const world = fakeWorld({ engine: realEngine, ...scripts });
  const ended = await played(world, argv);
  expect(await ended()).toBe(0);
  return { world, lines: world.out.lines() };
}

test("the commands: a blocker and how to end it, a drain under budgets, and the way back", async () => {
  const world = fakeWorld({ engine: realEngine });
  const begun = world.clock.now();
  const ended = await played(world, ["commands"]);
  expect(await ended()).toBe(0);
  const lines = world.out.lines();
  expect(world.err.written).not.toMatch(/error/);
  expect(lines).toContainEqual(
    expect.stringMatching(/blocked {2}shop\/db-\S+: the budget db needs 1 of 1 pods healthy: it can never allow one to go/),
  );
  expect(lines).toContain("deployment.apps/db scaled");
  expect(lines.filter((line) => line.startsWith("evicting pod shop/")).length).toBe(6);
  expect(lines).toContain("node/worker-1 drained");
  expect(lines).toContain("node/worker-1 uncordoned");
  // Half of it is the viewer's: about half a minute.
  expect((world.clock.now() - begun) / 2).toBeLessThan(40_000);
});

describe("the objects, with an operator in the same process", () => {
  test("a Maintenance takes a node out, says what is in its way, keeps it out, and brings it back", async () => {
    const { world, lines } = await shown(["objects"]);
    const at = (what: RegExp | string): number => lines.findIndex((line) => (typeof what === "string" ? line === what : what.test(line)));
    const story = [
      at("$ drydock operator --leader-elect 2>operator.log &"),
      at("$ kubectl apply -f - <<END"),
      at("maintenance.drydock.dev/firmware created"),
      at(/^NAME +NODE +PHASE +DONE +LEFT +BLOCKED +ETA +AGE$/),
      at(/^firmware +worker-1 +Draining +\d\/6 /),
      at(/^firmware +worker-1 +Blocked +5\/6 +1 +1 /),
      at(/the budget db needs 1 of 1 pods healthy: it can never allow one to go/),
      at("deployment.apps/db scaled"),
      at("node/worker-1 condition met"),
      at("node/worker-1 uncordoned"),
      at(/^worker-1 +Ready,SchedulingDisabled /),
      at(/ Warning +HoldUndone +Maintenance\/firmware /),
      at("maintenance.drydock.dev/firmware wanted in"),
    ];
    expect(story.filter((line) => line < 0)).toEqual([]);
    expect(story).toEqual(story.toSorted((a, b) => a - b));
    expect(world.err.written).toContain("done: worker-1: node worker-1 has passed its checks and was put back");
    // The operator itself is no stranger to be agreed with, and no drain is to be begun beside it.
    expect(lines.filter((line) => line.includes("agree with whoever") || line.includes("drydock drain"))).toEqual([]);
  });

  test("a NodeMaintenance is served as well, and all nodes are in service in the end", async () => {
    const { lines } = await shown(["objects"]);
    expect(lines).toContain("nodemaintenance.nodemaintenance.medik8s.io/fan created");
    expect(lines).toContainEqual(expect.stringMatching(/^fan +worker-2 +Succeeded +100 /));
    expect(lines).toContain('nodemaintenance.nodemaintenance.medik8s.io "fan" deleted');
    expect(lines).toContain("all 4 nodes are in service");
  });

  test("it is the same in every run", async () => {
    expect((await shown(["objects"])).lines).toEqual((await shown(["objects"])).lines);
  });

  test("on a narrow terminal no row is broken, and without colour and Unicode only ASCII is written", async () => {
    const { world } = await shown(["objects"], {
      stdoutIsTTY: true,
      stderrIsTTY: true,
      columns: 60,
      env: { NO_COLOR: "1", LANG: "C" },
    });
    // What moves the cursor apart.
    const written = world.out.written.replace(/\p{Control}\[\??\d*[A-Za-z]/gu, "");
    expect(written).toMatch(/^[\x20-\x7E\n\r]*$/);
    expect(written.split("\n").filter((line) => /^(firmware|fan|NAME|worker-1 {2,})/.test(line) && line.length > 60)).toEqual([]);
    expect(written).toMatch(/^NAME +NODE +PHASE +DONE +LEFT +BLOCKED\n/m);
  });
});

describe("Ctrl-C ends it with 130, and leaves nothing behind", () => {
  test.each([
    ["while it talks", "commands", "simulated cluster of four nodes"],
    ["while something is followed", "objects", "Draining"],
    ["between two scenes, with the operator at work", "objects", "It stays out."],
  ])("%s", async (_when, act, moment) => {
    const world = fakeWorld({ engine: realEngine });
    const ended = await played(world, [act], () => world.out.written.includes(moment));
    world.signal("SIGINT");
    expect(await ended()).toBe(130);
    expect(world.out.written).toContain("nothing else was touched");
    const before = world.out.written;
    expect(await world.clock.run(() => false, { at: world.clock.now() + 600_000, eventsPerInstant: 10_000 })).toBe("at-rest");
    expect(world.out.written).toBe(before);
  });
});

test("at its prompt every command works, on the cluster that the lines before have left", async () => {
  const { world, lines } = await shown(["shell"], {
    typed: [
      "drydock status",
      "kubectl get maintenances",
      "drydock maintain worker-1 --reason='new firmware'",
      "kubectl get mt",
      "kubectl scale deployment db --namespace=shop --replicas=2",
      "drydock wait worker-1 --for=empty",
      "kubectl frobnicate",
      "ls",
      "drydock return worker-1",
      "",
      "drydock status",
      "exit",
      "drydock unreached",
    ],
  });
  expect(lines.filter((line) => line === "all 4 nodes are in service").length).toBe(2);
  expect(lines).toContain("No resources found");
  expect(lines).toContainEqual(expect.stringMatching(/^worker-1 +worker-1 +Blocked +5\/6 +1 +1 /));
  expect(lines).toContain("node/worker-1 condition met");
  expect(world.err.written).toContain("done: worker-1: node worker-1 has passed its checks and was put back");
  expect(world.err.written).toContain('this kubectl has no "frobnicate"');
  expect(world.err.written).toContain("ls: not found");
  expect(world.err.written).not.toContain("unreached");
});

test("what it does not play is refused, with what there is", async () => {
  const world = fakeWorld({ engine: realEngine });
  expect(await world.run("demo", "everything")).toBe(4);
  expect(world.err.written).toContain('the demo has no "everything"');
  expect(world.err.written).toContain("commands, objects, shell");
});
