import { isKubeError } from "../../client/errors.ts";
import type { BudgetView, ClusterView } from "../../cluster/view/cluster-view.ts";
import { controllerOf, type ObjectRef, type OwnerReference } from "../../kube/object.ts";
import { whyNotReady } from "../../kube/not-ready.ts";
import { pods, replicaSets } from "../../kube/resource.ts";
import { readLabelSelector } from "../../kube/selector.ts";
import { selectorText } from "../../kube/selector-text.ts";
import { parseTime } from "../../kube/time.ts";
import type { Pod } from "../../kube/pod.ts";
import type { BudgetUse, Plan } from "../../plan/plan.ts";
import type { MissingPermission } from "../outcome.ts";
import type { Surroundings } from "../work.ts";
import type { BudgetDetail, UnreadyPod } from "./work.ts";

interface SeenPod {
  readonly controller: OwnerReference | undefined;
  readonly unready: UnreadyPod | undefined;
}

/** Reads, for each budget that holds somebody, the pods that it counts. What may not be read is named in `unchecked` and is no error. */
export async function budgetDetails(
  plan: Plan,
  uids: ReadonlySet<string>,
  view: ClusterView,
  unchecked: MissingPermission[],
  s: Surroundings,
): Promise<readonly BudgetDetail[]> {
  const uses = plan.budgets.filter(({ uid }) => uids.has(uid));
  return await Promise.all(uses.map((use) => detailOf(use, view, unchecked, s)));
}

async function detailOf(use: BudgetUse, view: ClusterView, unchecked: MissingPermission[], s: Surroundings): Promise<BudgetDetail> {
  const budget = view.budgets(use.namespace).find(({ uid }) => uid === use.uid);
  const seen = budget === undefined ? undefined : await podsOf(budget, view, unchecked, s);
  const first = seen?.find(({ controller }) => controller !== undefined)?.controller;
  const owner = first === undefined ? undefined : await ownerOf(first, use.namespace, s);
  const unready = seen?.flatMap((one) => (one.unready === undefined ? [] : [one.unready]));
  return { use, unready, ...(owner === undefined ? {} : { owner }) };
}

async function podsOf(
  { namespace, object }: BudgetView,
  view: ClusterView,
  unchecked: MissingPermission[],
  { api, stop }: Surroundings,
): Promise<readonly SeenPod[] | undefined> {
  const { selector } = object.spec;
  const read = selector === undefined || selector === null ? undefined : readLabelSelector(selector);
  if (read === undefined || !read.ok) return [];
  const offset = view.serverNow - view.asOf;
  const labelSelector = selectorText(read.selector);
  const query = { namespace, project: (pod: Pod) => seenPod(pod, offset), ...(labelSelector === "" ? {} : { labelSelector }) };
  const seen: SeenPod[] = [];
  try {
    for await (const page of api.list(pods, query, { signal: stop, lane: "control" })) seen.push(...page.items.map(({ value }) => value));
    return seen;
  } catch (error) {
    if (!isKubeError(error, "forbidden")) throw error;
    unchecked.push({ verb: "list", resource: "pods", namespace, reason: error.message });
    return undefined;
  }
}

function seenPod(pod: Pod, offset: number): SeenPod {
  const why = whyNotReady(pod);
  const controller = controllerOf(pod.metadata);
  if (why === undefined) return { controller, unready: undefined };
  const { name, namespace = "", uid } = pod.metadata;
  const since = parseTime(pod.status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime);
  const { nodeName } = pod.spec;
  return {
    controller,
    unready: {
      pod: { namespace, name, uid },
      why,
      ...(nodeName === undefined || nodeName === "" ? {} : { node: nodeName }),
      ...(since === undefined ? {} : { since: since - offset }),
    },
  };
}

/** A ReplicaSet is scaled by its Deployment: whoever scales the former is overruled at once. */
async function ownerOf({ kind, name }: OwnerReference, namespace: string, { api, stop }: Surroundings): Promise<ObjectRef | undefined> {
  if (kind !== "ReplicaSet") return { kind, namespace, name };
  try {
    const set = await api.get(replicaSets, { namespace, name }, { signal: stop, lane: "control" });
    const above = controllerOf(set.metadata);
    return above === undefined ? { kind, namespace, name } : { kind: above.kind, namespace, name: above.name };
  } catch (error) {
    // The command that scales it is a courtesy; what holds the pod is known without it.
    if (!isKubeError(error)) throw error;
    return undefined;
  }
}
