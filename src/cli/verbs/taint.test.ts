import { describe, expect, test } from "vitest";
import { DrainWorld, statesOf } from "../../../test/support/drain-world.ts";
import { heldAnnotation } from "../../cluster/view/held-record.ts";
import type { Taint } from "../../kube/node.ts";
import { nodes } from "../../kube/resource.ts";
import { taintNodes } from "../../maintenance/taint.ts";
import type { ClusterSketch } from "../../simulator/sketch.ts";
import { fakeWorld, type Scripts } from "../testing/fake-world.ts";

const gpu: Taint = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
const sketch: Partial<ClusterSketch> = {
  nodes: [
    { name: "n", labels: { pool: "a" }, taints: [gpu] },
    { name: "m", labels: { pool: "a" } },
  ],
  workloads: [
    { kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "n"] },
    { kind: "DaemonSet", namespace: "kube-system", name: "cni", pod: { tolerations: [{ operator: "Exists" }] } },
  ],
  budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 2 } }],
};

/** The command line against a simulated cluster. */
function stage(scripts: Scripts = {}) {
  const cluster = new DrainWorld(sketch);
  const taint: Scripts["taint"] = async (s, o) =>
    await cluster.until(taintNodes({ ...cluster.surroundings(s.stop), observe: s.observe }, o));
  const world = fakeWorld({ ...scripts, taint });
  const nodeOf = (name: string) => cluster.cluster.control.find(nodes, { name });
  return {
    cluster,
    world,
    taints: (name = "n") => (nodeOf(name)?.spec?.taints ?? []).map(({ key, value = "", effect }) => `${key}=${value}:${effect}`),
    record: (name = "n") => nodeOf(name)?.metadata.annotations?.[heldAnnotation],
  };
}

const drain = "runai=drain:NoExecute";
const before = ["dedicated=gpu:NoSchedule"];

describe("taint with an effect that deletes", () => {
  test("shows what goes, what stays and what breaks; without anybody to ask it needs the consents by name, exit 2", async () => {
    const { world, taints } = stage();
    expect(await world.run("taint", "nodes", "n", drain)).toBe(2);
    expect(taints()).toEqual(before);
    expect(world.out.written).toBe("");
    const said = world.err.written;
    expect(said).toContain("n: runai=drain:NoExecute deletes 2 pods; 1 stays");
    expect(said).toMatch(/kube-system\s+cni-\S+\s+stay\s+-\s+tolerates runai=drain:NoExecute: it stays/);
    expect(said).toMatch(/web\s+web-\S+\s+delete\s+--allow=budget-violation/);
    expect(said).toContain(
      "the taint runai=drain:NoExecute breaks the budget web/web: without 2 of its pods it has 0 healthy and needs 2 (2 short)",
    );
    expect(world.err.lines().at(-1)).toBe("  drydock taint nodes n runai=drain:NoExecute --allow=budget-violation");
  });

  test("with the consents: kubectl's line, the record, and then exactly that happens", async () => {
    const { world, taints, record, cluster } = stage();
    expect(await world.run("taint", "nodes", "n", drain, "--allow=budget-violation")).toBe(0);
    expect(world.out.lines()).toEqual(["node/n tainted"]);
    expect(taints()).toEqual([...before, drain]);
    expect(JSON.parse(record() ?? "{}")).toMatchObject({ added: [drain], holders: [{ user: "jane", taints: [drain] }] });
    await cluster.elapse(20_000);
    expect(cluster.cluster.control.podsOn("n").map(({ metadata }) => metadata.name.replace(/-.*/, ""))).toEqual(["cni"]);
  });

  test("a drain that follows it knows that pods have gone unseen, and proves nothing of them", async () => {
    const { world, cluster } = stage();
    await world.run("taint", "nodes", "n", drain, "--allow=budget-violation");
    await cluster.elapse(10_000);
    expect(statesOf(await cluster.drain({ request: { mode: "Taint" } }))).toEqual(["n unproven"]);
  });

  test.each([
    { answer: "y", code: 0, after: [...before, drain] },
    { answer: "", code: 2, after: before },
    { answer: "no", code: 2, after: before },
  ])("asks a person, whose word stands for the consents: $answer", async ({ answer, code, after }) => {
    const questions: string[] = [];
    const { world, taints } = stage({
      answer: (question) => {
        questions.push(question);
        return answer;
      },
    });
    expect(await world.run("taint", "nodes", "n", drain)).toBe(code);
    expect(questions).toEqual(["Taint node n, which deletes 2 pods? [y/N] "]);
    expect(taints()).toEqual(after);
  });

  test("-y answers the question and stands for no consent", async () => {
    const { world, taints } = stage({ answer: () => "y" });
    expect(await world.run("taint", "nodes", "n", drain, "-y")).toBe(2);
    expect(taints()).toEqual(before);
  });

  test.each(["client", "server"])("--dry-run=%s shows and changes nothing", async (how) => {
    const { world, taints, cluster } = stage();
    expect(await world.run("taint", "nodes", "n", drain, `--dry-run=${how}`)).toBe(0);
    expect(world.out.lines()).toEqual(["node/n tainted"]);
    expect(world.err.lines().at(-1)).toBe("dry run: node n was not changed");
    expect(world.err.written).toContain("deletes 2 pods");
    expect(taints()).toEqual(before);
    expect(cluster.cluster.record.entries.filter(({ by }) => by === "jane")).toEqual([]);
  });
});

