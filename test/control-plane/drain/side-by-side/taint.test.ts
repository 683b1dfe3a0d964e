import { describe, expect, test } from "vitest";
import { heldAnnotation } from "../../../../src/cluster/view/held-record.ts";
import type { Node, Taint } from "../../../../src/kube/node.ts";
import { podLives } from "../../fixture/pod-lives.ts";
import { ndjson } from "../drydock.ts";
import { onNode, type Scene } from "../scene.ts";
import { stage } from "./stage.ts";

// A taint deletes what a drain would ask for: what it does is told beforehand, and then exactly that happens, by the record of etcd itself.
const drain = "runai=drain:NoExecute";
const gpu: Taint = { key: "dedicated", value: "gpu", effect: "PreferNoSchedule" };
const everything = [{ operator: "Exists" }];
const forTime = (tolerationSeconds: number) => [{ key: "runai", operator: "Exists", effect: "NoExecute", tolerationSeconds }];

interface PodLine {
  readonly namespace: string;
  readonly name: string;
  readonly action: string;
  readonly reason: { readonly code: string };
}

const shape = ({ metadata, spec }: Node): object => ({ labels: metadata.labels, annotations: metadata.annotations, spec });
const taintsOf = async (scene: Scene): Promise<readonly string[]> =>
  ((await scene.node(scene.nodes[0])).spec?.taints ?? []).map(({ key, value = "", effect }) => `${key}=${value}:${effect}`);

/** Names of the pods of the first node that were marked to go, with who did it. */
async function markedOn(scene: Scene): Promise<readonly string[]> {
  return podLives(await scene.record())
    .filter(({ node, deletion }) => node === scene.nodes[0] && deletion !== undefined)
    .map(({ name }) => name)
    .toSorted();
}

/** Pods that no taint moves, some that it does at once or later, one that nobody starts again, and a budget that needs them all. */
async function settle(scene: Scene): Promise<void> {
  const [node] = scene.nodes;
  await Promise.all([
    scene.daemonSet({ name: "cni", pods: { spec: { tolerations: everything } } }),
    scene.daemonSet({ name: "logs" }),
    scene.deployment({ name: "web", replicas: 3, on: [node], pods: { gone: 0.5 } }),
    scene.pod("late", node, { spec: { tolerations: forTime(3) } }),
    scene.pod("bare", node),
  ]);
  await scene.budget({ name: "web", minAvailable: 2 });
}

