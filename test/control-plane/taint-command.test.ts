import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Taint } from "../../src/kube/node.ts";
import { type Scene, type Stage, startStage } from "./drain/scene.ts";

// `taint` beside the real kubectl: the same words on twin nodes, and what both say and leave.
let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const gpu: Taint = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
const taintsOf = async (scene: Scene, node: string): Promise<readonly string[]> =>
  ((await scene.node(node)).spec?.taints ?? []).map(({ key, value = "", effect }) => `${key}=${value}:${effect}`).toSorted();

describe("taint says and does what kubectl's does", () => {
  test.each<readonly [string, readonly string[]]>([
    ["add", ["a=b:NoSchedule"]],
    ["add-two", ["a=b:NoSchedule", "c:PreferNoSchedule"]],
    ["add-execute", ["runai=drain:NoExecute"]],
    ["empty-value", ["a=:NoSchedule"]],
    ["add-and-remove", ["a=b:NoSchedule", "dedicated-"]],
    ["remove", ["dedicated:NoSchedule-"]],
    ["remove-with-value", ["dedicated=gpu:NoSchedule-"]],
    ["remove-by-key", ["dedicated-"]],
    ["overwrite", ["dedicated=cpu:NoSchedule", "--overwrite"]],
    ["overwrite-same", ["dedicated=gpu:NoSchedule", "--overwrite"]],
    ["overwrite-nothing", ["a=b:NoSchedule", "--overwrite"]],
    ["present", ["dedicated=cpu:NoSchedule"]],
    ["absent", ["nothing:NoSchedule-"]],
    ["absent-two", ["nothing:NoSchedule-", "none-"]],
    ["dry-client", ["a=b:NoSchedule", "--dry-run=client"]],
    ["dry-server", ["a=b:NoSchedule", "--dry-run=server"]],
    ["dry-bare", ["a=b:NoSchedule", "--dry-run"]],
    ["no-effect", ["a=b"]],
    ["bad-effect", ["a=b:Never"]],
    ["bad-key", ["-a=b:NoSchedule"]],
    ["bad-value", ["a=_:NoSchedule"]],
    ["colons", ["a=b:NoSchedule:x"]],
    ["twice", ["a=b:NoSchedule", "a=c:NoSchedule"]],
    ["both", ["a=b:NoSchedule", "a-"]],
    ["late-name", ["a=b:NoSchedule", "more"]],
    ["no-change", []],
  ])("%s %j", (name, words) =>
    stage.play({ name, nodes: [{ taints: [gpu] }, { taints: [gpu] }] }, async (scene) => {
      const [ours, theirs = ""] = scene.nodes;
      const it = await scene.drydock("taint", "nodes", ours, ...words);
      const kubectl = await stage.plane.kubectl(["taint", "nodes", theirs, ...words]);
      expect(it.code === 0).toBe(kubectl.code === 0);
      const asOurs = (text: string): string => text.replaceAll(theirs, ours);
      expect(it.stdout).toBe(asOurs(kubectl.stdout));
      expect(await taintsOf(scene, ours)).toEqual(await taintsOf(scene, theirs));
      const [said = ""] = asOurs(kubectl.stderr).split("\n");
      if (said.startsWith("error: ") && !said.startsWith("error: [")) expect(it.stderr).toContain(said);
    }),
  );

  test.each<readonly [string, readonly string[]]>([
    ["neither names nor a choice", ["nodes", "a=b:NoSchedule"]],
    ["all and labels", ["nodes", "--all", "-l", "a=b", "a=b:NoSchedule"]],
    ["another kind", ["pods", "x", "a=b:NoSchedule"]],
    ["nothing at all", []],
  ])("%s is refused in the same words", async (_, words) => {
    await stage.play({ name: `refused-${words.length}-${words.includes("pods") ? "kind" : "choice"}`, nodes: 1 }, async (scene) => {
      const it = await scene.drydock("taint", ...words);
      const { stderr } = await stage.plane.kubectl(["taint", ...words]);
      expect(it.code).toBe(4);
      expect(it.stderr).toContain(stderr.split("\n")[0]);
      expect(await scene.writes()).toEqual([]);
    });
  });
});
