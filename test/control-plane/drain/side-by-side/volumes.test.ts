import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VolumeAttachment } from "../../../../src/kube/volume.ts";
import { realClock } from "../../../../src/runtime/real-clock.ts";
import { detachAnnotation } from "../../fixture/attacher.ts";
import { collectionPath } from "../../fixture/kinds.ts";
import type { Part } from "../../fixture/part.ts";
import type { RecordEntry } from "../../fixture/recorder.ts";
import { type CliLine, ndjson } from "../drydock.ts";
import { onNode, type Scene } from "../scene.ts";
import { stage } from "./stage.ts";

// VolumeAttachments are made and deleted by the real attach/detach controller; only the driver is played (fixture/attacher.ts).
let attacher: AsyncDisposable;
let dying: Part;

beforeAll(async () => {
  attacher = await stage.plane.startAttacher();
  dying = await stage.plane.startKubelets("dying");
});

afterAll(async () => {
  await attacher[Symbol.asyncDispose]();
});

const isDrained = ({ event }: CliLine): boolean => event === "drained";
const isBlockedBy =
  (code: string) =>
  ({ event, blocker }: CliLine): boolean =>
    event === "blocked" && (blocker as { readonly code: string }).code === code;
const proofsOf = (line: CliLine): readonly { readonly code: string; readonly proven: boolean; readonly message: string }[] =>
  line["proofs"] as never;

const detaches = (record: readonly RecordEntry[], node: string): readonly RecordEntry[] =>
  record.filter(
    ({ resource, type, object }) =>
      resource === "volumeattachments" && type === "delete" && (object as VolumeAttachment).spec.nodeName === node,
  );

/** Resolves when so many volumes of the scene are attached to its node, as a driver reports it. */
async function attachedTo(node: string, count: number): Promise<readonly VolumeAttachment[]> {
  const all = await stage.plane.waitFor("volumeattachments", {}, (attachments) => {
    const own = attachments.filter(({ spec, status }) => spec.nodeName === node && status?.attached === true);
    return own.length === count;
  });
  return all.filter(({ spec }) => spec.nodeName === node);
}

async function podWithVolume(scene: Scene, name: string, detach: number | "hang"): Promise<void> {
  await stage.plane.createVolume({ namespace: scene.namespace, claim: name, detach });
  await scene.pod(name, scene.nodes[0], { claims: [name], gone: 0.5, grace: 1 });
}

