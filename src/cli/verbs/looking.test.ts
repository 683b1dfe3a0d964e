import { describe, expect, test } from "vitest";
import type { Node } from "../../kube/node.ts";
import { nodes, pods } from "../../kube/resource.ts";
import { seededRandom } from "../../runtime/random.ts";
import type { EmbeddedCluster } from "../../simulator/embedded-cluster.ts";
import { openDemoCluster } from "../../simulator/open-demo.ts";
import { realEngine } from "../real-engine.ts";
import { type FakeWorld, fakeWorld, type Scripts } from "../testing/fake-world.ts";

interface Rig {
  readonly world: FakeWorld;
  readonly cluster: EmbeddedCluster;
  /** Runs a command to its end in virtual time. */
  drydock(...argv: string[]): Promise<{ readonly code: number; readonly lines: readonly string[]; readonly errors: readonly string[] }>;
  /** Lets the controllers, and whatever runs, go on until it holds. */
  until(holds: () => boolean): Promise<void>;
}

/** The demo's cluster behind the real engine. */
function rig(scripts: Scripts = {}): Rig {
  const world = fakeWorld({ engine: realEngine, connect: () => cluster.api({ name: "jane" }), env: { NO_COLOR: "1" }, ...scripts });
  const cluster: EmbeddedCluster = openDemoCluster(world.clock, seededRandom("demo"));
  const until = async (holds: () => boolean): Promise<void> => {
    const how = await world.clock.run(holds, { at: world.clock.now() + 600_000, eventsPerInstant: 10_000 });
    if (how !== "reached") throw new Error(`${how}\n${world.out.written}`);
  };
  return {
    world,
    cluster,
    until,
    drydock: async (...argv) => {
      const [out, err] = [world.out.lines().length, world.err.lines().length];
      let code: number | undefined;
      const running = world.run(...argv).then((ended) => {
        code = ended;
      });
      await until(() => code !== undefined);
      await running;
      return { code: code ?? -1, lines: world.out.lines().slice(out), errors: world.err.lines().slice(err) };
    },
  };
}

function cordon({ cluster }: Rig, name: string, unschedulable: boolean | null = true): void {
  cluster.control.edit<Node>(nodes, { name }, { kind: "merge", body: { spec: { unschedulable } } }, {}, "kubectl-cordon");
}

