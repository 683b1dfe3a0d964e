import type { Budget } from "../kube/budget.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Pod, PodSpec, PodStatus } from "../kube/pod.ts";
import type { Node } from "../kube/node.ts";
import {
  deployments,
  budgets,
  daemonSets,
  namespaces,
  nodes,
  persistentVolumes,
  pods,
  type Resource,
  volumeAttachments,
} from "../kube/resource.ts";
import type { VolumeAttachment } from "../kube/volume.ts";
import { formatTime } from "../kube/time.ts";
import { runsOn, daemonSpec } from "./controllers/daemon-set.ts";
import { recounted } from "./controllers/disruption.ts";
import { readyNode, withNodeCondition } from "./controllers/node-lifecycle.ts";
import { lifeOf } from "./controllers/pod-script.ts";
import { ended, running } from "./controllers/pod-status.ts";
import { placementOf } from "./controllers/scheduler.ts";
import { ownerReference, podBody, type Workload } from "./controllers/workload.ts";
import { attached, attachmentBody, volumesUsedOn } from "./controllers/volumes.ts";
import { barePodManifest, budgetManifest, claimManifest, nodeManifest, nodeStatus, volumeManifest, workloadManifest } from "./manifests.ts";
import { newObject } from "./server/creation.ts";
import { deleteObject } from "./server/deletion.ts";
import { generatedName } from "./server/names.ts";
import { withPodConditions } from "./server/pod-condition.ts";
import { persistentVolumeClaims, replicaSets, statefulSets } from "./server/served-kinds.ts";
import type { Note } from "./store/change.ts";
import type { BarePodSketch, BudgetSketch, NodeSketch, VolumeSketch, WorkloadSketch } from "./sketch.ts";
import type { World } from "./world.ts";

/**
 * Puts things into the cluster as they are found when a scenario begins: pods bound and Ready, budgets counted, at once and without the
 * controllers, who then find nothing left to do.
 */
export class Groundwork {
  readonly #world: World;
  readonly #by: string;

  /** `by`: who did it, for the record. */
  constructor(world: World, by: string) {
    this.#world = world;
    this.#by = by;
  }

  node(sketch: NodeSketch, bootID: string, condition = readyNode): Node {
    const bare = this.#made(nodes, nodeManifest(sketch, bootID), undefined) as Node;
    return this.#put(nodes, withNodeCondition({ ...bare, status: nodeStatus(sketch, bootID) }, condition, this.#now));
  }

  namespace(name: string): void {
    if (this.#world.store.find(namespaces, { name }) !== undefined) return;
    // The label is the API server's own (pkg/apis/core/v1/defaults.go, SetDefaults_Namespace), so that any namespace can be selected.
    const metadata = { name, labels: { "kubernetes.io/metadata.name": name } };
    this.#put(namespaces, this.#made(namespaces, { metadata, status: { phase: "Active" } }, undefined));
  }

