import {
  type NodeMaintenance,
  type NodeMaintenancePhase,
  type NodeMaintenanceStatus,
  nodeMaintenanceFinalizer,
  nodeMaintenances,
} from "../../src/api/node-maintenance.ts";
import type { Lease, LeaseSpec } from "../../src/kube/lease.ts";
import type { Node } from "../../src/kube/node.ts";
import type { Json } from "../../src/kube/object.ts";
import { leases, namespaces, nodes } from "../../src/kube/resource.ts";
import { formatMicroTime, formatTime } from "../../src/kube/time.ts";
import { faces } from "../../src/operator/faces/faces.ts";
import { InvariantError } from "../../src/runtime/errors.ts";
import type { ClusterSketch } from "../../src/simulator/sketch.ts";
import type { WorldOptions } from "./drain-world.ts";
import { OperatorWorld } from "./operator-world.ts";

export const leaseNamespace = "medik8s-leases";
export const drainTaint = { key: "medik8s.io/drain", effect: "NoSchedule" } as const;
export const unschedulableTaint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const;
export const excludeLabel = "remediation.medik8s.io/exclude-from-remediation";

/** A cluster that knows medik8s' NodeMaintenance, with Drydock in the place of its operator. */
export class NodeMaintenanceWorld extends OperatorWorld {
  constructor(sketch: Partial<ClusterSketch>, options: WorldOptions = {}) {
    super(sketch, options, faces({ medik8s: true }));
    this.control.create(namespaces, { metadata: { name: leaseNamespace } });
  }

  /** `kubectl apply` of one. */
  put(name: string, nodeName: string, metadata: object = {}): void {
    const kind = { apiVersion: "nodemaintenance.medik8s.io/v1beta1", kind: "NodeMaintenance" };
    this.control.create(nodeMaintenances, { ...kind, metadata: { name, ...metadata }, spec: { nodeName, reason: "new fans" } });
  }

  /** As the Node Maintenance Operator leaves it at its end: its finalizer, its status, and nothing else in the object. */
  putOfTheOriginal(name: string, nodeName: string, status: NodeMaintenanceStatus): void {
    this.put(name, nodeName, { finalizers: [nodeMaintenanceFinalizer] });
    this.writeStatus(name, { lastUpdate: formatTime(this.world.clock.now()), ...status });
  }

  writeStatus(name: string, status: NodeMaintenanceStatus): void {
    this.control.edit(nodeMaintenances, { name }, { kind: "merge", body: { status } as Json }, { subresource: "status" });
  }

  /** What the Node Maintenance Operator does to a node: label, taints, cordon, lease. */
  takeOutAsTheOriginal(name: string): void {
    const { spec } = this.node(name);
    const taints = [unschedulableTaint, drainTaint, ...(spec?.taints ?? [])];
    const body = { metadata: { labels: { [excludeLabel]: "true" } }, spec: { unschedulable: true, taints } };
    this.control.edit(nodes, { name }, { kind: "merge", body: body as Json }, {}, "node-maintenance-operator");
    this.lease(name, "node-maintenance");
  }

  discard(name: string): void {
    this.control.remove(nodeMaintenances, { name });
  }

  nm(name: string): NodeMaintenance {
    const found = this.control.find(nodeMaintenances, { name });
    if (found === undefined) throw new InvariantError(`NodeMaintenance ${name} is gone`);
    return found;
  }

  isGone(name: string): boolean {
    return this.control.find(nodeMaintenances, { name }) === undefined;
  }

  statusOf(name: string): NodeMaintenanceStatus {
    return this.control.find(nodeMaintenances, { name })?.status ?? {};
  }

  async becomes(name: string, phase: NodeMaintenancePhase): Promise<NodeMaintenanceStatus> {
    await this.world.reach(() => this.statusOf(name).phase === phase);
    return this.statusOf(name);
  }

  async goes(name: string): Promise<void> {
    await this.world.reach(() => this.isGone(name));
  }

  node(name = "n"): Node {
    const found = this.control.find(nodes, { name });
    if (found === undefined) throw new InvariantError(`node ${name} is gone`);
    return found;
  }

  /** What anybody may have changed of a node. */
  marks(name = "n"): object {
    const { spec, metadata } = this.node(name);
    return { spec, labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
  }

  leaseOf(node: string): LeaseSpec | undefined {
    return this.control.find(leases, { namespace: leaseNamespace, name: `node-${node}` })?.spec;
  }

  /** Somebody takes the lease of a node now, whoever has it. */
  lease(node: string, holderIdentity: string, leaseDurationSeconds = 3_600): void {
    const at = { namespace: leaseNamespace, name: `node-${node}` };
    const time = formatMicroTime(this.world.clock.now());
    const spec = { holderIdentity, leaseDurationSeconds, acquireTime: time, renewTime: time, leaseTransitions: 0 };
    if (this.control.find(leases, at) !== undefined) this.control.edit(leases, at, { kind: "merge", body: { spec } });
    else this.control.create<Lease>(leases, { metadata: { name: at.name }, spec }, { namespace: at.namespace });
  }

  freeLease(node: string): void {
    this.control.remove(leases, { namespace: leaseNamespace, name: `node-${node}` });
  }

  /** Lets time pass until this was told; what is told comes after the status that it belongs to. */
  async tells(reason: string): Promise<void> {
    await this.world.reach(() => this.told.includes(reason));
  }

  /** Reasons of all Events so far, of the node's too. */
  get told(): readonly string[] {
    return this.notices.map(({ reason }) => reason);
  }
}
