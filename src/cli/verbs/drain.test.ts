import { describe, expect, test } from "vitest";
import type { Outcome } from "../../maintenance/outcome.ts";
import type { DrainOptions, Surroundings } from "../../maintenance/work.ts";
import { cordonStep, daemonStep, drainEvents, nodeOutcome, planOf, podStep, start } from "../../present/testing/plans.ts";
import { fakeWorld, tell } from "../testing/fake-world.ts";

const plan = planOf([cordonStep(), podStep("api-1"), podStep("api-2"), daemonStep("proxy")]);
const drained: Outcome = { kind: "finished", plan, nodes: [nodeOutcome("drained")] };

function drainsWell(s: Surroundings): Outcome {
  tell(s, drainEvents(plan));
  return drained;
}

describe("drain", () => {
  test("kubectl's lines on stdout, everything else on stderr", async () => {
    const world = fakeWorld({ drain: drainsWell });
    expect(await world.run("drain", "worker-1", "--ignore-daemonsets")).toBe(0);
    expect(world.out.lines()).toEqual([
      "node/worker-1 cordoned",
      "evicting pod web/api-1",
      "evicting pod web/api-2",
      "pod/api-1 evicted",
      "pod/api-2 evicted",
      "node/worker-1 drained",
    ]);
    expect(world.err.lines()).toEqual([
      "Warning: ignoring DaemonSet-managed Pods: kube-system/proxy",
      "node worker-1: 2 pods to go, about 30s (20s–1m)",
      "node worker-1 is empty: 2 pods moved",
      "  → back into service: drydock uncordon worker-1",
      "  → may it be off?     drydock check power-off worker-1",
    ]);
  });

  test("-o wide: kubectl's lines on stdout all the same; on stderr why each pod goes and what proves its end", async () => {
    const world = fakeWorld({ drain: drainsWell });
    expect(await world.run("drain", "worker-1", "--ignore-daemonsets", "-o", "wide")).toBe(0);
    expect(world.out.lines()).toContain("pod/api-1 evicted");
    expect(world.err.lines()).toContain("  worker-1  web/api-1  evict: ReplicaSet/api replaces it elsewhere");
  });

  test("-q leaves warnings", async () => {
    const world = fakeWorld({ drain: drainsWell });
    expect(await world.run("drain", "worker-1", "-q")).toBe(0);
    expect(world.err.lines()).toEqual(["Warning: ignoring DaemonSet-managed Pods: kube-system/proxy"]);
  });

  test("the flags reach the engine", async () => {
    let seen: DrainOptions | undefined;
    const drain = (_: Surroundings, o: DrainOptions): Outcome => {
      seen = o;
      return drained;
    };
    await fakeWorld({ drain }).run(
      "drain",
      "-l",
      "pool=blue",
      "--parallel",
      "3",
      "--delete-local-data",
      "--timeout=5m",
      "--dry-run=server",
    );
    expect(seen).toMatchObject({
      choice: { names: [], selector: "pool=blue" },
      parallel: 3,
      allow: new Set(["emptydir"]),
      timeout: 300_000,
      dryRun: "server",
    });
  });

  test("-o json: one document on stdout and nothing else", async () => {
    const world = fakeWorld({ drain: drainsWell });
    await world.run("drain", "worker-1", "-o", "json");
    expect(JSON.parse(world.out.written)).toMatchObject({
      kind: "Result",
      command: "drain",
      exitCode: 0,
      nodes: [{ node: "worker-1", state: "drained", moved: 2 }],
    });
  });

  test("-o yaml and -o name", async () => {
    const yaml = fakeWorld({ drain: drainsWell });
    await yaml.run("drain", "worker-1", "-oyaml");
    expect(yaml.out.lines()).toContain("kind: Result");
    const name = fakeWorld({ drain: drainsWell });
    await name.run("drain", "worker-1", "-o=name");
    expect(name.out.lines()).toEqual(["node/worker-1"]);
  });

  test("-o ndjson: a line for each event, the result last", async () => {
    const world = fakeWorld({ drain: drainsWell });
    await world.run("drain", "worker-1", "--output=ndjson");
    const documents = world.out.lines().map((line) => JSON.parse(line) as { readonly event?: string; readonly kind?: string });
    expect(documents.map(({ event, kind }) => event ?? kind)).toEqual([
      "planned",
      "cordoned",
      "started",
      "started",
      "accepted",
      "gone",
      "accepted",
      "gone",
      "drained",
      "Result",
    ]);
  });

  test("refused: exit 2, and the exact line that agrees, with the flags that were given", async () => {
    const outcome: Outcome = {
      kind: "refused",
      plan,
      refusals: [
        { kind: "consent", step: daemonStep("proxy"), missing: ["daemonsets"] },
        { kind: "consent", step: podStep("tool"), missing: ["unmanaged", "last-of-role"] },
      ],
    };
    const world = fakeWorld({ drain: () => outcome, program: "kubectl drydock" });
    expect(
      await world.run(
        "--context",
        "prod",
        "drain",
        "worker-1",
        "--delete-emptydir-data",
        "--pod-selector=app in (a, b)",
        "--allow=partial",
        "--token=s3cret",
      ),
    ).toBe(2);
    expect(world.out.written).toBe("");
    expect(world.err.lines().at(-1)).toBe(
      "  kubectl drydock drain worker-1 --context=prod --delete-emptydir-data '--pod-selector=app in (a, b)' --token=… --ignore-daemonsets --force --allow=partial,last-of-role",
    );
    expect(world.err.written).not.toContain("s3cret");
  });

  test("a refusal says nothing about pods to go", async () => {
    const drain = (s: Surroundings): Outcome => {
      tell(s, [{ at: start, kind: "planned", plan }]);
      return { kind: "refused", plan, refusals: [{ kind: "consent", step: daemonStep("proxy"), missing: ["daemonsets"] }] };
    };
    const world = fakeWorld({ drain });
    await world.run("drain", "worker-1");
    expect(world.err.lines()[0]).toMatch(/^error: unable to drain node "worker-1"; nothing was changed/);
  });
});
