import { describe, expect, test } from "vitest";
import type { ClusterCheck } from "../../maintenance/check-cluster.ts";
import { permissions } from "../../maintenance/role.ts";
import { fakeWorld } from "../testing/fake-world.ts";

const fine: ClusterCheck = {
  server: "https://10.0.0.1:6443",
  user: "anna",
  version: { major: 1, minor: 36, gitVersion: "v1.36.3" },
  versionIs: "supported",
  parts: [{ part: "eviction-api", need: "required", verdict: "yes", args: { versions: ["v1"] } }],
  permissions: permissions.map((permission) => ({
    permission,
    verbs: permission.verbs.map((verb) => ({ verb, verdict: "yes" as const })),
  })),
  answer: "yes",
};

/** The same, less what this user may not do. */
function without(name: string, answer: ClusterCheck["answer"]): ClusterCheck {
  const denied = fine.permissions.map((check) =>
    check.permission.name === name
      ? { ...check, verbs: check.verbs.map(({ verb }) => ({ verb, verdict: "no" as const, reason: "no role" })) }
      : check,
  );
  return { ...fine, permissions: denied, answer };
}

describe("check", () => {
  test.each([
    { argv: ["check"], says: "error: which question?" },
    { argv: ["check", "clutser"], says: 'error: unknown question "clutser"' },
    { argv: ["check", "weather"], says: 'error: unknown question "weather"' },
    { argv: ["check", "cluster", "worker-1"], says: "error: extra arguments: worker-1" },
  ])("$argv is refused with exit code 4 and the way on", async ({ argv, says }) => {
    const world = fakeWorld();
    expect(await world.run(...argv)).toBe(4);
    expect(world.err.lines()[0]).toBe(says);
  });

  test("a mistyped question is guessed", async () => {
    const world = fakeWorld();
    await world.run("check", "clutser");
    expect(world.err.written).toContain("did you mean check cluster?");
  });
});

describe("check cluster", () => {
  test("yes: exit code 0, every verb of every permission, and no role to apply", async () => {
    const world = fakeWorld({ checkCluster: () => fine });
    expect(await world.run("check", "cluster")).toBe(0);
    expect(world.out.written).toContain("v1.36.3 at https://10.0.0.1:6443");
    expect(world.out.written).toContain("  yes      create pods/eviction\n");
    expect(world.out.lines().at(-1)).toBe("yes: nothing is missing that a drain needs");
  });

  test("something required is missing: exit code 2, what is lost, and the role that has it", async () => {
    const world = fakeWorld({ checkCluster: () => without("evict-pods", "no"), program: "kubectl drydock" });
    expect(await world.run("check", "cluster")).toBe(2);
    expect(world.out.written).toContain("  no       create pods/eviction (required) (no role)\n           without it: nothing is touched");
    expect(world.out.lines().at(-1)).toContain("kubectl drydock check cluster --print-role | kubectl apply -f -");
  });

  test("something optional is missing: exit code 0, and what is not seen without it", async () => {
    const world = fakeWorld({ checkCluster: () => without("read-daemonsets", "yes") });
    expect(await world.run("check", "cluster")).toBe(0);
    expect(world.out.written).toContain("  no       list daemonsets.apps (optional) (no role)");
    expect(world.out.written).toContain("is not told from one that would come back");
  });

  test("a server outside the tested range is a warning, no refusal", async () => {
    const world = fakeWorld({ checkCluster: () => ({ ...fine, versionIs: "older" }) });
    expect(await world.run("check", "cluster")).toBe(0);
    expect(world.out.written).toContain("older than 1.31–1.36");
  });

  test("-o json has every verdict with what is lost", async () => {
    const world = fakeWorld({ checkCluster: () => without("read-budgets", "yes") });
    await world.run("check", "cluster", "-o", "json");
    const document = JSON.parse(world.out.written) as { readonly permissions: readonly object[] };
    expect(document).toMatchObject({ kind: "ClusterCheck", answer: "yes", user: "anna" });
    expect(document.permissions).toContainEqual(
      expect.objectContaining({ group: "policy", resource: "poddisruptionbudgets", verb: "watch", verdict: "no", need: "recommended" }),
    );
  });

  test("--print-role asks no server", async () => {
    const world = fakeWorld({
      connect: () => {
        throw new Error("asked");
      },
    });
    expect(await world.run("check", "cluster", "--print-role=least")).toBe(0);
    expect(world.out.lines()).toEqual([
      "apiVersion: rbac.authorization.k8s.io/v1",
      "kind: ClusterRole",
      "metadata:",
      "  name: drydock-drain-least",
      "rules:",
      '  - apiGroups: [""]',
      "    resources: [nodes]",
      "    verbs: [get, patch]",
      '  - apiGroups: [""]',
      "    resources: [pods]",
      "    verbs: [list]",
      '  - apiGroups: [""]',
      "    resources: [pods/eviction]",
      "    verbs: [create]",
    ]);
  });
});
