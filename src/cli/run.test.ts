import { describe, expect, test } from "vitest";
import { KubeError, NoAnswerError } from "../client/errors.ts";
import type { DrainOptions, Surroundings } from "../maintenance/work.ts";
import type { Outcome } from "../maintenance/outcome.ts";
import {
  atBudget,
  blockerOf,
  cordonStep,
  daemonStep,
  drainEvents,
  nodeOutcome,
  planOf,
  podRef,
  podStep,
  start,
} from "../present/testing/plans.ts";
import { acceptedFlags, commands } from "./command-table.ts";
import { flags } from "./flags.ts";
import { fakeApi, fakeWorld, tell } from "./testing/fake-world.ts";

const steps = [cordonStep(), podStep("api-1"), podStep("api-2"), daemonStep("proxy")];
const plan = planOf(steps);
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
    ]);
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

describe("cordon and uncordon", () => {
  test("kubectl's lines; an uncordon names whom it overrides", async () => {
    const world = fakeWorld({
      cordon: (s) => {
        tell(s, [{ at: start, kind: "cordoned", node: "a", already: false, foreign: false, dryRun: false }]);
        return { kind: "finished", nodes: [nodeOutcome("cordoned", { node: "a" })] };
      },
      uncordon: (s) => {
        const overrides = [{ who: "kubectl-cordon", since: "2026-01-05T08:00:00Z", record: "managedFields" as const }];
        tell(s, [{ at: start, kind: "uncordoned", node: "a", already: false, overrides, dryRun: false }]);
        return { kind: "finished", nodes: [nodeOutcome("uncordoned", { node: "a" })] };
      },
    });
    expect(await world.run("cordon", "a")).toBe(0);
    expect(await world.run("uncordon", "node/a")).toBe(0);
    expect(world.out.lines()).toEqual(["node/a cordoned", "node/a uncordoned"]);
    expect(world.err.lines()).toEqual(["Warning: lifts the cordon of kubectl-cordon (since 2026-01-05T08:00:00Z)"]);
  });

  test("one of two failed: exit 6 and which (kubectl exits with 0)", async () => {
    const error = { code: "cordon-failed", args: { node: "b", message: "conflict" } };
    const world = fakeWorld({
      cordon: () => ({ kind: "finished", nodes: [nodeOutcome("cordoned", { node: "a" }), nodeOutcome("failed", { node: "b", error })] }),
    });
    expect(await world.run("cordon", "a", "b")).toBe(6);
    expect(world.err.lines()).toEqual(['error: unable to cordon node "b": the cordon of node b failed: conflict']);
  });
});

describe("preview", () => {
  test("ends with the line to paste, made of the flags given and the consents missing", async () => {
    const world = fakeWorld({
      preview: () => ({ kind: "previewed", plan, refusals: [{ kind: "consent", step: daemonStep("proxy"), missing: ["daemonsets"] }] }),
    });
    expect(await world.run("preview", "worker-1", "--grace-period=30", "-o", "wide", "--as=anna")).toBe(0);
    expect(world.out.lines().at(-1)).toBe("  drydock drain worker-1 --grace-period=30 --as=anna --ignore-daemonsets");
    expect(world.err.written).toBe("");
  });

  test("-o json, ndjson and name", async () => {
    const world = fakeWorld({ preview: () => ({ kind: "previewed", plan, refusals: [] }) });
    await world.run("preview", "worker-1", "-o", "json");
    expect(JSON.parse(world.out.written)).toMatchObject({ kind: "Preview", hash: "c0ffee" });
    world.out.written = "";
    await world.run("preview", "worker-1", "-o", "ndjson");
    expect(world.out.lines().map((line) => (JSON.parse(line) as { readonly name: string }).name)).toEqual(["api-1", "api-2", "proxy"]);
    world.out.written = "";
    await world.run("preview", "worker-1", "-o", "name");
    expect(world.out.lines()).toEqual(["pod/web/api-1", "pod/web/api-2"]);
  });
});

describe("what goes wrong is one clear line and an exit code", () => {
  test.each<readonly [string, number, readonly string[], RegExp]>([
    [
      "an unknown flag",
      4,
      ["drain", "n", "--ignore-daemonset"],
      /^error: unknown flag: --ignore-daemonset\n {2}→ did you mean --ignore-daemonsets\?\n$/,
    ],
    [
      "a wrong value",
      4,
      ["drain", "n", "--timeout=5"],
      /^error: invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"\n {2}→ see: drydock drain --help\n$/,
    ],
    ["no node", 4, ["drain"], /^error: which node\?/],
    ["names and a selector", 4, ["cordon", "n", "-l", "a=b"], /^error: cannot specify both a node name and a --selector option\n$/],
    ["a format that it has not", 4, ["cordon", "n", "-o", "wide"], /it takes json, yaml, ndjson, name/],
    ["an unknown command", 4, ["drian"], /^error: unknown command "drian"\n {2}→ did you mean drain\?\n$/],
    ["a shell that it does not know", 4, ["completion", "tcsh"], /no completion for "tcsh"/],
  ])("%s: %d", async (_, code, argv, says) => {
    const world = fakeWorld();
    expect(await world.run(...argv)).toBe(code);
    expect(world.err.written).toMatch(says);
    expect(world.out.written).toBe("");
  });

  test.each<readonly [string, number, Error]>([
    ["no server", 1, new NoAnswerError("no", "https://10.0.0.1:6443 cannot be reached: connect ECONNREFUSED")],
    ["TLS", 1, new KubeError("tls", "its certificate has expired")],
    ["not Kubernetes", 4, new KubeError("not-kubernetes", "what answers is no Kubernetes API")],
    ["no kubeconfig", 4, new KubeError("identity", "no kubeconfig was found")],
    ["refused", 5, new KubeError("unauthorized", "Unauthorized")],
    ["denied", 5, new KubeError("forbidden", "nodes is forbidden")],
  ])("%s: %d", async (_, code, error) => {
    const world = fakeWorld({
      drain: () => {
        throw error;
      },
    });
    expect(await world.run("drain", "n")).toBe(code);
    expect(world.err.lines()[0]).toBe(`error: ${error.message}`);
    expect(world.err.lines().length).toBeLessThanOrEqual(2);
  });

  test("an old spelling is accepted with a note", async () => {
    const world = fakeWorld({ drain: () => drained });
    await world.run("drain", "n", "--delete-local-data", "--dry-run");
    expect(world.err.lines().slice(0, 2)).toEqual([
      "Warning: --delete-local-data is an old spelling of --delete-emptydir-data",
      "Warning: --dry-run is deprecated and can be replaced with --dry-run=client.",
    ]);
  });
});

