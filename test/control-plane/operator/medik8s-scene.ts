import { expect } from "vitest";
import type { NodeMaintenance, NodeMaintenanceStatus } from "../../../src/api/node-maintenance.ts";
import type { Lease, LeaseSpec } from "../../../src/kube/lease.ts";
import { medik8sLeaseNamespace, nodeLeaseName } from "../../../src/kube/medik8s-lease.ts";
import type { Node } from "../../../src/kube/node.ts";
import { formatMicroTime } from "../../../src/kube/time.ts";
import type { Millis } from "../../../src/runtime/clock.ts";
import { realClock } from "../../../src/runtime/real-clock.ts";
import type { AuditEvent } from "../fixture/audit.ts";
import { type ControlPlane, startControlPlane } from "../fixture/control-plane.ts";
import { collectionPath, type CoreEvent, objectPath } from "../fixture/kinds.ts";
import type { PodChoice } from "../fixture/pod-template.ts";
import { account } from "./permissions/installed.ts";
import { OperatorScene, type Replica } from "./scene.ts";

export const drainTaint = { key: "medik8s.io/drain", effect: "NoSchedule" } as const;
export const unschedulableTaint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const;
export const excludeLabel = "remediation.medik8s.io/exclude-from-remediation";
export const finalizer = "foregroundDeleteNodeMaintenance";
/** Who holds the leases of nodes while it fences them. */
export const other = "NodeHealthCheck-worker";
export const heldByOther = `can't update or invalidate the lease because it is held by different owner: ${other}`;

const hour: Millis = 3_600_000;
const leaseAt = (node: string) => ({ namespace: medik8sLeaseNamespace, name: nodeLeaseName(node) });

/** The operator as it is installed, one process of it, and what users, other operators and kubelets do beside it. */
export class Medik8sScene implements AsyncDisposable {
  readonly plane: ControlPlane;
  readonly installation: OperatorScene;
  /** The process that works now. */
  replica: Replica | undefined;

  private constructor(plane: ControlPlane, installation: OperatorScene) {
    this.plane = plane;
    this.installation = installation;
  }

  /** @param before what happens while no operator of ours has ever run there */
  static async open(nodes: readonly string[], before: (scene: Medik8sScene) => Promise<void> = async () => {}): Promise<Medik8sScene> {
    await using owned = new AsyncDisposableStack();
    const plane = owned.use(await startControlPlane({ audit: "calls" }));
    await plane.createNodes(nodes.map((name) => ({ name })));
    const scene = new Medik8sScene(plane, owned.use(await OperatorScene.install(plane)));
    await before(scene);
    await scene.startOperator();
    owned.move();
    return scene;
  }

  async startOperator(): Promise<Replica> {
    const replica = await this.installation.start();
    this.replica = replica;
    await replica.said('"every object is looked after"');
    await this.installation.callAt(replica);
    return replica;
  }

