import { describe, expect, test } from "vitest";
import { clusterView, type GivenVolumes, nodeView, podView, volumeView } from "../../../../test/support/cluster-view.ts";
import { planRequest } from "../../../../test/support/plan-request.ts";
import type { PodView } from "../../../cluster/view/cluster-view.ts";
import type { VolumeView } from "../../../cluster/view/volume-view.ts";
import type { Craft } from "../../../plan/craft.ts";
import { composePlan } from "../../../plan/compose.ts";
import { drain } from "../drain.ts";

const node = nodeView({ labels: { "kubernetes.io/hostname": "host-of-n" } });
const only = (key: string, ...values: readonly string[]): Partial<VolumeView> => ({
  affinity: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "In", values }] }] },
});
const data = podView({ name: "data", claims: ["data"] });

function planned(volumes: GivenVolumes, pod: PodView = data) {
  return composePlan([drain as Craft], clusterView({ nodes: [node], pods: [pod], volumes }), planRequest());
}
const findingsOf = (...given: Parameters<typeof planned>) => planned(...given).findings;

describe("a pod whose data cannot follow it", () => {
  test.each<{ readonly what: string; readonly volume: Partial<VolumeView>; readonly kind: string }>([
    { what: "on a local disk", volume: { kind: "local" }, kind: "local" },
    { what: "in a directory of the node", volume: { kind: "hostPath" }, kind: "hostPath" },
    { what: "allowed on this host only", volume: only("kubernetes.io/hostname", "host-of-n"), kind: "pinned" },
    {
      what: "allowed on this node only, by its name",
      volume: { affinity: { nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["n"] }] }] } },
      kind: "pinned",
    },
  ])("$what: is warned of, with the volume as evidence", ({ volume, kind }) => {
    expect(findingsOf({ volumes: [volumeView("pv-1", "data", volume)] })).toEqual([
      {
        code: "local-volume",
        severity: "warning",
        objects: [
          { kind: "Pod", namespace: "web", name: "data", uid: "uid-data" },
          { kind: "PersistentVolume", name: "pv-1", uid: "uid-pv-1" },
        ],
        args: { pod: "web/data", claim: "data", volume: "pv-1", node: "n", kind },
        beside: true,
      },
    ]);
  });

  test.each<{ readonly what: string; readonly volume: Partial<VolumeView>; readonly pod?: PodView }>([
    { what: "a volume of a network", volume: {} },
    { what: "one of a zone", volume: only("topology.kubernetes.io/zone", "a") },
    { what: "one that two hosts share", volume: only("kubernetes.io/hostname", "host-of-n", "host-of-m") },
    { what: "one of another host, where the pod cannot have run", volume: only("kubernetes.io/hostname", "host-of-m") },
    { what: "one of a pod that stays", volume: { kind: "local" }, pod: { ...data, mirror: true } },
    { what: "one of a pod that has finished", volume: { kind: "local" }, pod: { ...data, phase: "Succeeded" } },
    { what: "one of another namespace", volume: { kind: "local", claim: { namespace: "shop", name: "data" } } },
  ])("not of $what", ({ volume, pod = data }) => {
    expect(findingsOf({ volumes: [volumeView("pv-1", "data", volume)] }, pod).map(({ code }) => code)).toEqual([]);
  });
});

describe("what may not be read", () => {
  const denied: GivenVolumes = { attachmentsKnown: "denied", volumesKnown: "denied" };

  test("is said by its name, where a pod has claims", () => {
    expect(findingsOf(denied).map(({ code, args }) => [code, args["resource"]])).toEqual([
      ["volumes-unread", "volumeattachments.storage.k8s.io"],
      ["volumes-unread", "persistentvolumes"],
    ]);
  });

  test("is not missed where no pod has one", () => {
    expect(findingsOf(denied, podView({ name: "plain" }))).toEqual([]);
  });
});

test("what is known of volumes, or is not, is no part of the plan's identity", () => {
  const hashes = [
    { volumesKnown: "unread" } as const,
    { volumesKnown: "denied" } as const,
    { volumes: [volumeView("pv-1", "data", { kind: "local" })] },
  ];
  expect(new Set(hashes.map((volumes) => planned(volumes).hash)).size).toBe(1);
});
