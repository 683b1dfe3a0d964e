import { apiVersionOf } from "../../kube/resource.ts";
import { type Maintenance, type MaintenanceSpec, maintenances } from "../../api/maintenance.ts";
import { isKubeError } from "../../client/errors.ts";
import type { Written } from "../../client/kube-api.ts";
import { ownFieldManager } from "../../kube/patch.ts";
import { chosenNames, readNodes } from "../choose-nodes.ts";
import type { NodeChoice } from "../outcome.ts";
import { holderTitle } from "../../cluster/view/holder.ts";
import { holderOfCommand } from "../identity.ts";
import { unlessStopped } from "../unless-stopped.ts";
import type { Surroundings } from "../work.ts";
import { askedByAnnotation } from "./history.ts";
import { freeName, listMaintenances, notAccepted, openOn } from "./maintenances.ts";
import { ObjectWatch } from "./object-watch.ts";
import type { ObjectEnd, ObjectEndKind, ObjectEvent, ObjectsOutcome } from "./outcome.ts";

export interface MaintainOptions {
  readonly choice: NodeChoice;
  /** Of every node's Maintenance. */
  readonly spec: Omit<MaintenanceSpec, "nodeName">;
  /** How many nodes are on their way out at the same time, while they are followed. */
  readonly parallel: number;
  /** false: all are made, and none is followed. */
  readonly follow: boolean;
  readonly report: (event: ObjectEvent) => void;
}

interface Wanted {
  /** "jane on laptop" */
  readonly by: string;
  readonly node: string;
  readonly name: string;
}

/**
 * Hands nodes over to the operator: a Maintenance for each, followed until the node is empty or can go no further. The server is asked
 * about all of them before the first is made; one that it would not take means that none is.
 */
export async function maintainNodes(s: Surroundings, o: MaintainOptions): Promise<ObjectsOutcome> {
  const wanted = await unlessStopped(s, () => readWanted(s, o));
  if ("kind" in wanted) return wanted;
  if (s.stop.aborted) return { kind: "stopped-before", why: "interrupted" };
  if (!o.follow) {
    return { kind: "followed", ends: await Promise.all(wanted.map((one) => createdOnly(s, o, one))) };
  }
  await using watch = new ObjectWatch(s);
  const stopped = await unlessStopped(s, () => watch.begin());
  if (stopped !== undefined) return stopped;
  const ends: ObjectEnd[] = [];
  const queue = wanted.entries();
  const worker = async (): Promise<void> => {
    for (const [i, one] of queue) ends[i] = s.stop.aborted ? { node: one.node, end: "untouched" } : await followed(s, o, one, watch);
  };
  await Promise.all(wanted.slice(0, o.parallel).map(worker));
  return { kind: "followed", ends };
}

async function readWanted(s: Surroundings, o: MaintainOptions): Promise<readonly Wanted[] | Exclude<ObjectsOutcome, { kind: "followed" }>> {
  const names = await chosenNames(o.choice, undefined, s);
  if ("kind" in names) return names;
  const [nodes, all, holder] = await Promise.all([readNodes(names, s), listMaintenances(s), holderOfCommand(s)]);
  if ("kind" in nodes) return nodes;
  const open = names.flatMap((node) => {
    const object = openOn(all, node);
    return object === undefined ? [] : [{ node, name: object.metadata.name, phase: object.status?.phase }];
  });
  if (open.length > 0) return { kind: "in-maintenance", nodes: open };
  const taken = new Set(all.map(({ metadata }) => metadata.name));
  const wanted = names.map((node) => {
    const name = freeName(node, taken);
    taken.add(name);
    return { node, name, by: holderTitle(holder) };
  });
  const refused = (await Promise.all(wanted.map((one) => asked(s, o, one)))).filter((answer) => answer !== undefined);
  return refused.length > 0 ? { kind: "not-accepted", targets: refused } : wanted;
}

