import { describe, expect, test } from "vitest";
import { barePod, clusterView, owner, podView, someTime } from "../../test/support/cluster-view.ts";
import type { PodView } from "../cluster/view/cluster-view.ts";
import type { PeerView } from "../cluster/view/peer-view.ts";
import { destinationsOf } from "./destinations.ts";

const asked = someTime - 10_000;
const web = owner("ReplicaSet", "web-5d9").uid;

function gone(name: string, more: Partial<PodView> = {}): PodView {
  return podView({
    name,
    controller: owner("ReplicaSet", "web-5d9"),
    labels: { app: "web", "pod-template-hash": "5d9" },
    deletionTimestamp: asked + 30_000,
    deletionGraceSeconds: 30,
    ...more,
  });
}

function peer(name: string, more: Partial<PeerView> = {}): PeerView {
  return {
    uid: `uid-${name}`,
    namespace: "web",
    name,
    controller: web,
    node: "m",
    phase: "Running",
    ready: true,
    createdAt: asked + 500,
    ...more,
  };
}

const where = (moved: readonly PodView[], peers: Readonly<Record<string, readonly PeerView[]>>, pods: readonly PodView[] = []) =>
  destinationsOf(moved, clusterView({ peers, pods }), ["n"]).flatMap(({ pods: told }) =>
    told.map(({ moved: { name }, by, where: now }) => [name, by?.name, now.kind, "node" in now ? now.node : ""]),
  );

describe("where a workload went", () => {
  test("is where its controller has made pods since, each counted once", () => {
    const peers = {
      [web]: [peer("old", { createdAt: asked - 60_000 }), peer("x", { createdAt: asked }), peer("y", { node: "o", ready: false })],
    };
    expect(where([gone("a"), gone("b"), gone("c")], peers)).toEqual([
      ["a", "x", "running", "m"],
      ["b", "y", "starting", "o"],
      ["c", undefined, "unknown", ""],
    ]);
  });

  test("is named by what people know: the Deployment of a ReplicaSet", () => {
    expect(destinationsOf([gone("a")], clusterView(), ["n"])).toMatchObject([{ namespace: "web", kind: "Deployment", name: "web" }]);
  });

  test("of a StatefulSet is told by the pod's own name", () => {
    const set = owner("StatefulSet", "db");
    const pods = ["db-0", "db-1"].map((name) => gone(name, { controller: set, labels: {} }));
    const peers = { [set.uid]: [peer("db-1", { uid: "new-1", controller: set.uid }), peer("db-2", { controller: set.uid })] };
    expect(where(pods, peers)).toEqual([
      ["db-0", undefined, "unknown", ""],
      ["db-1", "db-1", "running", "m"],
    ]);
  });

  test("tells the scheduler's words of one that is not placed, and since when it waits", () => {
    const { node: _, ...unplaced } = peer("x", {
      ready: false,
      phase: "Pending",
      unscheduled: { reason: "Unschedulable", message: "0/2 nodes" },
    });
    expect(destinationsOf([gone("a")], clusterView({ peers: { [web]: [unplaced] } }), ["n"])[0]?.pods[0]?.where).toEqual({
      kind: "pending",
      since: asked + 500,
      message: "0/2 nodes",
    });
  });

  test("may be the very node it left", () => {
    const back = gone("back", { createdAt: asked + 2_000 });
    const { deletionTimestamp: _, deletionGraceSeconds: __, ...living } = back;
    expect(where([gone("a")], { [web]: [] }, [living])).toEqual([["a", "back", "running", "n"]]);
  });

  test("is unknown where its controller's pods are not watched, and nowhere where nothing manages it", () => {
    expect(destinationsOf([gone("a")], clusterView(), ["n"])[0]?.pods[0]?.where).toEqual({ kind: "unknown", why: "not-watched" });
    expect(destinationsOf([barePod({ name: "bare" })], clusterView(), ["n"])[0]?.pods[0]?.where).toEqual({
      kind: "not-replaced",
      why: "no-controller",
    });
  });

  test("is none that is going itself, and none that has ended", () => {
    const peers = { [web]: [peer("x", { deletionTimestamp: asked + 1_000 }), peer("y", { phase: "Succeeded" })] };
    expect(where([gone("a")], peers)).toEqual([["a", undefined, "unknown", ""]]);
  });
});
