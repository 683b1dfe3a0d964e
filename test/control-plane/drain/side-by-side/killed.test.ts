import { describe, expect, test } from "vitest";
import { heldAnnotation } from "../../../../src/cluster/view/held-record.ts";
import { isPodReady } from "../../../../src/kube/pod.ts";
import { seededRandom } from "../../../../src/runtime/random.ts";
import { type CliLine, ndjson, type Running } from "../drydock.ts";
import { onNode, uidsAsked, uidsOf } from "../scene.ts";
import { stage } from "./stage.ts";

/** Kills it once it has written so many lines, unless it ends before. */
async function killAfter(drain: Running, lines: number): Promise<void> {
  await drain.lines(lines);
  drain.signal("SIGKILL");
  await drain.ended;
}

const stateOf = (result: CliLine | undefined): readonly string[] =>
  ((result?.["nodes"] ?? []) as readonly { readonly state: string }[]).map(({ state }) => state);

const runs = Array.from({ length: 10 }, (_, index) => `killed-${index + 1}`);

// SIGKILL leaves no time to say or write anything: what the next process knows is what the API knows. One that came between the server's
// spending of a budget and its deletion of the pod costs two minutes, after which the disruption controller gives back what was spent.
describe.concurrent("a drain that is killed at any moment, twice, and begun again", () => {
  test.each(runs)("%s: goes on where it was, asks nobody twice, and the node comes back as it was", (name) =>
    stage.play({ name, nodes: 2, consented: { marks: ["cordon"] } }, async (scene) => {
      const random = seededRandom(name);
      const [node, other = ""] = scene.nodes;
      const pods = await scene.deployment({
        name: "web",
        replicas: 4,
        on: [node, node, node, other],
        pods: { ready: 1, gone: 1, grace: 5 },
      });
      await scene.budget({ name: "web", maxUnavailable: 1 });
      const before = await scene.node(node);
      for (let attempt = 0; attempt < 2; attempt += 1) {
        await killAfter(scene.start("drain", node, "-o", "ndjson"), 1 + Math.floor(random.next() * 9));
      }
      const { code, stdout } = await scene.drydock("drain", node, "-o", "ndjson");
      expect(code).toBe(0);
      expect(["drained", "unproven"]).toEqual(expect.arrayContaining([...stateOf(ndjson(stdout).at(-1))]));
      expect(onNode(await scene.pods(), node)).toEqual([]);
      expect(await scene.taken()).toEqual(uidsOf(onNode(pods, node)));
      const granted = uidsAsked((await scene.evictions()).filter(({ code: http }) => http < 300));
      expect(granted).toEqual([...new Set(granted)]);
      const healthy = await scene.until((all) => all.filter((pod) => isPodReady(pod.status)).length === 4);
      expect(onNode(healthy, other)).toHaveLength(4);
      expect((await scene.drydock("uncordon", node)).code).toBe(0);
      const { spec, metadata } = await scene.node(node);
      expect(spec?.unschedulable).toBeUndefined();
      expect(metadata.annotations?.[heldAnnotation]).toBeUndefined();
      expect({
        labels: metadata.labels,
        taints: (spec?.taints ?? []).filter(({ key }) => !key.startsWith("node.kubernetes.io/")),
      }).toEqual({
        labels: before.metadata.labels,
        taints: (before.spec?.taints ?? []).filter(({ key }) => !key.startsWith("node.kubernetes.io/")),
      });
    }),
  );
});
