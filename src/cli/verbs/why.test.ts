import { describe, expect, test } from "vitest";
import { nodes } from "../../kube/resource.ts";
import { seededRandom } from "../../runtime/random.ts";
import type { EmbeddedCluster } from "../../simulator/embedded-cluster.ts";
import { openDemoCluster } from "../../simulator/open-demo.ts";
import { realEngine } from "../real-engine.ts";
import { type FakeWorld, fakeWorld, type Scripts } from "../testing/fake-world.ts";

/** A command on the demo's cluster, in virtual time. */
async function ask(scripts: Scripts, ...argv: readonly string[]): ReturnType<typeof askOf> {
  return await askOf(() => {}, scripts, ...argv);
}

/** The same, of a cluster to which something was done before. */
async function askOf(
  prepare: (cluster: EmbeddedCluster) => void,
  scripts: Scripts,
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly world: FakeWorld }> {
  const world: FakeWorld = fakeWorld({
    engine: realEngine,
    connect: () => cluster.api({ name: "jane" }),
    env: { NO_COLOR: "1" },
    ...scripts,
  });
  const cluster = openDemoCluster(world.clock, seededRandom("demo"));
  prepare(cluster);
  let code: number | undefined;
  const running = world.run(...argv).then((ended) => {
    code = ended;
  });
  await world.clock.run(() => code !== undefined, { at: world.clock.now() + 600_000, eventsPerInstant: 10_000 });
  await running;
  return { code: code ?? -1, world };
}

const agreed = ["--ignore-daemonsets", "--delete-emptydir-data"];

describe("why", () => {
  test("a node: what is held, since when, what shows it, and every legal way out with its line", async () => {
    const { code, world } = await ask({}, "why", "worker-1", ...agreed);
    expect(code).toBe(2);
    const lines = world.out.lines();
    expect(lines.slice(0, 3)).toEqual([
      "node worker-1: 1 pod is held",
      "  pods      5 can go now, 1 stays",
      "  node      schedulable: nobody is taking it out, and new pods may come",
    ]);
    expect(lines.find((line) => line.startsWith("held"))).toMatch(
      /^held {2}shop\/db-\S+: the budget db needs 1 of 1 pods healthy: it can never allow one to go$/,
    );
    for (const line of [
      "  code      budget-never-allows",
      "  read      budget shop/db: status.disruptionsAllowed=0, status.currentHealthy=1, status.desiredHealthy=1, status.expectedPods=1",
      "  ways out  its owner: one more replica of deployment/db, until the node is empty",
      "              kubectl -n shop scale deployment/db --replicas=2",
      "              drydock drain worker-1 --ignore-daemonsets --delete-emptydir-data --allow=partial",
    ])
      expect(lines).toContain(line);
  });

  test("a node that is tainted: what the cluster goes on doing to it", async () => {
    const taints = [{ key: "runai", value: "drain", effect: "NoExecute" }];
    const taint = (cluster: EmbeddedCluster) =>
      void cluster.control.edit(nodes, { name: "worker-3" }, { kind: "merge", body: { spec: { taints } } });
    const { world } = await askOf(taint, {}, "why", "worker-3");
    expect(world.out.lines()).toContain(
      "  node      schedulable for what tolerates its taints; tainted runai=drain:NoExecute: the cluster deletes what does not tolerate it",
    );
  });

  test("nothing: with what was read, and exit 0", async () => {
    const { code, world } = await ask({}, "why", "worker-3");
    expect(code).toBe(0);
    expect(world.out.lines()).toEqual([
      "node worker-3: nothing holds it",
      "  pods      1 can go now, 1 stays",
      "  node      schedulable: nobody is taking it out, and new pods may come",
      "",
      expect.stringMatching(/^ {2}can go {4}shop\/web-/) as string,
      "  server    the server would accept its eviction (asked by a dry run)",
    ]);
  });

  test.each([80, 60])("on a terminal of %d columns only lines to paste are wider", async (columns) => {
    const { world } = await ask({ stdoutIsTTY: true, columns }, "why", "worker-1");
    const wide = world.out.lines().filter((line) => line.length > columns);
    expect(wide.filter((line) => !/^ +(?:kubectl|drydock) /.test(line))).toEqual([]);
  });

  test("a pod may be named as kubectl's users do", async () => {
    const { world } = await ask({}, "pods", "worker-3", "-o", "name");
    const name =
      world.out
        .lines()
        .find((line) => line.includes("web-"))
        ?.split("/")
        .at(-1) ?? "";
    for (const argv of [[`shop/${name}`], [`pod/shop/${name}`], [`pod/${name}`, "-n", "shop"]]) {
      const { code, world: asked } = await ask({}, "why", ...argv);
      expect([code, asked.out.lines()[0]]).toEqual([0, `pod shop/${name} on worker-3: nothing holds it`]);
    }
  });

  test("oc drydock hints at oc", async () => {
    const { world } = await ask({ program: "oc drydock" }, "why", "worker-1", ...agreed);
    expect(world.out.lines()).toContain("              oc -n shop scale deployment/db --replicas=2");
  });

  test("-o json: by pod and by cause", async () => {
    const { code, world } = await ask({}, "why", "worker-1", "-o", "json", ...agreed);
    expect(code).toBe(2);
    expect(JSON.parse(world.out.written)).toMatchObject({
      kind: "Why",
      target: "node worker-1",
      held: true,
      causes: [
        {
          code: "budget-never-allows",
          endsBy: "person",
          ways: expect.arrayContaining([
            {
              who: "you",
              what: "leave it on the node and move the rest",
              command: "drydock drain worker-1 --ignore-daemonsets --delete-emptydir-data --allow=partial",
            },
          ]) as unknown,
        },
      ],
    });
  });

  test.each([
    [["why"], /which node or pod\?/],
    [["why", "a", "b"], /one at a time/],
    [["why", "a//b"], /names no node and no pod/],
    [["why", "deploy/shop/web"], /names no node and no pod/],
    [["why", "worker-9"], /nodes "worker-9" not found \(did you mean worker-1\?\)/],
    [["why", "shop/nobody"], /pods "shop\/nobody" not found\n {2}→ kubectl -n shop get pods/],
  ])("%j is answered with how to ask", async (argv, said) => {
    const { code, world } = await ask({}, ...argv);
    expect(code).toBe(4);
    expect(world.err.written).toMatch(said);
  });
});
