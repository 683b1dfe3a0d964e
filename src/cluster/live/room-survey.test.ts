import { describe, expect, test } from "vitest";
import { KubeError } from "../../client/errors.ts";
import type { Item, KubeApi, ListQuery, Page } from "../../client/kube-api.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Pod } from "../../kube/pod.ts";
import type { Resource } from "../../kube/resource.ts";
import { demandOf } from "../../kube/scheduling/demand.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import { parseTime } from "../../kube/time.ts";
import type { Mover, RoomView } from "../view/room-view.ts";
import { surveyRoom } from "./room-survey.ts";

const meta = (name: string, more: object = {}) => ({ name, namespace: "web", uid: `uid-${name}`, resourceVersion: "1", ...more });
const controlled = { ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "rs", controller: true }] };
const now = parseTime("2026-01-01T00:00:00Z") ?? 0;
const after = { creationTimestamp: "2026-01-01T00:00:01Z" };

function pod(name: string, node: string, more: object = {}, claim?: string): Pod {
  const volumes = claim === undefined ? [] : [{ name: "v", persistentVolumeClaim: { claimName: claim } }];
  const containers = [{ name: "main", resources: { requests: { cpu: "1" } } }];
  return { metadata: meta(name, { creationTimestamp: "2025-12-31T00:00:00Z", ...more }), spec: { nodeName: node, containers, volumes } };
}

type Pages = Readonly<Record<string, readonly (readonly KubeObject[] | "restarted" | KubeError)[]>>;

/** A server that has these pages of each resource; the page after "restarted" begins the list anew. */
function serving(pages: Pages): { readonly api: KubeApi; readonly asked: string[] } {
  const asked: string[] = [];
  async function* list<T extends KubeObject, P>(r: Resource<T>, q: ListQuery<T, P>): AsyncGenerator<Page<Item<P>>> {
    asked.push([r.plural, q.fieldSelector ?? "", q.pageSize ?? ""].join(" ").trim());
    let anew = false;
    for (const page of pages[r.plural] ?? []) {
      if (page instanceof KubeError) throw page;
      if (page === "restarted") {
        anew = true;
        continue;
      }
      const items = page.map((object) => {
        const { uid, name, resourceVersion } = object.metadata;
        return { uid, name, resourceVersion, value: q.project?.(object as T) as P };
      });
      yield await Promise.resolve({ items, resourceVersion: "1", ...(anew ? { restarted: true as const } : {}) });
      anew = false;
    }
  }
  return { api: { list } as unknown as KubeApi, asked };
}

const moving = pod("a", "n", controlled, "data");
const mover: Mover = {
  uid: "uid-a",
  namespace: "web",
  name: "a",
  node: "n",
  controller: { kind: "ReplicaSet", uid: "rs" },
  demand: demandOf(moving),
};
const node = { metadata: meta("n"), status: { allocatable: { cpu: "4", pods: "10" } } } as KubeObject;
const denied = new KubeError("forbidden", "no");

async function survey(pages: Pages, pageSize = 0): Promise<{ readonly view: RoomView; readonly asked: readonly string[] }> {
  const { api, asked } = serving(pages);
  const options = { api, clock: createVirtualClock(now), pageSize, signal: new AbortController().signal };
  const view = await surveyRoom([mover], now, options);
  if ("kind" in view) throw view.error;
  return { view, asked };
}

