import { isPodFinished, isPodReady, mirrorAnnotation, type Pod } from "../../kube/pod.ts";
import { pods } from "../../kube/resource.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { Machines, Return } from "../machines.ts";
import { newObject } from "../server/creation.ts";
import { deleteObject } from "../server/deletion.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { actor, type Actor, commitPause, noteOf } from "./actor.ts";
import { lifeOf, scriptOf } from "./pod-script.ts";
import { creating, ended, restarted, running } from "./pod-status.ts";

/** How soon a kubelet puts the API's copy of a static pod back. */
const mirrorReturns: Millis = 1_000;

/** From the boot of a machine until its kubelet looks after pods. */
const kubeletStarts: Millis = 1_000;

/** The kubelets of all machines: bring pods up, and end those that are marked to go. One whose machine is dead does nothing. */
export function startKubelets(world: World, machines: Machines): void {
  const kubelets = new Kubelets(world, machines);
  world.store.onChange(({ resource, before, after }) => {
    if (isSame(resource, pods)) kubelets.see(before as Pod | undefined, after as Pod | undefined);
  });
  machines.onChange((node, how) => kubelets.machineChanged(node, how));
}

class Kubelets {
  readonly #actor: Actor;
  readonly #world: World;
  readonly #machines: Machines;
  /** What is planned for a pod, by uid. */
  readonly #plans = new Map<string, Disposable[]>();

  constructor(world: World, machines: Machines) {
    this.#actor = actor(world, "kubelet");
    this.#world = world;
    this.#machines = machines;
  }

  see(before: Pod | undefined, after: Pod | undefined): void {
    if (after === undefined) {
      if (before !== undefined) this.#forget(before);
      return;
    }
    const node = after.spec.nodeName ?? "";
    if (node === "" || !this.#machines.isAlive(node)) return;
    if (before === undefined || before.spec.nodeName === undefined) this.#takeUp(after);
    else if (before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp) this.#stop(after);
    else if (before.metadata.annotations !== after.metadata.annotations && scriptOf(before) !== scriptOf(after)) this.#takeUp(after);
  }

  machineChanged(node: string, how: "died" | Return): void {
    for (const pod of this.#world.index.on(node)) {
      this.#cancel(pod);
      if (how === "same-boot") this.#takeUp(pod);
      else if (how === "rebooted") this.#startAnew(pod);
    }
  }

  /** Nothing ran through the boot: what stays begins again, and is Ready as long after as it was at first. */
  #startAnew(pod: Pod): void {
    if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase !== "Running") {
      this.#takeUp(pod);
      return;
    }
    const { ready, end, staysUnready } = lifeOf(pod);
    const now = (): number => this.#world.life.clock.now();
    this.#after(pod, kubeletStarts, (present) => restarted(present, now()));
    if (end !== undefined) this.#after(pod, kubeletStarts + end.after, (present) => ended(present, end.phase, now()));
    else if (!staysUnready) this.#after(pod, kubeletStarts + ready, (present) => running(present, true, now()));
  }

  #takeUp(pod: Pod): void {
    this.#cancel(pod);
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.#stop(pod);
      return;
    }
    if (isPodFinished(pod.status?.phase)) return;
    const { ready, end, staysUnready } = lifeOf(pod);
    const isUp = pod.status?.phase === "Running";
    const now = (): number => this.#world.life.clock.now();
    if (!isUp) this.#after(pod, Math.min(ready / 4, 50), (present) => creating(present, now()));
    if (end !== undefined) {
      if (!isUp) this.#after(pod, Math.min(ready, end.after / 2), (present) => running(present, false, now()));
      this.#after(pod, end.after, (present) => ended(present, end.phase, now()));
    } else if (staysUnready) {
      if (!isUp || isPodReady(pod.status)) this.#after(pod, isUp ? 0 : ready, (present) => running(present, false, now()));
    } else {
      if (!isUp) this.#after(pod, ready / 2, (present) => running(present, false, now()));
      if (!isPodReady(pod.status)) this.#after(pod, isUp ? Math.min(ready, 1000) : ready, (present) => running(present, true, now()));
    }
  }

  #stop(pod: Pod): void {
    this.#cancel(pod);
    const { gone } = lifeOf(pod);
    if (gone === "hang") return;
    const grace = (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000;
    this.#plan(pod, Math.min(gone, grace), (present) => void this.#end(present));
  }

  /** First all containers' end and a terminal phase, then the object goes, unless finalizers hold it. */
  async #end(pod: Pod): Promise<void> {
    const { store, life } = this.#world;
    if (!isPodFinished(pod.status?.phase)) store.put(pods, ended(pod, "Succeeded", life.clock.now()), noteOf(this.#actor, "status"));
    await commitPause(this.#actor);
    const present = this.#present(pod);
    if (present !== undefined) deleteObject(this.#world, pods, present, 0, noteOf(this.#actor, "delete"));
  }

  #after(pod: Pod, ms: Millis, next: (present: Pod) => Pod): void {
    this.#plan(pod, ms, (present) => this.#world.store.put(pods, next(present), noteOf(this.#actor, "status")));
  }

  #plan(pod: Pod, ms: Millis, run: (present: Pod) => void): void {
    const timer = this.#world.life.timer(ms, () => {
      const present = this.#present(pod);
      if (present !== undefined) run(present);
    });
    const { uid } = pod.metadata;
    this.#plans.set(uid, [...(this.#plans.get(uid) ?? []), timer]);
  }

  /** The same incarnation, on a machine that runs. */
  #present(pod: Pod): Pod | undefined {
    const found = this.#world.store.find(pods, pod.metadata);
    return found?.metadata.uid === pod.metadata.uid && this.#machines.isAlive(found.spec.nodeName ?? "") ? found : undefined;
  }

  #cancel({ metadata }: Pod): void {
    for (const timer of this.#plans.get(metadata.uid) ?? []) timer[Symbol.dispose]();
    this.#plans.delete(metadata.uid);
  }

  #forget(pod: Pod): void {
    this.#cancel(pod);
    if (pod.metadata.annotations?.[mirrorAnnotation] === undefined || !this.#machines.isAlive(pod.spec.nodeName ?? "")) return;
    const { name, namespace, labels, annotations, ownerReferences } = pod.metadata;
    this.#world.life.timer(mirrorReturns, () => {
      const { world, name: by } = this.#actor;
      if (namespace === undefined || world.store.find(pods, { namespace, name }) !== undefined) return;
      const body = { metadata: { name, labels, annotations, ownerReferences }, spec: pod.spec };
      const copy = newObject(world, world.kinds.of(pods), body, namespace, { name: by, manager: "kubelet" });
      world.store.put(pods, copy, noteOf(this.#actor, "create"));
    });
  }
}