describe("status", () => {
  test("all in service: one line, and nothing else", async () => {
    const { drydock } = rig();
    expect(await drydock("status")).toEqual({ code: 0, lines: ["all 4 nodes are in service"], errors: [] });
    expect((await drydock("status", "-o", "name")).lines).toEqual([]);
  });

  test("what is out in a table that fits 80 columns, with what is in the way under it", async () => {
    const one = rig();
    cordon(one, "worker-1");
    await one.drydock("cordon", "worker-2");
    const { code, lines } = await one.drydock("status");
    expect(code).toBe(0);
    expect(lines).toEqual([
      "NODE      STATE     HELD BY           SINCE  LEFT  BLOCKED  WHY",
      "worker-1  cordoned  (kubectl-cordon)  0s     6     1        budget-never-allows",
      "worker-2  cordoned  jane              0s     1     0        -",
      "",
      "worker-1",
      expect.stringMatching(/^ {2}blocked {2}shop\/db-\S+: the budget db needs 1 of 1 pods healthy: it can never allow one to go$/),
      expect.stringContaining("           → "),
      "",
      "2 other nodes in service",
    ]);
    expect((await one.drydock("status", "-o", "name")).lines).toEqual(["node/worker-1", "node/worker-2"]);
  });

  test("named nodes are listed in any state, with who cordoned them", async () => {
    const one = rig();
    cordon(one, "worker-3");
    const { lines } = await one.drydock("status", "worker-3", "worker-2");
    expect(lines.map((line) => line.split(/ {2,}/).slice(0, 2))).toContainEqual(["worker-2", "in service"]);
    expect(lines.join("\n")).toMatch(/cordoned by kubectl-cordon since \S+, not by Drydock: nothing automatic lifts that/);
    const missing = await one.drydock("status", "worker-9");
    expect(missing.code).toBe(4);
    expect(missing.errors[0]).toContain('nodes "worker-9" not found');
  });

  test("a drained node is empty; another's pods that come back to it are not overlooked", async () => {
    const one = rig();
    await one.drydock("drain", "worker-3", "--ignore-daemonsets");
    const document = JSON.parse((await one.drydock("status", "-o", "json")).lines.join("\n")) as object;
    expect(document).toMatchObject({
      kind: "NodeStatusList",
      inService: 3,
      items: [
        {
          node: "worker-3",
          state: "empty",
          hold: { holders: [{ user: "jane", provenAt: expect.any(String) as string }] },
          pods: { left: [], staying: 1 },
        },
      ],
      notChecked: [],
    });
  });

  test("--undo-script names the cluster as it was chosen", async () => {
    const one = rig();
    await one.drydock("cordon", "worker-2");
    const { lines } = await one.drydock("status", "--undo-script", "--context=prod", "--token=s3cret");
    expect(lines).toContain("  kubectl --context=prod uncordon worker-2 &&");
    expect(lines.join("\n")).not.toContain("s3cret");
  });

  test.each([
    [["status", "-w", "-o", "json"], "-w has no end"],
    [["status", "--undo-script", "-o", "json"], "--undo-script is a script"],
    [["status", "--undo-script", "-w"], "cannot be followed"],
    [["check", "power-off"], "which node?"],
    [["check", "power-off", "a", "b"], "one machine at a time"],
  ])("%j is wrong usage", async (argv, says) => {
    const { code, errors } = await rig().drydock(...argv);
    expect(code).toBe(4);
    expect(errors.join("\n")).toContain(says);
  });

  test("-w off a terminal: a line for each change, none for what stays the same, until it is stopped", async () => {
    const one = rig();
    let code: number | undefined;
    const running = one.world.run("status", "-w").then((ended) => {
      code = ended;
    });
    await one.until(() => one.world.out.written.includes("all 4 nodes are in service"));
    cordon(one, "worker-3");
    await one.until(() => one.world.out.written.includes("worker-3 cordoned (kubectl-cordon), 1 pod left"));
    cordon(one, "worker-3", null);
    await one.until(() => one.world.out.written.includes("worker-3 in service"));
    const before = one.world.out.lines().length;
    const at = one.world.clock.now() + 60_000;
    await one.world.clock.run(() => false, { at, eventsPerInstant: 10_000 });
    expect(one.world.out.lines().length).toBe(before);
    one.world.signal("SIGINT");
    await one.until(() => code !== undefined);
    await running;
    expect(code).toBe(130);
    expect(one.world.err.written).toBe("");
  });

  test("-w on a terminal: the table is drawn in place and left there at the end", async () => {
    const one = rig({ stdoutIsTTY: true, stderrIsTTY: true });
    let code: number | undefined;
    const running = one.world.run("status", "-w").then((ended) => {
      code = ended;
    });
    await one.until(() => one.world.out.screen().join("\n").includes("all 4 nodes are in service"));
    cordon(one, "worker-3");
    await one.until(() => one.world.out.screen().some((line) => line.startsWith("worker-3  cordoned")));
    expect(one.world.out.screen().filter((line) => line.startsWith("NODE"))).toHaveLength(1);
    one.world.signal("SIGINT");
    await one.until(() => code !== undefined);
    await running;
    expect(one.world.out.screen().filter((line) => line.startsWith("worker-3  cordoned"))).toHaveLength(1);
  });
});

