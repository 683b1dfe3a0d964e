import type { Node } from "../../node.ts";
import type { StringMap } from "../../object.ts";
import type { Pod, PodSpec } from "../../pod.ts";
import { type Demand, demandOf } from "../demand.ts";
import { Fit } from "../fit.ts";
import { Occupancy } from "../occupancy.ts";
import { type SchedulingNode, schedulingNodeOf } from "../scheduling-node.ts";
import type { Verdict } from "../verdict.ts";
import type { Volumes } from "../volumes.ts";

const meta = (name: string, labels: StringMap) => ({ name, uid: `uid-${name}`, resourceVersion: "1", labels });

export interface NodeGiven {
  readonly labels?: StringMap;
  readonly spec?: Node["spec"];
  readonly allocatable?: StringMap;
  readonly ready?: boolean;
}

/** A Ready node of 4 cores, 8Gi and 10 pods, with its host name as a label. */
export function aNode(name: string, { labels = {}, spec = {}, allocatable = {}, ready = true }: NodeGiven = {}): SchedulingNode {
  return schedulingNodeOf({
    metadata: meta(name, { "kubernetes.io/hostname": name, ...labels }),
    spec,
    status: {
      allocatable: { cpu: "4", memory: "8Gi", pods: "10", ...allocatable },
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    },
  });
}

export interface PodGiven {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: StringMap;
  readonly cpu?: string;
  readonly memory?: string;
  readonly terminating?: boolean;
  readonly spec?: PodSpec;
}

export function aPod({ name = "p", namespace = "web", labels = {}, cpu, memory, terminating = false, spec = {} }: PodGiven = {}): Pod {
  const requests = { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
  return {
    metadata: { ...meta(name, labels), namespace, ...(terminating ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}) },
    spec: { containers: [{ name: "main", resources: { requests } }], ...spec },
  };
}

export function aDemand(given: PodGiven = {}): Demand {
  return demandOf(aPod(given));
}

export const noVolumes: Volumes = { claim: () => "unbound", attachable: () => Number.POSITIVE_INFINITY };

export interface Scene {
  readonly nodes: readonly SchedulingNode[];
  /** Who stands where. */
  readonly tenants?: readonly (PodGiven & { readonly on: string })[];
  readonly volumes?: Volumes;
}

export function occupied(demand: Demand, tenants: Scene["tenants"] = []): Occupancy {
  const occupancy = Occupancy.for([demand]);
  for (const { on, ...given } of tenants) occupancy.add({ node: on, terminating: given.terminating ?? false, demand: aDemand(given) });
  return occupancy;
}

/** The verdict for each node, in order. */
export function verdicts(given: PodGiven, { nodes, tenants, volumes = noVolumes }: Scene): readonly Verdict[] {
  const demand = aDemand(given);
  const fit = new Fit(demand, new Map(nodes.map((node) => [node.name, node])), occupied(demand, tenants), volumes);
  return nodes.map((node) => fit.on(node));
}

/** In short: "fits", or why not, or what it depends on. */
export function said(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "no verdict";
  return verdict.kind === "fits" ? "fits" : verdict.kind === "refused" ? verdict.why.join(", ") : `? ${verdict.why.join(", ")}`;
}