describe.concurrent("mode Taint", () => {
  test("says which pods go, which stay and which budget breaks; then that happens; then the taint comes off and nothing else does", () =>
    stage.play({ name: "taint", nodes: [{ taints: [gpu] }, {}], consented: { pods: [] } }, async (scene) => {
      const [node] = scene.nodes;
      await settle(scene);
      const before = shape(await scene.node(node));
      const preview = JSON.parse((await scene.drydock("preview", node, "--mode=Taint", "-o", "json")).stdout) as {
        readonly nodes: readonly { readonly pods: readonly PodLine[] }[];
        readonly findings: readonly { readonly code: string; readonly message: string }[];
        readonly command: string;
      };
      const told = preview.nodes.flatMap(({ pods }) => pods);
      const by = (action: string): readonly string[] =>
        told
          .filter((pod) => pod.action === action)
          .map(({ namespace, name }) => `${namespace}/${name}`)
          .toSorted();
      expect(told.filter(({ action }) => action === "stay").map(({ reason }) => reason.code)).toEqual(["tolerates-taint"]);
      expect(by("delete")).toHaveLength(6);
      expect(preview.findings.filter(({ code }) => code === "taint-breaks-budget").map(({ message }) => message)).toEqual([
        `the taint ${drain} breaks the budget taint/web: without 3 of its pods it has 0 healthy and needs 2 (2 short)`,
      ]);
      expect(preview.command).toMatch(new RegExp(`^drydock drain ${node} --mode=Taint .*--force --allow=budget-violation$`));

      const refused = await scene.drydock("drain", node, "--mode=Taint", "--force");
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain("breaks the budget taint/web");
      expect(await scene.writes()).toEqual([]);

      const { code, stdout, stderr } = await scene.drydock(...preview.command.split(" ").slice(1));
      expect(code).toBe(0);
      expect(stdout.split("\n")[0]).toBe(`node/${node} tainted`);
      expect(stdout).toContain(`node/${node} drained`);
      expect(stderr).toContain(`back into service: drydock taint nodes ${node} ${drain}-`);
      expect(await markedOn(scene)).toEqual(by("delete"));
      expect(onNode(await scene.pods(), node).map(({ metadata }) => `${scene.namespace}/${metadata.name}`)).toEqual(by("stay"));
      expect(await scene.evictions()).toEqual([]);
      const tainted = await scene.node(node);
      expect(tainted.spec).toMatchObject({ taints: [gpu, { key: "runai", value: "drain", effect: "NoExecute" }] });
      expect(tainted.spec?.unschedulable).toBeUndefined();
      expect(JSON.parse(tainted.metadata.annotations?.[heldAnnotation] ?? "{}")).toMatchObject({ added: [drain], wasCordoned: false });

      const back = await scene.drydock("taint", "nodes", node, `${drain}-`);
      expect([back.code, back.stdout]).toEqual([0, `node/${node} untainted\n`]);
      expect(shape(await scene.node(node))).toEqual(before);
      // What the taint had driven off comes back by itself.
      await scene.until((pods) => onNode(pods, node).some(({ metadata }) => metadata.name.startsWith("logs-")));
    }));

  test("Ctrl-C says that it works on without us, and how to end it", () =>
    stage.play({ name: "stopped", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("slow", node, { hang: true, grace: 1 });
      const running = scene.start("drain", node, "--mode=Taint", "--force", "-v2");
      await running.said("pod/slow deletion started");
      running.signal("SIGINT");
      const { code, stderr } = await running.ended;
      expect(code).toBe(130);
      expect(stderr).toContain(
        `node ${node} keeps the taint ${drain}: the cluster goes on deleting what does not tolerate it, until it is removed`,
      );
      expect(stderr).toContain(`stop that:        drydock taint nodes ${node} ${drain}-`);
      expect(await taintsOf(scene)).toEqual([drain]);
    }));

  test("somebody removes the taint midway: it is named, set again, and the drain ends", () =>
    stage.play({ name: "removed", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("late", node, { spec: { tolerations: forTime(3) } });
      const running = scene.start("drain", node, "--mode=Taint", "--force", "-o", "ndjson");
      await running.line(({ event }) => event === "tainted");
      await stage.plane.kubectl(["taint", "nodes", node, "runai-"]);
      const { code, stdout } = await running.ended;
      expect(code).toBe(0);
      expect(ndjson(stdout).filter(({ event }) => event === "tainted")).toMatchObject([{ again: false }, { again: true }]);
      expect(await taintsOf(scene)).toEqual([drain]);
    }));

  test("a drain that is killed and started again goes on, and knows less, not more", () =>
    stage.play({ name: "taint-killed", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 2, on: [node], pods: { gone: 1 } });
      await scene.pod("late", node, { spec: { tolerations: forTime(4) } });
      const first = scene.start("drain", node, "--mode=Taint", "--force", "-o", "ndjson");
      await first.line(({ event }) => event === "accepted");
      first.signal("SIGKILL");
      const again = await scene.drydock("drain", node, "--mode=Taint", "--force", "-o", "ndjson");
      expect(again.code).toBe(0);
      expect(ndjson(again.stdout).at(-1)).toMatchObject({ nodes: [{ state: "unproven", taint: { text: drain, by: "us" } }] });
      expect(onNode(await scene.pods(), node)).toEqual([]);
      const written = (await scene.writes()).filter(({ objectRef }) => objectRef?.resource === "nodes");
      expect(written.filter(({ requestObject }) => JSON.stringify(requestObject).includes("/spec/taints")).length).toBeLessThanOrEqual(2);
    }));

  test("what tolerates the taint for a time comes back where no cordon keeps it off: said beforehand, and left", () =>
    stage.play({ name: "back", nodes: 2 }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      await scene.deployment({ name: "late", replicas: 1, on: [node], pods: { spec: { tolerations: forTime(2) } } });
      // Nowhere else to go.
      await stage.plane.kubectl(["cordon", other]);
      const { code, stdout, stderr } = await scene.drydock("drain", node, "--mode=Taint");
      expect(code).toBe(0);
      expect(stderr).toContain(`tolerate ${drain} for a time: their replacements may come back to node ${node}, which is not cordoned`);
      expect(stderr).toContain(`came back to node ${node} in spite of the taint ${drain}, which it tolerates for a time`);
      expect(stdout.match(/pod\/late-.* deleted/g)).toHaveLength(1);
    }));

  test("EvictThenTaint: what its budget keeps for ever goes when the announced time has come", () =>
    stage.play({ name: "later", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      const [stuck] = await scene.deployment({ name: "db", replicas: 1, on: [node] });
      await scene.deployment({ name: "web", replicas: 2, on: [node] });
      await scene.budget({ name: "db", minAvailable: 1 });
      const args = ["drain", node, "--mode=EvictThenTaint", "--taint-after=3s", "--allow=budget-violation"];
      const { code, stdout, stderr } = await scene.drydock(...args);
      expect(code).toBe(0);
      expect(stderr).toContain(`if pods are left 3 s after the first eviction, node ${node} gets the taint ${drain}`);
      expect(stdout.split("\n").filter((line) => line.startsWith("node/"))).toEqual([
        `node/${node} cordoned`,
        `node/${node} tainted`,
        `node/${node} drained`,
      ]);
      expect(stdout).toContain(`pod/${stuck?.metadata.name} deleted`);
      const accepted = (await scene.evictions()).filter((eviction) => eviction.code < 300);
      expect(accepted.map(({ pod }) => pod.replace(/-.*/, ""))).toEqual(["web", "web"]);
      expect(stderr).toMatch(
        new RegExp(`back into service: drydock taint nodes ${node} ${drain}-\\n.*and then: +drydock uncordon ${node}`),
      );
    }));
});

describe.concurrent("somebody else writes the node's taints at the same moment", () => {
  test("and loses none of them, however often we add and remove ours", () =>
    stage.play({ name: "taint-others", nodes: [{ taints: [gpu] }] }, async (scene) => {
      const [node] = scene.nodes;
      const others = Array.from({ length: 12 }, (_, index): Taint => ({ key: `other-${index}`, effect: "PreferNoSchedule" }));
      const json = { contentType: "application/json-patch+json" };
      const add = async (): Promise<void> => {
        for (const taint of others)
          await stage.plane.call("PATCH", `/api/v1/nodes/${node}`, [{ op: "add", path: "/spec/taints/-", value: taint }], json);
      };
      const ours = async (): Promise<readonly (number | null)[]> => {
        const codes: (number | null)[] = [];
        for (const word of [drain, `${drain}-`, drain]) codes.push((await scene.drydock("taint", "nodes", node, word)).code);
        return codes;
      };
      const [codes] = await Promise.all([ours(), add()]);
      expect(codes).toEqual([0, 0, 0]);
      expect((await taintsOf(scene)).toSorted()).toEqual(
        [drain, "dedicated=gpu:PreferNoSchedule", ...others.map(({ key }) => `${key}=:PreferNoSchedule`)].toSorted(),
      );
    }));
});