describe("pods", () => {
  test("each pod with its workload and what a drain would do, in a table that fits 80 columns", async () => {
    const { code, lines } = await rig({ stdoutIsTTY: true, env: { NO_COLOR: "1" } }).drydock("pods", "worker-2");
    expect(code).toBe(0);
    expect(lines).toEqual([
      "worker-2: 2 pods: 1 would go, 1 would stay",
      expect.stringMatching(/^ {2}POD +WORKLOAD +DRAIN +WHY( +STATUS +AGE)?/),
      expect.stringMatching(/^ {2}kube-system\/node-exporter-\S+ +ds\/node-exporter +stay +daemonset-managed/),
      expect.stringMatching(/^ {2}shop\/cache-\S+ +deploy\/cache +evict +local-storage/),
    ]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("the decisions are those of preview", async () => {
    const one = rig();
    const previewed = (await one.drydock("preview", "worker-1", "-o", "ndjson")).lines.map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    const listed = (await one.drydock("pods", "worker-1", "-o", "ndjson")).lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const decisions = (rows: readonly Record<string, unknown>[]): unknown[] =>
      rows
        .map(({ uid, action, reason, consents, budgets }) => ({ uid, action, reason, consents, budgets }))
        .toSorted((a, b) => String(a.uid).localeCompare(String(b.uid)));
    expect(decisions(listed)).toEqual(decisions(previewed));
    expect((await one.drydock("pods", "worker-2", "-o", "name")).lines).toEqual([
      expect.stringMatching(/^pod\/kube-system\/node-exporter-/),
      expect.stringMatching(/^pod\/shop\/cache-/),
    ]);
  });
});

describe("check power-off", () => {
  test("no, at once, with every reason and the next step", async () => {
    const one = rig();
    const before = one.world.clock.now();
    const { code, lines } = await one.drydock("check", "power-off", "worker-3");
    expect(code).toBe(2);
    expect(lines[0]).toBe("worker-3: no: do not switch it off");
    expect(lines).toContain("  no       in scheduling: new pods may come at any moment");
    expect(lines.join("\n")).toMatch(/ {2}no {7}not empty: 1 left: shop\/web-/);
    expect(one.world.clock.now() - before).toBeLessThan(5_000);
  });

  test("yes after a drain, when five seconds have been watched", async () => {
    const one = rig();
    await one.drydock("drain", "worker-3", "--ignore-daemonsets");
    const before = one.world.clock.now();
    const { code, lines } = await one.drydock("check", "power-off", "worker-3");
    expect(lines[0]).toBe("worker-3: yes: it is safe to switch it off");
    expect(code).toBe(0);
    expect(one.world.clock.now() - before).toBeGreaterThanOrEqual(5_000);
    expect(lines.slice(1).every((line) => /^ {2}(?:yes|-) /.test(line))).toBe(true);
  });

  test("whoever arrives while it is watched makes it a no", async () => {
    const one = rig();
    await one.drydock("drain", "worker-3", "--ignore-daemonsets");
    const running = one.drydock("check", "power-off", "worker-3");
    one.cluster.control.create(pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "shop", name: "late" },
      spec: { nodeName: "worker-3", containers: [{ name: "main", image: "x" }] },
    });
    const { code, lines } = await running;
    expect(code).toBe(2);
    expect(lines.join("\n")).toContain("not empty: 1 left: shop/late");
  });

  test("an unreported kubelet is unknown, which is no yes", async () => {
    const one = rig();
    await one.drydock("drain", "worker-3", "--ignore-daemonsets");
    const silent = { status: { conditions: [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" }] } };
    one.cluster.control.edit<Node>(nodes, { name: "worker-3" }, { kind: "merge", body: silent }, { subresource: "status" });
    const { code, lines } = await one.drydock("check", "power-off", "worker-3", "-o", "json");
    expect(code).toBe(2);
    const { conditions } = JSON.parse(lines.join("\n")) as {
      readonly conditions: readonly { readonly code: string; readonly holds: string }[];
    };
    expect(conditions.find((one_) => one_.code === "off-kubelet")?.holds).toBe("unknown");
  });
});
