import type { RemoveOptions, WriteOptions } from "../client/kube-api.ts";
import type { Budget } from "../kube/budget.ts";
import { type CustomResourceDefinition, customResourceDefinitions } from "../kube/custom-resource-definition.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Node } from "../kube/node.ts";
import type { Patch } from "../kube/patch.ts";
import type { Pod } from "../kube/pod.ts";
import { nodes, type Resource } from "../kube/resource.ts";
import type { NodeHand } from "./node-hand.ts";
import { notReadyTaint, registeredNode } from "./controllers/node-lifecycle.ts";
import { established } from "./controllers/custom-resource-definition.ts";
import type { Faults } from "./faults.ts";
import { Groundwork } from "./groundwork.ts";
import type { Machines } from "./machines.ts";
import type { AdmissionWebhook } from "./server/admission.ts";
import type { ApiServer } from "./server/api-server.ts";
import type { BarePodSketch, BudgetSketch, ClusterSketch, NodeSketch, WorkloadSketch } from "./sketch.ts";
import type { At } from "./store/change.ts";
import type { World } from "./world.ts";

/** Who did it, where a scenario does not say. */
const someone = "control";

/**
 * The hand of a scenario: acts at once, at the present instant, without latency or faults. What it adds is found up and settled; what it
 * edits goes through the API server's rules, under the name of whoever the scenario says it was; webhooks are not asked.
 */
export class Control {
  readonly faults: Faults;
  readonly #world: World;
  readonly #registry: ApiServer;
  readonly #machines: Machines;
  readonly #ground: Groundwork;
  readonly #webhooks: AdmissionWebhook[];
  readonly #sketches = new Map<string, NodeSketch>();

  constructor(world: World, registry: ApiServer, machines: Machines, faults: Faults, webhooks: AdmissionWebhook[]) {
    this.#world = world;
    this.#registry = registry;
    this.#machines = machines;
    this.faults = faults;
    this.#webhooks = webhooks;
    this.#ground = new Groundwork(world, someone);
  }

  /** Nodes, budgets and pods of a sketch, in that order: budgets count what is there. */
  build(sketch: ClusterSketch): void {
    const { volumes = [] } = sketch;
    for (const volume of volumes) this.#ground.volume(volume);
    for (const node of sketch.nodes) this.addNode(node);
    for (const workload of sketch.workloads) this.#ground.workload(workload);
    for (const pod of sketch.pods) this.#ground.pod(pod);
    if (volumes.length > 0) this.#ground.attach();
    for (const budget of sketch.budgets) this.#ground.budget(budget);
  }

  /** With a machine that runs, also where one of that name has died. */
  addNode(sketch: NodeSketch): Node {
    this.#machines.revive(sketch.name);
    this.#sketches.set(sketch.name, sketch);
    return this.#ground.node(sketch, this.#machines.bootOf(sketch.name));
  }

  /** Its objects are served from now on. @throws KubeError 422 */
  addDefinition(manifest: object): CustomResourceDefinition {
    const made = this.create(customResourceDefinitions, manifest);
    const { store, life } = this.#world;
    return store.put(customResourceDefinitions, established(made, life.clock.now()), { by: someone, deed: "status" });
  }

  /** A webhook that is asked from now on about what clients write, until it is disposed of: its configuration goes then. */
  addWebhook(webhook: AdmissionWebhook): Disposable {
    this.#webhooks.push(webhook);
    return {
      [Symbol.dispose]: () => {
        const index = this.#webhooks.indexOf(webhook);
        if (index !== -1) this.#webhooks.splice(index, 1);
      },
    };
  }

  /** One node and its machine, through death and return. */
  node(name: string): NodeHand {
    return {
      die: () => this.killNode(name),
      comeBack: (how = "rebooted") => this.#machines.revive(name, how),
      reboot: () => {
        this.#machines.kill(name);
        this.#machines.revive(name, "rebooted");
      },
      delete: () => this.deleteNode(name),
      register: (changes = {}) => {
        const sketch: NodeSketch = { ...this.#sketches.get(name), name, ...changes };
        this.#sketches.set(name, sketch);
        this.#machines.revive(name, "rebooted");
        // The API server puts the first taint on a new Node itself (admission TaintNodesByCondition), before anything could be bound there.
        const taints = [...(sketch.taints ?? []), { key: notReadyTaint, effect: "NoSchedule" }];
        return this.#ground.node({ ...sketch, taints }, this.#machines.bootOf(name), registeredNode);
      },
    };
  }

  addNamespace(name: string): void {
    this.#ground.namespace(name);
  }

  /** The object that owns the pods: of a Deployment, its ReplicaSet. */
  addWorkload(sketch: WorkloadSketch): KubeObject {
    return this.#ground.workload(sketch);
  }

  addBudget(sketch: BudgetSketch): Budget {
    return this.#ground.budget(sketch);
  }

  addPod(sketch: BarePodSketch): Pod {
    return this.#ground.pod(sketch);
  }

  /** The machine stops: its kubelet does nothing any more, and the node is found unreachable after about 50 s. */
  killNode(name: string): void {
    this.#machines.kill(name);
  }

  reviveNode(name: string): void {
    this.#machines.revive(name);
  }

  /** The Node object goes, as when a machine is replaced. */
  deleteNode(name: string, as = someone): void {
    const { uid } = this.#registry.get(nodes, { name }).metadata;
    this.remove(nodes, { name, uid }, {}, as);
  }

  find<T extends KubeObject>(r: Resource<T>, at: At): T | undefined {
    return this.#world.store.find(r, at);
  }

  all<T extends KubeObject>(r: Resource<T>, namespace?: string): readonly T[] {
    return this.#world.store.all(r, namespace);
  }

  podsOn(node: string): readonly Pod[] {
    return this.#world.index.on(node);
  }

  /** @throws KubeError as the API would answer */
  create<T extends KubeObject>(r: Resource<T>, body: object, o: WriteOptions & { readonly namespace?: string } = {}, as = someone): T {
    return this.#registry.create(r, body, o, { name: as, manager: o.fieldManager ?? as }).commit() as T;
  }

  /** A patch by someone else: another person's cordon, an autoscaler, a webhook that strips a finalizer. */
  edit<T extends KubeObject>(r: Resource<T>, at: At, patch: Patch, o: WriteOptions = {}, as = someone): T {
    return this.#registry.patch(r, at, patch, o, { name: as, manager: o.fieldManager ?? as }).commit() as T;
  }

  remove(r: Resource, at: At & { readonly uid?: string }, o: RemoveOptions = {}, as = someone): void {
    const uid = at.uid ?? this.#registry.get(r, at).metadata.uid;
    this.#registry.remove(r, { ...at, uid }, o, { name: as, manager: as }).commit();
  }

  /** Forgets all past versions: whoever comes back with one is told 410. */
  compact(): void {
    this.#world.store.compact();
  }
}
