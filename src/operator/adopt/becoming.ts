import type { NodeMaintenance } from "../../api/node-maintenance.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import type { AdoptedObject, Becoming } from "./report.ts";

/** Of the Node Maintenance Operator and of ours alike: to other operators both are one. */
const holder = "node-maintenance";

/** What the operator does with an object when it first sees it, from how its node stands. */
export function becomingOf(
  seen: Omit<AdoptedObject, "becoming">,
  { metadata, status }: NodeMaintenance,
  node: NodeView | undefined,
): Becoming {
  if (seen.node === "") return "names-no-node";
  const record = node?.held === "unreadable" ? undefined : node?.held;
  if (record?.holders.some((one) => one.kind === "NodeMaintenance" && one.uid === metadata.uid) === true) return "is-kept-already";
  if (metadata.deletionTimestamp !== undefined) return "is-ended";
  if (!seen.isThere) return "awaits-node";
  if (seen.leaseHolder !== "" && seen.leaseHolder !== holder) return "awaits-lease";
  if (status?.phase !== "Succeeded") return "goes-on";
  return seen.isCordoned && seen.hasTaint ? "stays-out" : "is-taken-out-again";
}

export const becomingWords: Readonly<Record<Becoming, string>> = {
  "names-no-node": "nothing: it names no node",
  "awaits-node": "waits until the node registers, then takes it out",
  "awaits-lease": "waits until that lease ends, then empties the node",
  "is-ended": "ends it: cordon, taint and label are undone",
  "goes-on": "goes on emptying the node",
  "stays-out": "keeps the node out; deleting the object brings it back",
  "is-taken-out-again": "takes the node out again: it stands open",
  "is-kept-already": "has it already",
};
