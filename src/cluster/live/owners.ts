import { isKubeError } from "../../client/errors.ts";
import type { KubeApi } from "../../client/kube-api.ts";
import type { OwnerReference } from "../../kube/object.ts";
import { daemonSets } from "../../kube/resource.ts";
import type { PodView } from "../view/cluster-view.ts";

/** Do the DaemonSets exist that pods name as their owners? Only this tells an orphan from a pod that would come straight back. */
export interface Owners {
  /** Asks by name for the owners of these pods that the list did not have: a DaemonSet may be younger than the list. */
  confirm(pods: readonly PodView[]): Promise<void>;
  of(uid: string): "exists" | "missing" | "unknown";
}

/** Where DaemonSets may not be read, every owner stays "unknown", and nothing is taken for an orphan. */
export function readOwners(api: KubeApi, signal: AbortSignal): Owners {
  const existing = new Set<string>();
  const missing = new Set<string>();
  const call = { signal, lane: "control" } as const;
  const list = async (): Promise<boolean> => {
    try {
      for await (const page of api.list(daemonSets, { project: () => true }, call)) for (const item of page.items) existing.add(item.uid);
      return true;
    } catch (error) {
      if (!isKubeError(error)) throw error;
      return false;
    }
  };
  const confirmOne = async (namespace: string, name: string, uid: string): Promise<void> => {
    try {
      const found = await api.get(daemonSets, { namespace, name }, call);
      (found.metadata.uid === uid ? existing : missing).add(uid);
    } catch (error) {
      if (!isKubeError(error)) throw error;
      if (error.code === "not-found") missing.add(uid);
    }
  };
  const listing = list();
  // Whoever stops while the pods are still awaited never asks for it.
  listing.catch(() => {});
  return {
    confirm: async (pods) => {
      await listing;
      const asked = new Map<string, Promise<void>>();
      for (const { controller, namespace } of pods) {
        // A DaemonSet of another API group (OpenKruise has one) is in neither answer: it stays "unknown", and its pods stay.
        if (controller?.kind !== "DaemonSet" || !isOurs(controller) || existing.has(controller.uid) || asked.has(controller.uid)) continue;
        asked.set(controller.uid, confirmOne(namespace, controller.name, controller.uid));
      }
      await Promise.all(asked.values());
    },
    of: (uid) => (existing.has(uid) ? "exists" : missing.has(uid) ? "missing" : "unknown"),
  };
}

function isOurs({ apiVersion }: OwnerReference): boolean {
  return apiVersion.startsWith(`${daemonSets.group}/`);
}
