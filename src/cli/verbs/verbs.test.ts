import { describe, expect, test } from "vitest";
import { KubeError, NoAnswerError } from "../../client/errors.ts";
import { cordonStep, daemonStep, nodeOutcome, planOf, podStep, start } from "../../present/testing/plans.ts";
import { fakeApi, fakeWorld, tell } from "../testing/fake-world.ts";

const plan = planOf([cordonStep(), podStep("api-1"), podStep("api-2"), daemonStep("proxy")]);

describe("cordon and uncordon", () => {
  test("kubectl's lines; an uncordon names whom it overrides", async () => {
    const world = fakeWorld({
      cordon: (s) => {
        tell(s, [{ at: start, kind: "cordoned", node: "a", already: false, foreign: false, dryRun: false }]);
        return { kind: "finished", nodes: [nodeOutcome("cordoned", { node: "a" })] };
      },
      uncordon: (s) => {
        const overrides = [{ who: "kubectl-cordon", since: "2026-01-05T08:00:00Z", record: "managedFields" as const }];
        tell(s, [{ at: start, kind: "uncordoned", taints: [], node: "a", already: false, overrides, dryRun: false }]);
        return { kind: "finished", nodes: [nodeOutcome("uncordoned", { node: "a" })] };
      },
    });
    expect(await world.run("cordon", "a")).toBe(0);
    expect(await world.run("uncordon", "node/a")).toBe(0);
    expect(world.out.lines()).toEqual(["node/a cordoned", "node/a uncordoned"]);
    expect(world.err.lines()).toEqual([
      "Warning: lifts the cordon of kubectl-cordon (since 2026-01-05T08:00:00Z)",
      "  → how it stands: drydock status a",
    ]);
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
    expect(JSON.parse(world.out.written)).toEqual({
      apiVersion: "drydock.dev/v1alpha1",
      kind: "Version",
      clientVersion: { version: "1.2.3" },
    });
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