describe.concurrent("the volumes of moved pods", () => {
  test("on a node that falls silent are not waited for, and are named", () =>
    stage.play({ name: "silent", nodes: [{ kubelets: "dying" }] }, async (scene) => {
      const [node] = scene.nodes;
      await podWithVolume(scene, "stuck", "hang");
      await attachedTo(node, 1);
      const drain = scene.start("drain", node, "--force", "-o", "ndjson");
      await drain.line(isBlockedBy("volumes-attached"));
      await dying.kill();
      const { code, stderr } = await drain.ended;
      expect(code).toBe(0);
      expect(stderr).toContain(
        `volumes are still attached to node ${node}, which is not Ready, so they were not waited for: silent-stuck (claim silent/stuck)`,
      );
    }));

  test("are waited for, each by name, and the verdict follows the last of them within a second", () =>
    stage.play({ name: "detach", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await Promise.all([podWithVolume(scene, "quick", 0.2), podWithVolume(scene, "slow", 8)]);
      await attachedTo(node, 2);
      const drain = scene.start("drain", node, "--force", "-o", "ndjson");
      const blocked = await drain.line(isBlockedBy("volumes-attached"));
      expect(JSON.stringify(blocked)).toContain("detach-slow (claim detach/slow)");
      const verdict = await drain.line(isDrained);
      const verdictAt = realClock.now();
      const [last] = detaches(await scene.record(), node).toSorted((a, b) => b.at - a.at);
      expect(verdictAt - (last?.at ?? Number.NaN)).toBeLessThan(1_000);
      expect(detaches(await scene.record(), node)).toHaveLength(2);
      expect(verdict["proven"]).toBe(true);
      expect(proofsOf(verdict).find(({ code }) => code === "volumes-detached")).toMatchObject({ proven: true });
      expect((await drain.ended).code).toBe(0);
    }));

  test("that are off within the arrival quiet cost nothing", () =>
    stage.play({ name: "within", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await podWithVolume(scene, "quick", 3);
      await attachedTo(node, 1);
      const drain = scene.start("drain", node, "--force", "-o", "ndjson");
      await drain.line(({ event }) => event === "cordoned");
      const cordonedAt = realClock.now();
      await drain.line(isDrained);
      // One after the other they would be 8 s and more.
      expect(realClock.now() - cordonedAt).toBeLessThan(7_500);
    }));

  test("that hang are named after --volume-detach-timeout, and the verdict is the weaker for it", () =>
    stage.play({ name: "hanging", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await podWithVolume(scene, "stuck", "hang");
      const [attachment] = await attachedTo(node, 1);
      const { code, stdout, stderr } = await scene.drydock("drain", node, "--force", "--volume-detach-timeout=7s", "-o", "ndjson");
      expect(code).toBe(0);
      expect(stderr).toContain(`volumes are still attached to node ${node} after 7 s: hanging-stuck (claim hanging/stuck)`);
      expect(stderr).toContain("not all of it proven: volumes not detached: hanging-stuck (claim hanging/stuck)");
      expect(ndjson(stdout).at(-1)).toMatchObject({
        nodes: [{ state: "unproven", left: [], attached: ["hanging-stuck (claim hanging/stuck)"] }],
      });
      // Its driver comes to itself: the next drain of the node sees it go.
      const again = scene.start("drain", node, "--force", "-o", "ndjson");
      await again.line(isBlockedBy("volumes-attached"));
      const path = `${collectionPath("volumeattachments")}/${attachment?.metadata.name}`;
      await stage.plane.call("PATCH", path, { metadata: { annotations: { [detachAnnotation]: "0s" } } });
      expect(proofsOf(await again.line(isDrained)).find(({ code: each }) => each === "volumes-detached")?.proven).toBe(true);
    }));

  test("with --volume-detach-timeout=0 are not looked at", () =>
    stage.play({ name: "unasked", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await podWithVolume(scene, "stuck", "hang");
      await attachedTo(node, 1);
      const { stdout, stderr } = await scene.drydock("drain", node, "--force", "--volume-detach-timeout=0", "-o", "ndjson");
      expect(ndjson(stdout).at(-1)).toMatchObject({ nodes: [{ state: "drained" }] });
      expect(stderr).not.toContain("volume");
    }));

  test("follow their pod to its next node, which is no business of this one; those of pods that stay, stay", () =>
    stage.play({ name: "follow", nodes: 2 }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      const { namespace } = scene;
      await stage.plane.createVolume({ namespace, claim: "db", detach: 2 });
      await stage.plane.createVolume({ namespace, claim: "cache", detach: "hang" });
      await scene.pod("agent", node, { claims: ["cache"], annotations: { "kubernetes.io/config.mirror": "x" } });
      await scene.statefulSet({ name: "db", replicas: 1, on: [node], pods: { claims: ["db"], gone: 0.5 } });
      await attachedTo(node, 2);
      const { code, stdout } = await scene.drydock("drain", node, "-o", "ndjson");
      expect(code).toBe(0);
      expect(ndjson(stdout).find(isDrained)).toMatchObject({ proven: true });
      const [attached] = await attachedTo(other, 1);
      expect(attached?.spec.source.persistentVolumeName).toBe("follow-db");
      expect((await attachedTo(node, 1))[0]?.spec.source.persistentVolumeName).toBe("follow-cache");
      expect(onNode(await scene.pods(), other)).toHaveLength(1);
    }));

  test("of pods that went before a process was killed are waited for by the next one", () =>
    stage.play({ name: "again", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await podWithVolume(scene, "slow", 9);
      await attachedTo(node, 1);
      const first = scene.start("drain", node, "--force", "-o", "ndjson");
      await first.line(isBlockedBy("volumes-attached"));
      first.signal("SIGKILL");
      await first.ended;
      const second = scene.start("drain", node, "--force", "-o", "ndjson");
      await second.line(isDrained);
      const verdictAt = realClock.now();
      const [last] = detaches(await scene.record(), node);
      expect(verdictAt).toBeGreaterThanOrEqual(last?.at ?? Number.NaN);
    }));
});

test.concurrent("data on the node's own disk is warned of, in the preview and under way", () =>
  stage.play({ name: "local", nodes: 1 }, async (scene) => {
    const [node] = scene.nodes;
    await stage.plane.createVolume({ namespace: scene.namespace, claim: "disk", localTo: node });
    await scene.pod("db", node, { claims: ["disk"], hang: true, grace: 1 });
    const words = `its claim disk (volume local-disk) is on the disk of node ${node}`;
    const preview = await scene.drydock("preview", node);
    expect(preview.stdout).toContain(words);
    const drain = scene.start("drain", node, "--force", "-o", "ndjson");
    // Volumes are read beside the work, which does not wait for it.
    await drain.said(words);
    await scene.patchPod("db", { metadata: { annotations: { "drydock.test/hang": null } } });
    const { stderr, stdout } = await drain.ended;
    expect(stderr).toContain(words);
    expect(ndjson(stdout).at(-1)).toMatchObject({ nodes: [{ state: "drained" }] });
  }));
