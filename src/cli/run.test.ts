import { describe, expect, test } from "vitest";
import { KubeError, NoAnswerError } from "../client/errors.ts";
import type { Outcome } from "../maintenance/outcome.ts";
import { nodeOutcome, planOf, podRef, podStep } from "../present/testing/plans.ts";
import { acceptedFlags, commands } from "./command-table.ts";
import { flags } from "./flags.ts";
import { fakeWorld } from "./testing/fake-world.ts";

const plan = planOf([podStep("api-1")]);
const drained: Outcome = { kind: "finished", plan, nodes: [nodeOutcome("drained")] };

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
      "node worker-1: stopped; 1 pod moved, 1 pod left: web/api-2",
      "node worker-1 stays unschedulable",
      "  → go on:            drydock drain worker-1 --ignore-daemonsets",
      "  → bring it back:    drydock uncordon worker-1",
      "  → how it stands:    drydock status worker-1",
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
