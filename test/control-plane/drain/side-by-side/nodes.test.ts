import { describe, expect, test } from "vitest";
import { type HeldRecord, heldAnnotation, parseHeld } from "../../../../src/cluster/view/held-record.ts";
import { holderName } from "../../../../src/cluster/view/holder.ts";
import type { Budget } from "../../../../src/kube/budget.ts";
import type { Node } from "../../../../src/kube/node.ts";
import { isPodReady, type Pod } from "../../../../src/kube/pod.ts";
import type { RecordEntry } from "../../fixture/recorder.ts";
import { ndjson } from "../drydock.ts";
import { onNode, uidsAsked, uidsOf } from "../scene.ts";
import { stage } from "./stage.ts";

const heldOf = (node: Node): HeldRecord => {
  const held = parseHeld(node.metadata.annotations?.[heldAnnotation]);
  if (held === undefined || held === "unreadable") throw new Error(`no record on ${node.metadata.name}: ${String(held)}`);
  return held;
};
const revisionOf = (entry: RecordEntry | undefined): number => entry?.revision ?? Number.NaN;
/** The write that took the node out of scheduling. */
const cordonOf = (record: readonly RecordEntry[], node: string): RecordEntry | undefined =>
  record.find(({ resource, name, object }) => resource === "nodes" && name === node && (object as Node).spec?.unschedulable === true);
/** Writes that began the deletion of pods of this node. */
const departures = (record: readonly RecordEntry[], node: string): readonly RecordEntry[] =>
  record.filter(
    ({ resource, type, object }) =>
      resource === "pods" && type === "put" && object.metadata.deletionTimestamp !== undefined && (object as Pod).spec.nodeName === node,
  );
const removals = (record: readonly RecordEntry[], node: string): readonly RecordEntry[] =>
  record.filter(({ resource, type, object }) => resource === "pods" && type === "delete" && (object as Pod).spec.nodeName === node);