describe("stopping", () => {
  test("the first signal asks the engine to stop and says so; its outcome is told with 130", async () => {
    const world = fakeWorld({
      drain: (s) => {
        world.signal("SIGINT");
        expect(s.stop.aborted).toBe(true);
        return { kind: "finished", plan, nodes: [nodeOutcome("interrupted", { moved: 1, left: [podRef("api-2")] })] };
      },
    });
    expect(await world.run("drain", "worker-1", "--ignore-daemonsets")).toBe(130);
    expect(world.err.lines()).toEqual([
      "stopping: nothing new is started; pods that were asked to go still go. Press Ctrl-C again to leave at once.",
      "node worker-1: stopped; 1 pod moved, 1 pod left",
      "node worker-1 stays unschedulable",
      "  → go on:            drydock drain worker-1 --ignore-daemonsets",
      "  → bring it back:    drydock uncordon worker-1",
    ]);
    expect(world.exits).toEqual([]);
  });

  test("the second signal leaves at once", async () => {
    const world = fakeWorld({
      drain: () => {
        world.signal("SIGTERM");
        world.signal("SIGTERM");
        return drained;
      },
    });
    await world.run("drain", "worker-1");
    expect(world.exits).toEqual([130]);
  });

  test("stopped while it was still looking: nothing was changed", async () => {
    const world = fakeWorld({
      drain: (s) => {
        world.signal("SIGINT");
        throw s.stop.reason;
      },
    });
    expect(await world.run("drain", "worker-1")).toBe(130);
    expect(world.err.lines().at(-1)).toBe("error: stopped by a signal before anything was changed");
  });
});

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
      "  waiting  web/api-2: waits for the budget api: it needs 2 healthy pods and has 2  12s",
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
      "waiting on worker-1 for 10s: web/api-2: waits for the budget api: it needs 2 healthy pods and has 2",
    ]);
  });

  test.each([{ CI: "true" }, { TERM: "dumb" }])("not with %j", async (env) => {
    const world = fakeWorld({ drain: drainsWell, stderrIsTTY: true, env });
    await world.run("drain", "worker-1");
    expect(world.err.written).not.toContain("\x1b[?25l");
  });
});

describe("version", () => {
  const version = async () => await Promise.resolve({ major: 1, minor: 36, gitVersion: "v1.36.3" });

  test("ours and the server's", async () => {
    const world = fakeWorld({ connect: () => fakeApi({ version }) });
    expect(await world.run("version")).toBe(0);
    expect(world.out.lines()).toEqual(["Client Version: 1.2.3", "Server Version: v1.36.3"]);
  });

  test("--client asks nobody", async () => {
    const world = fakeWorld({
      connect: () => {
        throw new Error("asked");
      },
    });
    expect(await world.run("version", "--client", "-o", "json")).toBe(0);
    expect(JSON.parse(world.out.written)).toEqual({ clientVersion: { version: "1.2.3" } });
  });

  test("stopped while waiting for the server", async () => {
    const version = (call: { readonly signal: AbortSignal }): never => {
      world.signal("SIGINT");
      throw new NoAnswerError("no", "gave up", { cause: call.signal.reason });
    };
    const world = fakeWorld({ connect: () => fakeApi({ version }) });
    expect(await world.run("version")).toBe(130);
    expect(world.err.lines().at(-1)).toBe("error: stopped by a signal before anything was changed");
  });

  test("without a server ours is printed all the same", async () => {
    const world = fakeWorld({
      connect: () => {
        throw new KubeError("identity", "no kubeconfig was found");
      },
    });
    expect(await world.run("version")).toBe(4);
    expect(world.out.lines()).toEqual(["Client Version: 1.2.3"]);
    expect(world.err.lines()).toEqual(["error: no kubeconfig was found"]);
  });
});

describe("help", () => {
  test("the tree names every command that exists", async () => {
    const world = fakeWorld({ program: "oc drydock" });
    expect(await world.run()).toBe(0);
    for (const { name, summary } of commands) expect(world.out.written).toMatch(new RegExp(`^ {2}${name} +${summary}$`, "m"));
    expect(world.out.written).toContain("oc drydock COMMAND --help");
  });

  test.each(commands.map((command) => [command.name, command] as const))(
    "%s: every flag it takes, and examples as it is called",
    async (name, command) => {
      const world = fakeWorld({ program: "kubectl drydock" });
      expect(await world.run(name, "--help")).toBe(0);
      for (const flag of acceptedFlags(command)) expect(world.out.written).toMatch(new RegExp(`--${flag}\\b`));
      for (const short of acceptedFlags(command).flatMap((flag) => flags[flag].short ?? []))
        if (short !== "n") expect(world.out.written).toContain(`-${short}, --`);
      expect(world.out.written).toContain(`Usage: kubectl drydock ${name}`);
      expect(world.out.written).not.toContain("{p}");
    },
  );
});
