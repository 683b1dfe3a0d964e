import type { ClusterView } from "../../cluster/view/cluster-view.ts";
import type { ObjectRef } from "../../kube/object.ts";
import type { Place } from "../../kube/scheduling/room.ts";
import type { Finding } from "../../plan/finding.ts";
import { nodeRef } from "../../plan/refs.ts";
import { compareText } from "../../runtime/text-order.ts";
import type { RoomCode } from "./phrases.ts";
import { type Placed, podName } from "./places.ts";

/** What is worth saying of the places: one finding for each node and cause. */
export function roomFindings(placed: Iterable<Placed>, view: ClusterView): readonly Finding<RoomCode>[] {
  const groups = new Map<string, { readonly first: Placed; readonly pods: Placed["pod"][] }>();
  for (const one of placed) {
    if (one.place.kind === "fits") continue;
    const key = JSON.stringify([one.from, one.place.kind, argsOf(one.place)]);
    const group = groups.get(key) ?? { first: one, pods: [] };
    group.pods.push(one.pod);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ first: { place, from }, pods }): Finding<RoomCode>[] => {
    if (place.kind === "fits") return [];
    const node = from === undefined ? undefined : view.node(from);
    const sorted = pods.toSorted((a, b) => compareText(podName(a), podName(b)));
    return [
      {
        code: place.kind === "no-room" ? "no-room" : "room-unknown",
        severity: "warning",
        beside: true,
        objects: [...(node === undefined ? [] : [nodeRef(node)]), ...sorted.map(podRefOf)],
        args: { ...(from === undefined ? {} : { node: from }), pods: sorted.map(podName), ...argsOf(place) },
      },
    ];
  });
}

/** Where the cluster could not be surveyed. */
export function roomNotChecked(resource: string, isDenied: boolean): Finding<RoomCode> {
  return { code: "room-not-checked", severity: "warning", beside: true, objects: [], args: { resource, denied: isDenied } };
}

function argsOf(place: Exclude<Place, { readonly kind: "fits" }>): Finding["args"] {
  if (place.kind === "unknown") return { why: place.why };
  const { of, reasons, isCrowdedOut, preempts } = place;
  const counted = [...reasons].toSorted(([a, m], [b, n]) => n - m || compareText(a, b)).map(([reason, count]) => `${count} ${reason}`);
  return { of, why: counted, crowded: isCrowdedOut, preempts };
}

function podRefOf({ uid, namespace, name }: Placed["pod"]): ObjectRef {
  return { kind: "Pod", namespace, name, uid };
}