describe("a survey of the cluster", () => {
  test("sums up what the pods of all pages take, and finds those it was asked about", async () => {
    const pods = [[moving, pod("b", "n")], [pod("c", "m")]];
    const { view, asked } = await survey({ nodes: [[node]], pods });
    expect([...view.nodes.keys()]).toEqual(["n"]);
    expect(["n", "m", "none"].map((name) => view.occupancy.load(name).used.get("cpu"))).toEqual([2000, 1000, undefined]);
    expect([...view.found]).toEqual([["uid-a", { terminating: false }]]);
    expect(asked.slice(0, 2)).toEqual(["nodes  100", "pods status.phase!=Succeeded,status.phase!=Failed 100"]);
  });

  test("begins anew where the list does", async () => {
    const { view } = await survey({ nodes: [[node], "restarted", [node]], pods: [[moving, pod("b", "n")], "restarted", [moving]] });
    expect([view.nodes.size, view.occupancy.load("n").pods, view.replicas.get("rs")]).toEqual([1, 1, 1]);
  });

  test("tells which replacements have been made since, and which of them wait for a node", async () => {
    const going = { ...moving, metadata: { ...moving.metadata, deletionTimestamp: "2026-01-01T00:00:01Z" } };
    const made = [pod("b", "m", { ...controlled, ...after }), pod("c", "", { ...controlled, ...after })];
    const { view } = await survey({ nodes: [[node]], pods: [[going, ...made, pod("old", "m", controlled)]] });
    expect([view.found.get("uid-a"), view.replaced.get("rs"), view.replicas.get("rs")]).toEqual([{ terminating: true }, 2, 3]);
    expect(view.waiting.map(({ name }) => name)).toEqual(["c"]);
  });

  test("asks in small pages, whatever size is given", async () => {
    const sizes = async (pageSize: number): Promise<readonly (string | undefined)[]> =>
      (await survey({}, pageSize)).asked.slice(0, 2).map((line) => line.split(" ").at(-1));
    expect(await Promise.all([20, 500, 0].map(sizes))).toEqual([
      ["20", "20"],
      ["100", "100"],
      ["100", "100"],
    ]);
  });

  test("is an answer where it may not be made", async () => {
    const { api } = serving({ nodes: [[node]], pods: [denied] });
    const options = { api, clock: createVirtualClock(now), signal: new AbortController().signal };
    expect(await surveyRoom([mover], now, options)).toEqual({ kind: "unsurveyed", resource: "pods", error: denied });
  });
});

describe("the survey of volumes", () => {
  const spec = { claimRef: { namespace: "web", name: "data" }, csi: { driver: "ebs" } };
  const volume = { metadata: meta("pv"), spec } as KubeObject;
  const csiNode = { metadata: meta("n"), spec: { drivers: [{ name: "ebs", allocatable: { count: 3 } }, { name: "nfs" }] } } as KubeObject;
  const attachment = { metadata: meta("va"), spec: { attacher: "ebs", nodeName: "n", source: {} } } as KubeObject;
  const cluster = { nodes: [[node]], pods: [[moving]] };

  test("knows where a claim's volume can be used, and how many more its driver can attach", async () => {
    const { view } = await survey({ ...cluster, persistentvolumes: [[volume]], csinodes: [[csiNode]], volumeattachments: [[attachment]] });
    expect(view.volumes.claim("web", "data")).toEqual({ driver: "ebs", topology: [] });
    expect(["n", "m"].map((name) => view.volumes.attachable(name, "ebs"))).toEqual([2, Number.POSITIVE_INFINITY]);
  });

  test("calls a claim without a volume unbound", async () => {
    expect((await survey({ ...cluster, persistentvolumes: [[]] })).view.volumes.claim("web", "data")).toBe("unbound");
  });

  test("names what may not be read", async () => {
    const none = await survey({ ...cluster, persistentvolumes: [denied] });
    expect(none.view.volumes.claim("web", "data")).toEqual({ unread: "persistentvolumes" });
    const limits = await survey({ ...cluster, persistentvolumes: [[volume]], csinodes: [denied] });
    expect(limits.view.volumes.attachable("n", "ebs")).toEqual({ unread: "csinodes.storage.k8s.io" });
    const counts = await survey({ ...cluster, persistentvolumes: [[volume]], csinodes: [[csiNode]], volumeattachments: [denied] });
    expect(counts.view.volumes.attachable("n", "ebs")).toEqual({ unread: "volumeattachments.storage.k8s.io" });
  });

  test("reads nothing where no mover has a volume", async () => {
    const { api, asked } = serving(cluster);
    const bare = { ...mover, demand: demandOf(pod("a", "n", controlled)) };
    await surveyRoom([bare], now, { api, clock: createVirtualClock(now), signal: new AbortController().signal });
    expect(asked.map((line) => line.split(" ")[0])).toEqual(["nodes", "pods"]);
  });
});