describe.concurrent("several nodes", () => {
  test("are all cordoned before the first eviction, and each begins when the one before it is empty, as with kubectl", () =>
    stage.play({ name: "serial", nodes: 4, emptied: [1, 2, 3] }, async (scene) => {
      const [first, second = "", third = "", last = ""] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 6, on: [first, second, third], pods: { ready: 0.5, gone: 0.5 } });
      // Not by name: the order is the one that was typed.
      const order = [third, first, second];
      const { code, stdout } = await scene.drydock("drain", ...order);
      expect(code).toBe(0);
      for (const node of order) expect(stdout.indexOf(`node/${node} cordoned`)).toBeLessThan(stdout.indexOf("evicting pod"));
      const record = await scene.record();
      const cordons = order.map((node) => revisionOf(cordonOf(record, node)));
      const begins = order.map((node) => revisionOf(departures(record, node)[0]));
      const ends = order.map((node) => revisionOf(removals(record, node).at(-1)));
      expect(Math.max(...cordons)).toBeLessThan(Math.min(...begins));
      expect(begins[1]).toBeGreaterThan(ends[0] ?? Number.NaN);
      expect(begins[2]).toBeGreaterThan(ends[1] ?? Number.NaN);
      // Replacements never landed on a node that was to be emptied next.
      expect(await scene.evictions()).toHaveLength(6);
      expect(
        (await scene.until((pods) => pods.filter((pod) => isPodReady(pod.status)).length === 6)).map((pod) => pod.spec.nodeName),
      ).toEqual(Array.from({ length: 6 }, () => last));
    }));

  test("in parallel share one budget: it is never overdrawn, and nothing is asked for in vain", () =>
    stage.play({ name: "parallel", nodes: 4, emptied: [1, 2, 3] }, async (scene) => {
      const [first, second = "", third = ""] = scene.nodes;
      const before = await scene.deployment({ name: "web", replicas: 6, on: [first, second, third], pods: { ready: 0.5, gone: 0.5 } });
      const free = await scene.deployment({ name: "free", replicas: 3, on: [first, second, third], pods: { gone: 0.5 } });
      await scene.budget({ name: "web", maxUnavailable: 1 });
      const { code } = await scene.drydock("drain", first, second, third, "--parallel=3");
      expect(code).toBe(0);
      const evictions = await scene.evictions();
      expect(uidsAsked(await scene.evictions())).toEqual(uidsOf([...before, ...free]));
      expect(new Set(evictions.map((request) => request.code))).toEqual(new Set([201]));
      const healthy = (await scene.record()).flatMap(({ resource, object, type }) =>
        resource === "poddisruptionbudgets" && type === "put" ? [(object as Budget).status?.currentHealthy ?? 6] : [],
      );
      expect(Math.min(...healthy.slice(healthy.indexOf(6)))).toBeGreaterThanOrEqual(5);
      // Side by side: on more than one node pods were leaving before the first node was empty.
      const record = await scene.record();
      const begins = [first, second, third].map((node) => revisionOf(departures(record, node)[0]));
      const ends = [first, second, third].map((node) => revisionOf(removals(record, node).at(-1)));
      expect(begins.filter((begin) => begin < Math.min(...ends)).length).toBeGreaterThan(1);
    }));

  test("are chosen by label, and the others are left alone", () =>
    stage.play(
      { name: "selected", nodes: [{ labels: { pool: "old" } }, { labels: { pool: "new" } }, { labels: { pool: "old" } }], emptied: [1, 3] },
      async (scene) => {
        const [first, kept = "", third = ""] = scene.nodes;
        await scene.deployment({ name: "web", replicas: 3, on: [first, kept, third] });
        const { code, stdout } = await scene.drydock("drain", "-l", `pool=old,drydock.test/scene=${scene.namespace}`);
        expect(code).toBe(0);
        expect(stdout).not.toContain(kept);
        expect((await scene.pods()).map((pod) => pod.spec.nodeName)).toEqual([kept, kept, kept]);
        expect((await scene.node(kept)).spec?.unschedulable).toBeUndefined();
      },
    ));

  test("of which one has a pod that can never go: nothing is touched on any", () =>
    stage.play({ name: "fatal", nodes: 3, emptied: [] }, async (scene) => {
      const [first, second = ""] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 1, on: [first] });
      await scene.deployment({ name: "db", replicas: 1, on: [second] });
      await scene.budget({ name: "db", minAvailable: 1 });
      const { code, stdout, stderr } = await scene.drydock("drain", first, second);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain("unable to drain 2 nodes; nothing was changed");
      expect(stderr).toContain("the budget db needs 1 of 1 pods healthy");
      expect(await scene.writes()).toEqual([]);
    }));
});

