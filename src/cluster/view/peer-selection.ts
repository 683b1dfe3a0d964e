import type { StringMap } from "../../kube/object.ts";
import type { PodView } from "./cluster-view.ts";

/** One watch of pods, and whose pods it shows all of. */
export interface PeerSelection {
  readonly namespace?: string;
  readonly labelSelector: string;
  /** uids. */
  readonly controllers: ReadonlySet<string>;
}

/** Labels that a controller puts on all its pods by itself, with a value that hardly another has; the first that a pod has counts. */
const ownLabels: Readonly<Record<string, readonly string[]>> = {
  // Of a Deployment. A ReplicaSet without one leaves its pods unmarked.
  ReplicaSet: ["pod-template-hash"],
  StatefulSet: ["controller-revision-hash"],
  Job: ["batch.kubernetes.io/controller-uid", "controller-uid"],
};

/** A selector is part of a URL, and proxies cut those off somewhere above 8 KiB. */
const longestSelector = 4_000;

/** Labels that tell one pod of a workload from the next. */
const ofOnePod: ReadonlySet<string> = new Set([
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "batch.kubernetes.io/job-completion-index",
]);

/**
 * What to watch in order to see the pods of these pods' controllers wherever they are, in `most` watches at the most, however many pods there
 * are. Controllers that no selection names stay unknown: their labels tell nothing, or there were too many.
 */
export function peerSelections(pods: readonly PodView[], most: number): readonly PeerSelection[] {
  const marked = new Map<string, Map<string, Set<string>>>();
  const others = new Map<string, PodView[]>();
  for (const pod of pods) {
    const { controller, labels, namespace } = pod;
    if (controller === undefined || controller.kind === "DaemonSet") continue;
    const label = ownLabels[controller.kind]?.find((name) => labels[name] !== undefined);
    if (label === undefined) addTo(others, namespace, pod);
    else {
      const values = marked.get(label) ?? new Map<string, Set<string>>();
      marked.set(label, values);
      const value = labels[label] ?? "";
      values.set(value, (values.get(value) ?? new Set()).add(controller.uid));
    }
  }
  const byLabel = [...marked].flatMap(([label, values]) => inParts(label, values));
  const byNamespace = [...others]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .flatMap(([namespace, some]) => sharedLabels(namespace, some));
  return [...byLabel, ...byNamespace].slice(0, Math.max(0, most));
}

function addTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function inParts(label: string, values: ReadonlyMap<string, ReadonlySet<string>>): readonly PeerSelection[] {
  const parts: { readonly values: string[]; readonly controllers: Set<string> }[] = [];
  let length = longestSelector;
  for (const [value, controllers] of values) {
    if (length + value.length + 1 > longestSelector) {
      parts.push({ values: [], controllers: new Set() });
      length = label.length;
    }
    length += value.length + 1;
    const part = parts.at(-1);
    part?.values.push(value);
    for (const uid of controllers) part?.controllers.add(uid);
  }
  return parts.map((part) => ({ labelSelector: `${label} in (${part.values.join(",")})`, controllers: part.controllers }));
}

/** What all of them have in common; nothing in common would mean all pods of the namespace. */
function sharedLabels(namespace: string, pods: readonly PodView[]): readonly PeerSelection[] {
  const shared = pods
    .map(({ labels }) => labels)
    .reduce<StringMap>((common, labels) => {
      return Object.fromEntries(Object.entries(common).filter(([key, value]) => labels[key] === value && !ofOnePod.has(key)));
    }, pods[0]?.labels ?? {});
  const terms = Object.entries(shared).filter(([key]) => !ofOnePod.has(key));
  if (terms.length === 0) return [];
  const labelSelector = terms.map(([key, value]) => `${key}=${value}`).join(",");
  if (labelSelector.length > longestSelector) return [];
  return [{ namespace, labelSelector, controllers: new Set(pods.flatMap(({ controller }) => controller?.uid ?? [])) }];
}
