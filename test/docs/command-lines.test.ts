import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { pages, readPage, root } from "../../scripts/docs/pages.ts";
import { drydockCall, shellWords } from "../../scripts/docs/shell-words.ts";
import { commands } from "../../src/cli/command-table.ts";
import { readCommandLine } from "../../src/cli/command-line.ts";
import { fakeApi, fakeWorld } from "../../src/cli/testing/fake-world.ts";
import type { Outcome } from "../../src/maintenance/outcome.ts";
import { exitCodes } from "../../src/present/exit-code.ts";
import { planOf } from "../../src/present/testing/plans.ts";
import { nodeView } from "../support/cluster-view.ts";
import { typedLines } from "./markdown.ts";

const version = { major: 1, minor: 36, gitVersion: "v1.36.3" };
/** What a file that an example names may hold. */
const rules = "rules: [{ action: evict }]";
const done = (): Outcome => ({ kind: "finished", nodes: [] });

/** What the command line says of these arguments where everything behind it does as it is told. */
async function readByTheCommandLine(argv: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const line = readCommandLine(argv);
  if (line.kind !== "run" || line.command.name === "demo") return { code: 0, said: "" };
  const world = fakeWorld({
    files: { "rules.yaml": rules, "-": rules },
    drain: done,
    cordon: done,
    uncordon: done,
    taint: done,
    preview: () => ({ kind: "previewed", plan: planOf([]), refusals: [] }),
    why: () => ({ kind: "unbound", pod: { namespace: "shop", name: "web-1", uid: "1" }, message: "" }),
    checkCluster: () => ({ server: "a", user: "anna", version, versionIs: "supported", parts: [], permissions: [], answer: "yes" }),
    parts: {
      rankNodes: async () => await Promise.resolve({ kind: "ranked", nodes: [], findings: [] }),
      status: async () => await Promise.resolve({ kind: "reported", at: 0, nodes: [], listsAll: true, unread: [] }),
      followStatus: async () => await Promise.resolve({ kind: "stopped-before", why: "interrupted" }),
      nodesOfChoice: async () => await Promise.resolve([]),
      podsOnNodes: async () => await Promise.resolve({ kind: "reported", plan: planOf([]), serverNow: 0, nodes: [] }),
      findOperator: async () => await Promise.resolve({ kind: "works", leader: "a", namespace: "drydock-system" }),
      maintainNodes: async () => await Promise.resolve({ kind: "followed", ends: [] }),
      historyOfNodes: async () => await Promise.resolve({ kind: "read", entries: [], notRead: [] }),
      waitForNodes: async () => await Promise.resolve({ kind: "waited", ends: [] }),
      orderNodes: async () => await Promise.resolve({ kind: "followed", ends: [] }),
      returnNodes: async () => await Promise.resolve({ kind: "followed", ends: [] }),
      returnByRecord: async () => await Promise.resolve({ kind: "returned", nodes: [] }),
      operate: async () => await Promise.resolve("stopped"),
      install: async () => await Promise.resolve({ kind: "installed", applied: [], readiness: { kind: "not-asked" } }),
      uninstall: async () => await Promise.resolve({ kind: "uninstalled", removed: [], returned: [], left: [], objects: [] }),
      adopt: async () =>
        await Promise.resolve({
          kind: "shown",
          report: {
            server: "a",
            leaders: [],
            deployments: [],
            subscriptions: [],
            definition: "absent",
            webhooks: [],
            drydock: [],
            objects: [],
            notRead: [],
          },
        }),
      supportBundle: async () => await Promise.resolve({ files: [], notRead: [], logs: 0 }),
      checkPowerOff: async () =>
        await Promise.resolve({ kind: "checked", node: nodeView(), at: 0, answer: "yes", conditions: [], notes: [] }),
    },
    connect: () => fakeApi({ version: async () => await Promise.resolve(version) }),
  });
  return { code: await world.run(...argv), said: world.err.written };
}

const calls = pages().flatMap((path) =>
  typedLines(readPage(path)).flatMap(({ line, text }) => {
    const call = drydockCall(shellWords(text)) ?? substituted(text);
    return call === undefined ? [] : [{ at: `${path}:${line}`, text, argv: call.argv }];
  }),
);

/** `source <(drydock completion bash)` */
function substituted(text: string): ReturnType<typeof drydockCall> {
  const inner = /<\((.*)\)/.exec(text)?.[1];
  return inner === undefined ? undefined : drydockCall(shellWords(inner));
}

describe("commands in the documentation", () => {
  test("there are some of every command", () => {
    const named = new Set(calls.map(({ argv }) => argv[0]));
    expect(commands.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
  });

  test.each(calls)("$at: $text", async ({ argv }) => {
    const { code, said } = await readByTheCommandLine(argv);
    expect(said).not.toMatch(/^error/m);
    expect(code).toBe(argv.includes("-w") ? exitCodes.interrupted : exitCodes.done);
  });
});

test("npm scripts that pages name exist", () => {
  const { scripts } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const named = pages().flatMap((path) =>
    [...readPage(path).matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, script = ""]) => script),
  );
  expect(named).not.toEqual([]);
  expect([...new Set(named)].filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
});

describe("published commands become ours by changing one word", () => {
  const rows = [...readPage("docs/coming-from-kubectl-drain.md").matchAll(/^\| `(kubectl [^`]+)` \| `(drydock [^`]+)` \|$/gm)].map(
    ([, published = "", ours = ""]) => ({ published, ours }),
  );

  test("there are rows", () => {
    expect(rows.length).toBeGreaterThan(5);
  });

  test.each(rows)("$published", async ({ published, ours }) => {
    expect(ours).toBe(published.replace(/^kubectl/, "drydock"));
    const { code } = await readByTheCommandLine(shellWords(ours).slice(1));
    expect(code).toBe(exitCodes.done);
  });
});
