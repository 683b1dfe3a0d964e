import { describe, expect, test } from "vitest";
import type { Item, KubeApi, Page } from "../../client/kube-api.ts";
import { allCodes } from "../../present/code-entry.ts";
import { commands } from "../command-table.ts";
import { programName } from "../program-name.ts";
import { fakeApi, fakeWorld } from "../testing/fake-world.ts";
import { shells, wanted } from "./candidates.ts";
import { completionScripts } from "./scripts.ts";

async function complete(...words: string[]): Promise<readonly string[]> {
  const world = fakeWorld({ connect: () => apiWithNodes("worker-1", "worker-2", "control-1") });
  expect(await world.run("__complete", ...words)).toBe(0);
  expect(world.err.written).toBe("");
  return world.out.lines().map((line) => line.split("\t")[0] ?? "");
}

function apiWithNodes(...names: readonly string[]): KubeApi {
  const list = async function* (): AsyncGenerator<Page<Item<never>>> {
    yield { items: names.map((name) => ({ uid: name, name, resourceVersion: "1", value: true as never })), resourceVersion: "1" };
  };
  return fakeApi({ list: list as KubeApi["list"] });
}

describe("candidates", () => {
  test("commands", async () => {
    expect(await complete("")).toEqual([...commands.map(({ name }) => name), ":4"]);
    expect(await complete("unc")).toEqual(["uncordon", ":4"]);
  });

  test("nodes, without those that stand there already", async () => {
    expect(await complete("drain", "")).toEqual(["control-1", "worker-1", "worker-2", ":4"]);
    expect(await complete("drain", "worker-1", "--force", "w")).toEqual(["worker-2", ":4"]);
    expect(await complete("cordon", "node/w")).toEqual(["node/worker-1", "node/worker-2", ":4"]);
    expect(await complete("--context", "prod", "uncordon", "c")).toEqual(["control-1", ":4"]);
  });

  test("flags of the command, without those given; no space after one that takes a value", async () => {
    expect(await complete("drain", "n", "--ig")).toEqual(["--ignore-daemonsets", ":4"]);
    expect(await complete("drain", "--ignore-daemonsets", "--ig")).toEqual([":4"]);
    expect(await complete("drain", "--par")).toEqual(["--parallel=", ":6"]);
    expect(await complete("cordon", "--ig")).toEqual([":4"]);
  });

  test("values, after = and after a space, and the last of a list", async () => {
    expect(await complete("drain", "--dry-run=")).toEqual(["--dry-run=none", "--dry-run=client", "--dry-run=server", ":4"]);
    expect(await complete("drain", "-o", "n")).toEqual(["ndjson", "name", ":4"]);
    expect(await complete("version", "-o", "")).toEqual(["json", "yaml", ":4"]);
    expect(await complete("drain", "--allow=emptydir,pa")).toEqual(["--allow=emptydir,partial", ":4"]);
    expect(await complete("drain", "--context", "p")).toEqual(["prod", ":4"]);
    expect(await complete("drain", "--context=t")).toEqual(["--context=test", ":4"]);
  });

  test("files where a file is wanted", async () => {
    expect(await complete("drain", "--kubeconfig", "")).toEqual([":0"]);
    expect(await complete("drain", "--kubeconfig=x")).toEqual([":0"]);
  });

  test("shells, and nothing where nothing fits", async () => {
    expect(await complete("completion", "")).toEqual([...shells, ":4"]);
    expect(await complete("explain", "budget-ex")).toEqual(["budget-exhausted", ":4"]);
    expect(await complete("explain", "")).toEqual([...allCodes, ":4"]);
    expect(await complete("version", "")).toEqual([":4"]);
    expect(await complete("nonsense", "")).toEqual([":4"]);
    expect(await complete("drain", "--token", "")).toEqual([":4"]);
  });

  test("after -- only names", () => {
    expect(wanted(["drain", "--", "-"])).toMatchObject({ kind: "names", of: "nodes", typed: "-" });
  });

  test("a server that does not answer costs a moment, not an error", async () => {
    const world = fakeWorld({
      connect: () =>
        fakeApi({
          // oxlint-disable-next-line require-yield
          list: async function* (_r: unknown, _q: unknown, call: { readonly signal: AbortSignal }) {
            await world.clock.sleep(3_600_000, call.signal);
          } as unknown as KubeApi["list"],
        }),
    });
    let code: number | undefined;
    const ended = world.run("__complete", "drain", "").then((exit) => {
      code = exit;
    });
    const begun = world.clock.now();
    await world.clock.run(() => code !== undefined, { at: begun + 10_000, eventsPerInstant: 1_000 });
    await ended;
    expect(world.out.lines()).toEqual([":4"]);
    expect(world.clock.now() - begun).toBe(1_500);
  });
});

describe("scripts", () => {
  test.each(shells)("%s asks __complete for both commands", async (shell) => {
    const world = fakeWorld();
    expect(await world.run("completion", shell)).toBe(0);
    expect(world.out.written).toBe(completionScripts[shell]);
    expect(world.out.written).toContain("__complete");
    expect(world.out.written).toMatch(/drydock'?,? '?kubectl-drydock|-c kubectl-drydock/);
  });
});

describe("the name in hints", () => {
  test.each([
    ["/usr/local/bin/drydock", undefined, "drydock"],
    ["/usr/local/bin/kubectl-drydock", "/usr/bin/kubectl", "kubectl drydock"],
    ["/usr/local/bin/kubectl-drydock", "/usr/bin/oc", "oc drydock"],
    ["C:\\tools\\kubectl-drydock.exe", undefined, "kubectl drydock"],
    ["/home/me/bin/oc-drydock", undefined, "oc drydock"],
    ["/src/cli/main.ts", "/usr/bin/node", "drydock"],
  ])("%s called by %s is %s", (file, typed, name) => {
    expect(programName(file, typed)).toBe(name);
  });
});
