import { describe, expect, test } from "vitest";
import { owner, podView } from "../../../test/support/cluster-view.ts";
import { type Mover, moverOf, type RoomView } from "../../cluster/view/room-view.ts";
import { demandOf } from "../../kube/scheduling/demand.ts";
import { Occupancy } from "../../kube/scheduling/occupancy.ts";
import { schedulingNodeOf } from "../../kube/scheduling/scheduling-node.ts";
import { placesFor } from "./places.ts";

const demand = demandOf({
  metadata: { name: "p", namespace: "web", uid: "p", resourceVersion: "1" },
  spec: { containers: [{ name: "c", resources: { requests: { cpu: "1" } } }] },
});

function mover(name: string): Mover {
  const found = moverOf(podView({ name, controller: owner("ReplicaSet", "web"), demand }));
  if (found === undefined) throw new Error("it has a controller");
  return found;
}

const movers = [mover("a"), mover("b")];
const controller = movers[0]?.controller.uid ?? "";
const node = schedulingNodeOf({
  metadata: { name: "m", uid: "m", resourceVersion: "1" },
  status: { allocatable: { cpu: "1", pods: "10" }, conditions: [{ type: "Ready", status: "True" }] },
});

/** Who asks for a place, and whether there is one; node `m` has one for one of them. */
function places(seen: Partial<Omit<RoomView, "nodes" | "occupancy">>, tenants: readonly string[] = []): readonly string[] {
  const occupancy = Occupancy.for([demand]);
  for (const on of tenants) occupancy.add({ node: on, terminating: false, demand });
  const survey: RoomView = {
    nodes: new Map([["m", node]]),
    occupancy,
    volumes: { claim: () => "unbound", attachable: () => Number.POSITIVE_INFINITY },
    found: new Map(),
    replicas: new Map(),
    replaced: new Map(),
    waiting: [],
    ...seen,
  };
  return [...placesFor(movers, new Set(["n"]), survey)].map(({ pod, place }) => `${pod.name} ${place.kind}`);
}

const there = { terminating: false };
const going = { terminating: true };

describe("who needs a place", () => {
  test("each that is there still", () => {
    expect(
      places(
        {
          found: new Map([
            ["uid-a", there],
            ["uid-b", there],
          ]),
        },
        ["n", "n"],
      ),
    ).toEqual(["a fits", "b no-room"]);
  });

  test("one that is going or gone, until its replacement has been made: then that stands where it stands", () => {
    const found = new Map([["uid-a", going]]);
    expect(places({ found }, ["n"])).toEqual(["a fits", "b no-room"]);
    expect(places({ found, replaced: new Map([[controller, 1]]) }, ["n", "m"])).toEqual(["b no-room"]);
    expect(places({ found, replaced: new Map([[controller, 2]]) }, ["n", "m", "m"])).toEqual([]);
  });

  test("a replacement that waits for a node", () => {
    const waiting = [{ uid: "c", namespace: "web", name: "c", demand }];
    const replaced = new Map([[controller, 2]]);
    expect(places({ replaced, waiting }, ["m"])).toEqual(["c no-room"]);
  });
});