  /** `kubectl create` of one, with all that the webhook says to it. */
  async create(name: string, nodeName: string, metadata: object = {}): Promise<void> {
    const object = { apiVersion: "nodemaintenance.medik8s.io/v1beta1", kind: "NodeMaintenance", metadata: { name, ...metadata } };
    const { code, stderr } = await this.plane.kubectl(["create", "-f", "-"], { stdin: JSON.stringify({ ...object, spec: { nodeName } }) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }

  /** `kubectl delete` of some; resolves when they are gone. */
  async remove(...names: readonly string[]): Promise<void> {
    const { code, stderr } = await this.plane.kubectl(["delete", "nm", ...names, "--timeout=60s"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }

  nm(name: string): Promise<NodeMaintenance> {
    return this.plane.call("GET", objectPath("nodemaintenances", { name }));
  }

  /** As an operator writes it. */
  async writeStatus(name: string, status: NodeMaintenanceStatus): Promise<void> {
    await this.plane.call("PATCH", `${objectPath("nodemaintenances", { name })}/status`, { status });
  }

  /** Its status, as soon as that is such. */
  async becomes(name: string, isSuch: (status: NodeMaintenanceStatus) => boolean): Promise<NodeMaintenanceStatus> {
    const found = await this.plane.waitFor("nodemaintenances", { fieldSelector: `metadata.name=${name}` }, ([nm]) =>
      isSuch(nm?.status ?? {}),
    );
    return found[0]?.status ?? {};
  }

  async reaches(name: string, phase: "Running" | "Succeeded" | "Failed"): Promise<NodeMaintenanceStatus> {
    return await this.becomes(name, (status) => status.phase === phase);
  }

  node(name: string): Promise<Node> {
    return this.plane.call("GET", objectPath("nodes", { name }));
  }

  /** What anybody may have changed of a node; what the control plane writes there by itself is left out. */
  async marks(name: string): Promise<object> {
    const { spec, metadata } = await this.node(name);
    const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !key.startsWith("node.alpha.kubernetes.io/"));
    return { spec: { taints: [], ...spec }, labels: metadata.labels, annotations: Object.fromEntries(annotations) };
  }

  /** Pods that nobody would replace, in a namespace, Ready on the node. */
  async pods(namespace: string, on: string, names: readonly string[], pods: PodChoice = {}): Promise<void> {
    await Promise.all(names.map((name) => this.plane.createPod({ namespace, name, on, pods })));
    const ready = (all: readonly { readonly metadata: { readonly name: string } }[]): boolean =>
      names.every((name) => all.some(({ metadata }) => metadata.name === name));
    await this.plane.waitFor("pods", { namespace, fieldSelector: "status.phase=Running" }, ready);
  }

  /** Lets a pod go that hangs in Terminating. */
  async letGo(namespace: string, name: string): Promise<void> {
    await this.plane.call("PATCH", objectPath("pods", { namespace, name }), { metadata: { annotations: { "drydock.test/hang": null } } });
  }

  lease(node: string) {
    return this.plane.request<Lease>("GET", objectPath("leases", leaseAt(node)));
  }

  /** Somebody takes the lease of a node, whoever has it, and last renewed it so long ago. */
  async seize(node: string, { seconds = 600, ago = 0 }: { readonly seconds?: number; readonly ago?: Millis } = {}): Promise<LeaseSpec> {
    const time = formatMicroTime(realClock.now() - ago);
    const spec: LeaseSpec = {
      holderIdentity: other,
      leaseDurationSeconds: seconds,
      acquireTime: time,
      renewTime: time,
      leaseTransitions: 0,
    };
    const { namespace, name } = leaseAt(node);
    if ((await this.lease(node)).status === 200) await this.plane.call("PATCH", objectPath("leases", { namespace, name }), { spec });
    else await this.plane.call("POST", collectionPath("leases", namespace), { metadata: { name }, spec });
    return spec;
  }

  /** As it looks when nobody has renewed it for so long. */
  async age(node: string, by: Millis): Promise<LeaseSpec> {
    const time = formatMicroTime(realClock.now() - by);
    const spec: LeaseSpec = { acquireTime: formatMicroTime(realClock.now() - by - hour), renewTime: time };
    await this.plane.call("PATCH", objectPath("leases", leaseAt(node)), { spec });
    return spec;
  }

  async giveBack(node: string): Promise<void> {
    await this.plane.call("DELETE", objectPath("leases", leaseAt(node)));
  }

  /** The node's lease, once it is such; undefined: it is gone. */
  async leaseBecomes(node: string, isSuch: (spec: LeaseSpec | undefined) => boolean): Promise<LeaseSpec | undefined> {
    const { namespace, name } = leaseAt(node);
    const found = await this.plane.waitFor("leases", { namespace, fieldSelector: `metadata.name=${name}` }, ([lease]) =>
      isSuch(lease?.spec),
    );
    return found[0]?.spec;
  }

  /** The reasons of all events about an object, once these are among them. */
  async told(name: string, ...reasons: readonly string[]): Promise<readonly string[]> {
    const of = (events: readonly CoreEvent[]): readonly string[] => events.map(({ reason = "" }) => reason);
    const at = { namespace: "default", fieldSelector: `involvedObject.name=${name}` };
    return of(await this.plane.waitFor("events", at, (events) => reasons.every((reason) => of(events).includes(reason))));
  }

  /** Calls of the operator so far. */
  async calls(isSuch: (event: AuditEvent) => boolean): Promise<readonly AuditEvent[]> {
    return (await this.plane.audit()).filter((event) => event.user.username === account && isSuch(event));
  }

  /** Requests of the operator that pods of a namespace go, by the pod's name. */
  async asked(namespace: string): Promise<readonly { readonly pod: string; readonly code: number }[]> {
    const events = await this.calls(({ objectRef }) => objectRef?.subresource === "eviction" && objectRef.namespace === namespace);
    return events.map(({ objectRef, responseStatus }) => ({ pod: objectRef?.name ?? "", code: responseStatus?.code ?? 0 }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.installation[Symbol.asyncDispose]();
    await this.plane[Symbol.asyncDispose]();
  }
}