  /** The workload, and its pods: on the nodes it names, else where the scheduler would put them; Pending where none has room. */
  workload(sketch: WorkloadSketch): Workload {
    this.namespace(sketch.namespace);
    const owner = this.#owner(sketch);
    if (sketch.kind === "DaemonSet") {
      for (const node of this.#world.store.all(nodes)) {
        if (runsOn(owner, node))
          this.#pod(owner, generatedName(`${sketch.name}-`, this.#world.random), {}, daemonSpec(owner, node.metadata.name));
      }
      return owner;
    }
    for (let index = 0; index < (sketch.replicas ?? 1); index += 1) {
      const on = sketch.on?.[index];
      const isStateful = sketch.kind === "StatefulSet";
      const name = isStateful ? `${sketch.name}-${index}` : generatedName(`${owner.metadata.name}-`, this.#world.random);
      const labels = isStateful ? { "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": String(index) } : {};
      this.#pod(owner, name, labels, on === undefined ? {} : { nodeName: on });
    }
    return owner;
  }

  budget(sketch: BudgetSketch): Budget {
    this.namespace(sketch.namespace);
    const budget = this.#made(budgets, budgetManifest(sketch), sketch.namespace) as Budget;
    return this.#put(budgets, { ...budget, status: recounted(this.#world, budget).status });
  }

  pod(sketch: BarePodSketch): Pod {
    this.namespace(sketch.namespace);
    const made = this.#made(pods, barePodManifest(sketch), sketch.namespace) as Pod;
    const scheduled = withPodConditions(made, [{ type: "PodScheduled", status: "True" }], this.#now);
    const pod = this.#put(pods, inPhase(scheduled, sketch, this.#now));
    if (sketch.terminating === true) deleteObject(this.#world, pods, pod, undefined, this.#note("delete"));
    return this.#world.store.find(pods, pod.metadata) ?? pod;
  }

  volume(sketch: VolumeSketch): void {
    this.namespace(sketch.namespace);
    this.#put(persistentVolumes, this.#made(persistentVolumes, volumeManifest(sketch), undefined));
    this.#put(persistentVolumeClaims, this.#made(persistentVolumeClaims, claimManifest(sketch), sketch.namespace));
  }

  /** Every volume is attached where a pod uses it. */
  attach(): void {
    for (const { metadata } of this.#world.store.all(nodes)) {
      for (const volume of volumesUsedOn(this.#world, metadata.name)) {
        const made = this.#made(volumeAttachments, attachmentBody(volume, metadata.name), undefined) as VolumeAttachment;
        this.#put(volumeAttachments, attached(made));
      }
    }
  }

  /** What owns the pods; a Deployment comes with its ReplicaSet, which does. */
  #owner(sketch: WorkloadSketch): Workload {
    const { kind, namespace, name } = sketch;
    const resource: Readonly<Record<typeof kind, Resource>> = {
      Deployment: deployments,
      ReplicaSet: replicaSets,
      StatefulSet: statefulSets,
      DaemonSet: daemonSets,
    };
    const object = this.#put(resource[kind], this.#made(resource[kind], workloadManifest(sketch), namespace));
    if (kind !== "Deployment") return object as Workload;
    const revision = generatedName(`${name}-`, this.#world.random);
    // As the Deployment controller has it: by this label its pods can be told from all others.
    const labels = { ...(sketch.pod?.labels ?? { app: name }), "pod-template-hash": revision.slice(name.length + 1) };
    const inner = workloadManifest({ ...sketch, kind: "ReplicaSet", name: revision, pod: { ...sketch.pod, labels } });
    const body = { ...inner, metadata: { ...inner.metadata, labels, ownerReferences: [ownerReference(object)] } };
    return this.#put(replicaSets, this.#made(replicaSets, body, namespace)) as Workload;
  }

  #pod(owner: Workload, name: string, labels: Readonly<Record<string, string>>, spec: Partial<PodSpec>): void {
    const { namespace = "" } = owner.metadata;
    const made = this.#made(pods, podBody(owner, { name, labels }, spec), namespace) as Pod;
    const placement = made.spec.nodeName === undefined ? placementOf(this.#world, made, this.#world.random) : { node: made.spec.nodeName };
    if ("message" in placement) {
      this.#put(pods, made);
      return;
    }
    const bound: Pod = { ...made, spec: { ...made.spec, nodeName: placement.node } };
    // It took its time to start as each of its kind does: what is observed of it tells how long the next one will take.
    const scheduledAt = this.#now - lifeOf(bound).ready;
    this.#put(pods, running(withPodConditions(bound, [{ type: "PodScheduled", status: "True" }], scheduledAt), true, this.#now));
  }

  #made(r: Resource, body: object, namespace: string | undefined): KubeObject {
    return newObject(this.#world, this.#world.kinds.of(r), body, namespace, { name: this.#by, manager: this.#by });
  }

  #put<T extends KubeObject>(r: Resource<T>, object: T): T {
    return this.#world.store.put(r, object, this.#note("create"));
  }

  #note(deed: Note["deed"]): Note {
    return { by: this.#by, deed };
  }

  get #now(): number {
    return this.#world.life.clock.now();
  }
}

function inPhase(pod: Pod, { phase = "Running", unready = false }: BarePodSketch, now: number): Pod {
  if (phase === "Succeeded" || phase === "Failed") return ended(pod, phase, now);
  if (phase === "Running") return running(pod, !unready, now);
  const status: PodStatus = { ...pod.status, phase, startTime: formatTime(now) };
  return { ...pod, status };
}
