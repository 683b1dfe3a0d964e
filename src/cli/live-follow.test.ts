import { expect, test } from "vitest";
import { OperatorWorld } from "../../test/support/operator-world.ts";
import { formatMicroTime } from "../kube/time.ts";
import { leases } from "../kube/resource.ts";
import { realEngine } from "./real-engine.ts";
import { run } from "./run.ts";
import { type FakeWorld, fakeWorld, type Scripts } from "./testing/fake-world.ts";

/** A terminal before a cluster with an operator, and what stood on it at each second of a command. */
class Watched {
  readonly operators: OperatorWorld;
  readonly terminal: FakeWorld;
  readonly screens: (readonly string[])[] = [];

  constructor(scripts: Scripts, ready = 3_000) {
    this.operators = new OperatorWorld({
      nodes: [{ name: "worker-1" }, { name: "worker-2" }],
      workloads: [
        {
          kind: "Deployment",
          namespace: "web",
          name: "web",
          replicas: 4,
          on: ["worker-1", "worker-1", "worker-1", "worker-1"],
          pod: { ready, gone: 2_000 },
        },
      ],
      budgets: [{ namespace: "web", name: "web", spec: { maxUnavailable: 1, selector: { matchLabels: { app: "web" } } } }],
    });
    this.terminal = fakeWorld({
      engine: realEngine,
      connect: () => this.operators.world.cluster.api({ name: "jane" }),
      stdoutIsTTY: true,
      stderrIsTTY: true,
      ...scripts,
    });
    const metadata = { name: "drydock-operator", namespace: "kube-system" };
    const spec = { holderIdentity: "pod-1", leaseDurationSeconds: 86_400, renewTime: formatMicroTime(this.operators.world.clock.now()) };
    this.operators.control.create(leases, { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec });
  }

  async run(argv: readonly string[], at: (second: number) => void = () => {}): Promise<number> {
    const { clock } = this.operators.world;
    let code: number | undefined;
    const running = run(argv, { ...this.terminal, clock }).then((exit) => {
      code = exit;
    });
    for (let second = 1; code === undefined; second += 1) {
      const until = clock.now() + 1_000;
      await clock.run(() => code !== undefined || clock.now() >= until, { at: until, eventsPerInstant: 10_000 });
      this.screens.push(this.terminal.out.screen());
      at(second);
    }
    await running;
    return code ?? -1;
  }
}

const hasBar = (line: string): boolean => /[█░#]{4}/.test(line);

test("while a node is emptied its progress is drawn in place, with the time that is left, and nothing of it stays", async () => {
  const watched = new Watched({ columns: 100, env: { NO_COLOR: "1" } });
  await using _ = await watched.operators.begin();
  expect(await watched.run(["maintain", "worker-1"])).toBe(0);
  const drawn = watched.screens.flatMap((screen) => screen.filter(hasBar));
  expect(drawn).toContainEqual(expect.stringMatching(/^worker-1 {2}[█░]{20} +25% {2}1 of 4 pods gone/));
  expect(drawn).toContainEqual(expect.stringMatching(/about \d+s left$/));
  expect(Math.max(...watched.screens.map((screen) => screen.filter(hasBar).length))).toBe(1);
  const last = watched.terminal.out.screen();
  expect(last.filter(hasBar)).toEqual([]);
  expect(last.filter((line) => /pods gone/.test(line))).toEqual([]);
  expect(last.at(-1)).toMatch(/drydock return worker-1$/);
});

test("on a narrow terminal without Unicode nothing is wider than it, and nothing but ASCII is drawn", async () => {
  const watched = new Watched({ columns: 60, env: { NO_COLOR: "1", LANG: "C" } });
  await using _ = await watched.operators.begin();
  expect(await watched.run(["maintain", "worker-1"])).toBe(0);
  expect(watched.screens.flat().filter((line) => line.length > 60)).toEqual([]);
  expect(watched.screens.flat().some((line) => /^worker-1 {2}[#.]{10} /.test(line))).toBe(true);
  expect(watched.terminal.out.written.replace(/\p{Control}\[\??\d*[A-Za-z]/gu, "")).toMatch(/^[\x20-\x7E\n\r]*$/);
});

test("in a CI log each step is a line, and no cursor moves", async () => {
  const watched = new Watched({ env: { CI: "true", NO_COLOR: "1" } });
  await using _ = await watched.operators.begin();
  expect(await watched.run(["maintain", "worker-1"])).toBe(0);
  expect(watched.terminal.out.lines().filter((line) => line.includes("pods gone")).length).toBeGreaterThan(2);
  expect(watched.terminal.out.written).not.toMatch(/\p{Control}\[/u);
});

test("Ctrl-C gives the cursor back, and says that the operator goes on and how to stop it", async () => {
  const watched = new Watched({ columns: 100, env: { NO_COLOR: "1" } });
  await using _ = await watched.operators.begin();
  expect(await watched.run(["maintain", "worker-1"], (second) => (second === 3 ? watched.terminal.signal("SIGINT") : undefined))).toBe(130);
  const written = watched.terminal.out.written;
  expect(written.lastIndexOf("\x1b[?25h")).toBeGreaterThan(written.lastIndexOf("\x1b[?25l"));
  const last = watched.terminal.out.screen();
  expect(last.filter(hasBar)).toEqual([]);
  expect(last.join(" ")).toContain("the operator goes on with maintenance/worker-1");
});

test("what the cluster ends by itself is said when it has lasted, once for all pods that wait for it", async () => {
  const waits = async (ready: number): Promise<readonly string[]> => {
    const watched = new Watched({ env: { CI: "true", NO_COLOR: "1" } }, ready);
    await using _ = await watched.operators.begin();
    expect(await watched.run(["maintain", "worker-1"])).toBe(0);
    return watched.terminal.out.lines().filter((line) => line.startsWith("  waiting  "));
  };
  expect(await waits(3_000)).toEqual([]);
  expect(await waits(30_000)).toEqual([expect.stringMatching(/^ {2}waiting {2}web\/web-\S+, web\/web-\S+, web\/web-\S+: waits/)]);
});