describe.concurrent("the record on a node", () => {
  test("is written in the same write as the cordon, and says who", () =>
    stage.play({ name: "held", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      expect((await scene.drydock("drain", node)).code).toBe(0);
      const cordon = cordonOf(await scene.record(), node)?.object as Node;
      const held = heldOf(cordon);
      expect(held).toMatchObject({ nodeUID: cordon.metadata.uid, wasCordoned: false, added: ["spec.unschedulable=true"], undo: [] });
      expect(held.holders.map((holder) => `${holder.kind} ${holderName(holder)}`)).toEqual([expect.stringMatching(/^command hand-/)]);
      // One write takes it out; the other notes at the end that all was proven.
      expect((await scene.writes()).map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`)).toEqual(["patch nodes", "patch nodes"]);
      expect(held.holders[0]?.provenAt).toBeUndefined();
      expect(heldOf(await scene.node(node)).holders[0]?.provenAt).toBeDefined();
    }));

  test("keeps a foreign cordon apart: it is said, and uncordon names whom it overrides", () =>
    stage.play({ name: "foreign", nodes: 2, consented: { marks: ["cordon"] } }, async (scene) => {
      const [node] = scene.nodes;
      await stage.plane.kubectl(["cordon", node]);
      const { code, stdout, stderr } = await scene.drydock("drain", node);
      expect(code).toBe(0);
      expect(stdout).toContain(`node/${node} already cordoned`);
      expect(stderr).toContain(`node ${node} was unschedulable before; nothing automatic will lift that`);
      expect(heldOf(await scene.node(node))).toMatchObject({ wasCordoned: true, added: [] });
      const back = await scene.drydock("uncordon", node);
      expect(back).toMatchObject({ code: 0, stdout: `node/${node} uncordoned\n` });
      expect(back.stderr).toMatch(/Warning: lifts the cordon of kubectl\S* \(since /);
      const after = await scene.node(node);
      expect(after.spec?.unschedulable).toBeUndefined();
      expect(after.metadata.annotations?.[heldAnnotation]).toBeUndefined();
    }));

  test("names another person, whose drain an uncordon overrides; one's own is no news", () =>
    stage.play({ name: "others", nodes: 2 }, async (scene) => {
      const [node, second = ""] = scene.nodes;
      const admin = ["--kubeconfig", stage.plane.kubeconfigPath];
      await scene.drydock("cordon", node, ...admin);
      await scene.drydock("cordon", second);
      const back = await scene.drydock("uncordon", node, ...admin);
      expect(back.stderr).not.toContain("lifts");
      await scene.drydock("cordon", node, ...admin);
      const both = await scene.drydock("uncordon", node, second);
      expect(both.stderr).toMatch(/lifts the cordon of admin on \S+ \(since /);
      expect(both.stderr.match(/lifts/g)).toHaveLength(1);
    }));

  test("leaves taints, labels and annotations as they are, there and back", () =>
    stage.play(
      {
        name: "marked",
        nodes: [
          {
            labels: { rack: "7" },
            annotations: { "example.com/owner": "team-a" },
            taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }],
          },
          {},
        ],
      },
      async (scene) => {
        const [node] = scene.nodes;
        await scene.deployment({
          name: "web",
          replicas: 1,
          on: [node],
          pods: { spec: { tolerations: [{ key: "gpu", operator: "Exists" }] } },
        });
        const marks = async (): Promise<object> => {
          const { metadata, spec } = await scene.node(node);
          return { labels: metadata.labels, annotations: metadata.annotations, taints: spec?.taints, unschedulable: spec?.unschedulable };
        };
        const before = await marks();
        expect((await scene.drydock("drain", node)).code).toBe(0);
        expect((await scene.drydock("uncordon", node)).code).toBe(0);
        await stage.plane.waitFor("nodes", { fieldSelector: `metadata.name=${node}` }, ([found]) => found?.spec?.taints?.length === 1);
        expect(await marks()).toEqual(before);
      },
    ));

  test("is void on a machine that took over the name, and a drain under way does not touch that machine", () =>
    stage.play({ name: "replaced", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("stuck", node, { hang: true, grace: 1 });
      const drain = scene.start("drain", node, "--force", "-o", "ndjson");
      await drain.line(({ event }) => event === "accepted");
      const old = await scene.node(node);
      const path = `/api/v1/nodes/${node}`;
      await stage.plane.call("DELETE", path);
      const { metadata, spec: _, status: __, ...rest } = old;
      const { resourceVersion: ___, uid: ____, ...kept } = metadata;
      // Somebody restores the object with all that stood on it, but for the cordon.
      const machine = await stage.plane.call<Node>("POST", "/api/v1/nodes", { ...rest, metadata: { ...kept, managedFields: undefined } });
      expect(machine.metadata.annotations?.[heldAnnotation]).toBeDefined();
      const ended = await drain.ended;
      expect(ended.code).toBe(6);
      expect(ndjson(ended.stdout).at(-1)).toMatchObject({ nodes: [{ node, state: "unproven", cordoned: "unknown" }] });
      expect((await scene.node(node)).spec?.unschedulable).toBeUndefined();

      expect((await scene.drydock("cordon", node)).code).toBe(0);
      const held = heldOf(await scene.node(node));
      expect(held).toMatchObject({ nodeUID: machine.metadata.uid, wasCordoned: false });
      expect(held.holders).toHaveLength(1);
      expect(held.holders[0]?.evictingSince).toBeUndefined();
      expect(onNode(await scene.pods(), node)).toHaveLength(1);
    }));
});