async function asked(s: Surroundings, o: MaintainOptions, one: Wanted): Promise<ReturnType<typeof notAccepted>> {
  try {
    await create(s, o, one, true);
    return undefined;
  } catch (error) {
    const refusal = notAccepted(one.node, error);
    if (refusal === undefined) throw error;
    return refusal;
  }
}

async function createdOnly(s: Surroundings, o: MaintainOptions, one: Wanted): Promise<ObjectEnd> {
  const made = await written(s, o, one);
  return "end" in made ? made : { node: one.node, name: made.metadata.name, end: "not-followed", object: made };
}

async function followed(s: Surroundings, o: MaintainOptions, one: Wanted, watch: ObjectWatch): Promise<ObjectEnd> {
  const made = await written(s, o, one);
  if ("end" in made) return made;
  const result = await watch.follow(made, endOfWayOut, { report: o.report });
  const end: ObjectEndKind = result.kind === "judged" ? result.end : result.kind === "stopped" ? "left" : "overruled";
  return {
    node: one.node,
    name: made.metadata.name,
    end,
    ...(result.kind === "deleted" || result.object === undefined ? {} : { object: result.object }),
  };
}

async function written(s: Surroundings, o: MaintainOptions, one: Wanted): Promise<Maintenance | ObjectEnd> {
  try {
    const { object, warnings } = await create(s, o, one, false);
    o.report({ kind: "created", object, warnings });
    return object;
  } catch (error) {
    // Nobody has the answer: it may have been made.
    if (s.stop.aborted) return { node: one.node, name: one.name, end: "left" };
    // Others were made meanwhile: this is one node's end, not the command's.
    const refusal = notAccepted(one.node, error);
    if (refusal !== undefined) return { node: one.node, end: "refused", message: refusal.message };
    if (isKubeError(error, "already-exists")) return { node: one.node, end: "refused", message: error.message };
    throw error;
  }
}

async function create(
  { api, stop }: Surroundings,
  o: MaintainOptions,
  { node, name, by }: Wanted,
  dryRun: boolean,
): Promise<Written<Maintenance>> {
  const plain = maintenanceBody(name, { nodeName: node, ...o.spec });
  const body = { ...plain, metadata: { ...plain.metadata, annotations: { [askedByAnnotation]: by } } };
  return await api.create(maintenances, body, { dryRun, fieldManager: ownFieldManager }, { signal: stop, lane: "control" });
}

/** As `kubectl apply` takes it. */
export function maintenanceBody(
  name: string,
  spec: MaintenanceSpec,
): { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string }; readonly spec: MaintenanceSpec } {
  return { apiVersion: apiVersionOf(maintenances), kind: maintenances.kind, metadata: { name }, spec };
}

/** Where a way out ends, for the one who waits for it; undefined while it goes on. */
export function endOfWayOut({ metadata, spec, status }: Maintenance): ObjectEndKind | undefined {
  if (metadata.deletionTimestamp !== undefined || spec.desired === "In" || spec.cancelled === true) return "overruled";
  switch (status?.phase) {
    case "Drained":
    case "AwaitingPowerOff":
    case "AwaitingRelease":
      return "reached";
    case "Cordoned":
      return spec.drain?.mode === "CordonOnly" && isTrue(status.conditions, "OutOfService") ? "reached" : undefined;
    case "Blocked":
      return "blocked";
    case "Failed":
      return spec.timeout !== undefined && !isLeaseLost(status.conditions) ? "timed-out" : "failed";
    case "Returning":
    case "Finished":
    case "Cancelling":
      return "overruled";
    default:
      return undefined;
  }
}

type Conditions = NonNullable<Maintenance["status"]>["conditions"];

function isTrue(conditions: Conditions, type: string): boolean {
  return conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}

/** A maintenance fails by a lease that is given up, or by its time. */
export function isLeaseLost(conditions: Conditions): boolean {
  return conditions?.some((one) => one.type === "LeaseHeld" && one.reason === "Lost") ?? false;
}
