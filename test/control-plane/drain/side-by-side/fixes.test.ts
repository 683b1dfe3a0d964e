import { join } from "node:path";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { compareText } from "../../../../src/runtime/text-order.ts";
import type { Scene } from "../scene.ts";
import { stage } from "./stage.ts";

/** The words of a line that was printed for a POSIX shell, less the program. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "").slice(1);
}

const linesOf = (text: string, sign: "make" | "undo"): readonly string[] =>
  [...text.matchAll(new RegExp(`^# +${sign}: +(.*)$`, "gm"))].map(([, line = ""]) => line);

async function specs(scene: Scene): Promise<readonly unknown[]> {
  const budgets = await stage.plane.list("poddisruptionbudgets", { namespace: scene.namespace });
  return budgets.toSorted((a, b) => compareText(a.metadata.name, b.metadata.name)).map(({ metadata, spec }) => [metadata.name, spec]);
}

test.concurrent("the patches that a preview proposes are taken by the server, let the drain go on, and can be taken back", () =>
  stage.play({ name: "fixes", nodes: 2 }, async (scene) => {
    const [node, other = ""] = scene.nodes;
    await scene.deployment({ name: "db", replicas: 1, on: [node], pods: { ready: 1 } });
    await scene.budget({ name: "db", minAvailable: 1 });
    await scene.deployment({ name: "web", replicas: 8, on: [node, node, other], pods: { ready: 3, gone: 1 } });
    await scene.budget({ name: "web", maxUnavailable: 1 });
    await scene.deployment({ name: "api", replicas: 2, on: [node, other], pods: { labels: { team: "a" } } });
    await scene.budget({ name: "api", maxUnavailable: 1, selector: { matchLabels: { app: "api" } } });
    await scene.budget({ name: "team", maxUnavailable: 1, selector: { matchLabels: { app: "api", team: "a" } } });
    const before = await specs(scene);

    const file = join(stage.plane.directory, "fixes.yaml");
    const first = await scene.drydock("preview", node, "--fixes", file);
    expect(first.code).toBe(2);
    expect(await scene.writes()).toEqual([]);
    const text = readFileSync(file, "utf8");
    const documents = parseAllDocuments(text)
      .map((document) => document.toJS() as { readonly metadata: { readonly name: string } } | null)
      .flatMap((document) => document?.metadata.name ?? []);
    expect(documents.toSorted()).toEqual([expect.stringMatching(/^(api|team)$/), "db", "web"]);

    for (const line of linesOf(text, "make")) {
      const tried = await stage.plane.kubectl([...wordsOf(line), "--dry-run=server"]);
      expect({ line, ...tried }).toMatchObject({ code: 0 });
    }
    expect(await specs(scene)).toEqual(before);
    for (const line of linesOf(text, "make")) expect((await stage.plane.kubectl(wordsOf(line))).code).toBe(0);
    await stage.plane.waitFor("poddisruptionbudgets", { namespace: scene.namespace }, (budgets) =>
      budgets.every(({ metadata, status }) => (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)),
    );
    expect((await scene.drydock("preview", node)).code).toBe(0);
    expect((await scene.drydock("drain", node)).code).toBe(0);
    for (const line of linesOf(text, "undo")) expect((await stage.plane.kubectl(wordsOf(line))).code).toBe(0);
    expect(await specs(scene)).toEqual(before.map((one) => expect.objectContaining(one) as unknown));
  }));

test.concurrent("where no change would help it says so, and writes nothing else on stdout", () =>
  stage.play({ name: "nothing", nodes: 2 }, async (scene) => {
    await scene.deployment({ name: "web", replicas: 1, on: [scene.nodes[0]] });
    const { code, stdout } = await scene.drydock("preview", scene.nodes[0], "--fixes", "-");
    expect(code).toBe(0);
    expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
    expect(stdout).toContain("No change of a budget would make this drain");
  }));
