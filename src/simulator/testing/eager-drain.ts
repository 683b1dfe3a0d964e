import { controllerOf } from "../../kube/object.ts";
import { budgets, nodes } from "../../kube/resource.ts";
import { matchesLabelSelector } from "../../kube/selector.ts";
import type { Pod } from "../../kube/pod.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { Rig } from "./rig.ts";

/**
 * Empties a node as fast as budgets allow and in the simplest way: each pod without a budget at once, under each budget one after another
 * at its status events. Says how long it took: the physical bound that a drain is measured against.
 */
export async function drainEagerly(rig: Rig, node: string): Promise<Millis> {
  const { api, control, call, clock } = rig;
  const start = clock.monotonic();
  const leaving = control.podsOn(node).filter(({ metadata }) => controllerOf(metadata)?.kind !== "DaemonSet");
  const covered = (pod: Pod): boolean =>
    control.all(budgets, pod.metadata.namespace).some(({ spec }) => matchesLabelSelector(spec.selector, pod.metadata.labels));
  control.edit(nodes, { name: node }, { kind: "merge", body: { spec: { unschedulable: true } } });

  const queue = leaving.filter(covered);
  const underBudgets = async (): Promise<void> => {
    for await (const batch of api.watch(budgets, { from: "initial-events" }, call)) {
      for (const event of batch) {
        if (event.type !== "ADDED" && event.type !== "MODIFIED") continue;
        const { spec, status } = event.item.value;
        const next = queue.findIndex(({ metadata }) => matchesLabelSelector(spec.selector, metadata.labels));
        if (next === -1 || (status?.disruptionsAllowed ?? 0) === 0) continue;
        const [pod] = queue.splice(next, 1);
        if (pod !== undefined) await api.evict(pod.metadata, {}, call);
      }
      if (queue.length === 0) return;
    }
  };
  const free = leaving.filter((pod) => !covered(pod)).map(({ metadata }) => api.evict(metadata, {}, call));
  await rig.run(Promise.all([...free, ...(queue.length === 0 ? [] : [underBudgets()])]));
  const uids = new Set(leaving.map(({ metadata }) => metadata.uid));
  await rig.until(() => control.podsOn(node).every(({ metadata }) => !uids.has(metadata.uid)));
  return clock.monotonic() - start;
}