describe("taint without deleting anything", () => {
  test.each([
    { words: ["n", "a=b:NoSchedule"], says: "node/n tainted", after: [...before, "a=b:NoSchedule"] },
    { words: ["n", "a:PreferNoSchedule", "dedicated-"], says: "node/n modified", after: ["a=:PreferNoSchedule"] },
    { words: ["n", "dedicated=cpu:NoSchedule", "--overwrite"], says: "node/n modified", after: ["dedicated=cpu:NoSchedule"] },
    { words: ["n", "dedicated:NoSchedule-"], says: "node/n untainted", after: [] },
  ])("$words", async ({ words, says, after }) => {
    const { world, taints, record } = stage();
    expect(await world.run("taint", "nodes", ...words)).toBe(0);
    expect(world.out.lines()).toEqual([says]);
    expect(world.err.written).toBe("");
    expect(taints()).toEqual(after);
    expect(record()).toBeUndefined();
  });

  test("removing ours leaves the node as it was, record and all, and others' taints alone", async () => {
    const { world, taints, record } = stage();
    await world.run("taint", "nodes", "n", drain, "--allow=budget-violation");
    expect(await world.run("taint", "node", "n", `${drain}-`)).toBe(0);
    expect(world.out.lines()).toEqual(["node/n tainted", "node/n untainted"]);
    expect(taints()).toEqual(before);
    expect(record()).toBeUndefined();
  });

  test.each([["-l", "pool=a"], ["--all"]])("of the nodes that %s %s chooses", async (...flags) => {
    const { world, taints } = stage();
    await world.run("taint", "nodes", ...flags, "a=b:NoSchedule");
    expect(world.out.lines().toSorted()).toEqual(["node/m tainted", "node/n tainted"]);
    expect(taints("m")).toEqual(["a=b:NoSchedule"]);
  });

  test("one node on which it cannot be done: none is touched, in kubectl's words", async () => {
    const { world, taints } = stage();
    expect(await world.run("taint", "nodes", "n", "m", "dedicated=cpu:NoSchedule")).toBe(1);
    expect(world.err.lines()[0]).toBe("error: node n already has dedicated taint(s) with same effect(s) and --overwrite is false");
    expect(taints("m")).toEqual([]);
    const other = stage();
    expect(await other.world.run("taint", "nodes", "m", "dedicated:NoSchedule-")).toBe(1);
    expect(other.world.err.lines()[0]).toContain('error: taint "dedicated:NoSchedule" not found');
  });

  test("-o json and -o name", async () => {
    const { world } = stage();
    await world.run("taint", "nodes", "n", "a=b:NoSchedule", "-o", "json");
    expect(JSON.parse(world.out.written)).toMatchObject({
      kind: "Result",
      command: "taint",
      exitCode: 0,
      nodes: [{ node: "n", state: "tainted" }],
    });
    const name = stage();
    await name.world.run("taint", "nodes", "n", "a=b:NoSchedule", "-oname");
    expect(name.world.out.lines()).toEqual(["node/n"]);
  });
});
