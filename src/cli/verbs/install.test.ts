import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { InstallOptions } from "../../operator/install/install.ts";
import type { Applied, InstallOutcome } from "../../operator/install/outcome.ts";
import { manifests } from "../../operator/manifests/manifests.ts";
import { defaultOptions } from "../../operator/manifests/options.ts";
import type { Manifest } from "../../operator/manifests/manifest.ts";
import { type FakeWorld, fakeWorld, type Scripts } from "../testing/fake-world.ts";

const options = defaultOptions("1.2.3");
const [first, second] = ["Namespace/drydock-system", "Deployment/drydock-operator"].map((id) =>
  manifests(options).find(({ kind, metadata }) => `${kind}/${metadata.name}` === id),
) as [Manifest, Manifest];
const planned: readonly Applied[] = [
  { manifest: first, change: "created", warnings: [] },
  { manifest: second, change: "unchanged", warnings: ["deprecated"] },
];
const installed: InstallOutcome = { kind: "installed", applied: planned, readiness: { kind: "not-asked" } };

function worldWhere(outcome: InstallOutcome, scripts: Scripts = {}): { readonly world: FakeWorld; readonly asked: InstallOptions[] } {
  const asked: InstallOptions[] = [];
  const install = async (_: unknown, o: InstallOptions): Promise<InstallOutcome> => {
    asked.push(o);
    if (outcome.kind !== "installed") return outcome;
    if (o.agree === undefined || !(await o.agree(planned))) return { kind: "declined", asked: o.agree !== undefined };
    planned.forEach(o.show);
    return outcome;
  };
  return { world: fakeWorld({ ...scripts, parts: { install } }), asked };
}

test("-o yaml prints every object and asks no server", async () => {
  const world = fakeWorld({
    connect: () => {
      throw new Error("a server was asked");
    },
  });
  expect(await world.run("install", "-o", "yaml", "--replicas=1", "--image=a/b:c", "-n", "elsewhere", "--without-webhooks")).toBe(0);
  const printed = parseAllDocuments(world.out.written).map((document): unknown => document.toJS());
  expect(printed).toEqual(manifests({ ...options, replicas: 1, image: "a/b:c", namespace: "elsewhere", withoutWebhooks: true }));
});

test("-o json prints the same objects as one List", async () => {
  const world = fakeWorld();
  expect(await world.run("install", "-o", "json")).toBe(0);
  const { kind, items } = JSON.parse(world.out.written) as { readonly kind: string; readonly items: unknown };
  expect({ kind, items }).toEqual({ kind: "List", items: JSON.parse(JSON.stringify(manifests(options))) });
});

test("--dry-run=client prints what -o yaml prints", async () => {
  const world = fakeWorld();
  await world.run("install", "--dry-run=client");
  expect(parseAllDocuments(world.out.written)).toHaveLength(manifests(options).length);
});

test.each([
  [["--replicas=-1"], "--replicas=-1"],
  [["--image=a b"], "a b"],
  [["--namespace=Prod"], "Prod"],
  [["-o", "yaml", "--dry-run=server"], "--dry-run=server"],
  [["worker-3"], "worker-3"],
])("%j is refused before any server is asked", async (words, named) => {
  const { world, asked } = worldWhere(installed);
  expect(await world.run("install", ...words)).toBe(4);
  expect(world.err.written).toContain(named);
  expect(asked).toEqual([]);
});

test("who is asked sees what would be created, and a no changes nothing", async () => {
  const questions: string[] = [];
  const answer = (question: string): string => {
    questions.push(question);
    return "";
  };
  const { world } = worldWhere(installed, { answer });
  expect(await world.run("install")).toBe(2);
  expect(questions).toHaveLength(1);
  expect(world.err.written).toContain("create  namespace/drydock-system");
  expect(world.err.written).toContain("1 object as wanted already");
  expect(world.out.written).toBe("");
});

test("-y asks nobody; each object is a line on stdout, and each warning of the server is told", async () => {
  const { world, asked } = worldWhere(installed);
  expect(await world.run("install", "-y", "--wait=90s", "--force-conflicts")).toBe(0);
  expect(world.out.written).toBe("namespace/drydock-system created\ndeployment.apps/drydock-operator unchanged\n");
  expect(world.err.written).toContain("Warning: deployment.apps/drydock-operator: deprecated");
  expect(asked).toMatchObject([{ wait: 90_000, force: true, dryRun: false, what: options }]);
});

test("a bare --wait has a limit of its own", async () => {
  const { world, asked } = worldWhere(installed);
  await world.run("install", "-y", "--wait");
  expect(asked).toMatchObject([{ wait: 300_000 }]);
});

test("the line to paste repeats what was chosen, and no secret", async () => {
  const { world } = worldWhere(installed);
  expect(await world.run("install", "--context=prod", "-n", "elsewhere", "--token=secret", "--without-medik8s")).toBe(2);
  expect(world.err.written).toContain("  drydock install --context=prod --namespace=elsewhere --without-medik8s --yes\n");
  expect(world.err.written).not.toContain("secret");
});

test.each<readonly [string, InstallOutcome, number, readonly string[]]>([
  [
    "a right is missing",
    { kind: "denied", missing: [{ verb: "create", resource: "clusterroles" }] },
    5,
    ["create clusterroles", "nothing was changed"],
  ],
  [
    "a role gives more than the installer has",
    { kind: "forbidden", manifest: second, message: "attempting to grant" },
    5,
    ["attempting to grant", "nothing was changed"],
  ],
  [
    "somebody keeps a field",
    { kind: "conflicts", conflicts: [{ manifest: second, message: ".spec.replicas: conflict with kubectl" }] },
    2,
    [".spec.replicas", "  drydock install --force-conflicts"],
  ],
  [
    "it does not run in time",
    {
      kind: "installed",
      applied: [],
      readiness: { kind: "late", awaited: ["deployment.apps/drydock-operator"], available: 1, replicas: 2 },
    },
    3,
    ["deployment.apps/drydock-operator (1 of 2 pods available)", "describe pods"],
  ],
  ["it is stopped halfway", { kind: "stopped", applied: planned }, 130, ["stopped after 2 objects", "goes on from there"]],
])("%s: the exit code and the next step", async (_, outcome, code, said) => {
  const world = fakeWorld({ parts: { install: async () => await Promise.resolve(outcome) } });
  expect(await world.run("install")).toBe(code);
  for (const words of said) expect(world.err.written).toContain(words);
});
