import { controllerOf } from "../kube/object.ts";
import type { Pod } from "../kube/pod.ts";
import { pods } from "../kube/resource.ts";
import type { Change } from "./store/change.ts";
import { isSame } from "./store/store.ts";
import { compareText } from "../runtime/text-order.ts";

/** `sorted` is made when asked for, and the same list until the group changes. */
interface Group {
  readonly pods: Map<string, Pod>;
  sorted: readonly Pod[] | undefined;
}

type Groups = Map<string, Group>;

/** Pods by node, by owner and by namespace: what controllers ask for at every change, of thousands of pods. */
export class PodIndex {
  readonly #byNode: Groups = new Map();
  readonly #byOwner: Groups = new Map();
  readonly #byNamespace: Groups = new Map();

  see({ resource, before, after }: Change): void {
    if (!isSame(resource, pods)) return;
    if (before !== undefined) {
      for (const [groups, key] of this.#places(before as Pod)) {
        const group = groups.get(key);
        group?.pods.delete(before.metadata.uid);
        if (group !== undefined) group.sorted = undefined;
      }
    }
    if (after === undefined) return;
    for (const [groups, key] of this.#places(after as Pod)) {
      const group = groups.get(key) ?? { pods: new Map<string, Pod>(), sorted: undefined };
      group.pods.set(after.metadata.uid, after as Pod);
      group.sorted = undefined;
      groups.set(key, group);
    }
  }

  on(node: string): readonly Pod[] {
    return listed(this.#byNode, node);
  }

  /** Those that this object manages. */
  ownedBy(uid: string): readonly Pod[] {
    return listed(this.#byOwner, uid);
  }

  in(namespace: string): readonly Pod[] {
    return listed(this.#byNamespace, namespace);
  }

  #places(pod: Pod): readonly (readonly [Groups, string])[] {
    const places: [Groups, string][] = [[this.#byNamespace, pod.metadata.namespace ?? ""]];
    const owner = controllerOf(pod.metadata);
    if (owner !== undefined) places.push([this.#byOwner, owner.uid]);
    const node = pod.spec.nodeName ?? "";
    if (node !== "") places.push([this.#byNode, node]);
    return places;
  }
}

/** By name, so that what controllers do does not hang on which pod was written last. */
function listed(groups: Groups, key: string): readonly Pod[] {
  const group = groups.get(key);
  if (group === undefined) return [];
  group.sorted ??= [...group.pods.values()].sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  return group.sorted;
}
