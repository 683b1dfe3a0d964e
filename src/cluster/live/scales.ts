import { isKubeError } from "../../client/errors.ts";
import type { KubeApi } from "../../client/kube-api.ts";
import type { KubeObject, OwnerReference } from "../../kube/object.ts";
import { replicaSets, type Resource, statefulSets } from "../../kube/resource.ts";

/** A controller whose scale is asked for. */
export interface ScaledOwner {
  readonly namespace: string;
  readonly controller: OwnerReference;
}

/** How many pods some controllers want: read only where a budget's count of pods is in doubt. */
export interface Scales {
  /** Reads these, each once, a few at most; what may not be read stays unknown. */
  read(owners: readonly ScaledOwner[]): Promise<void>;
  of(controllerUid: string): number | undefined;
}

/** More owners than these are not asked for: whoever wants to know waits for the next count instead. */
const most = 8;

interface Scaled extends KubeObject {
  readonly spec?: { readonly replicas?: number };
}

const readable: readonly Resource[] = [statefulSets, replicaSets];

export function createScales(api: KubeApi, signal: AbortSignal): Scales {
  const known = new Map<string, number>();
  const asked = new Set<string>();
  const readOne = async ({ namespace, controller: { apiVersion, kind, name, uid } }: ScaledOwner): Promise<void> => {
    const resource = readable.find((each) => each.kind === kind && apiVersion.startsWith(`${each.group}/`));
    if (resource === undefined) return;
    try {
      const found: Scaled = await api.get(resource, { namespace, name }, { signal, lane: "control" });
      if (found.metadata.uid === uid) known.set(uid, found.spec?.replicas ?? 1);
    } catch (error) {
      if (!isKubeError(error)) throw error;
    }
  };
  return {
    read: async (owners) => {
      const fresh = new Map(owners.filter(({ controller }) => !asked.has(controller.uid)).map((owner) => [owner.controller.uid, owner]));
      const now = [...fresh.values()].slice(0, Math.max(0, most - asked.size));
      for (const { controller } of now) asked.add(controller.uid);
      await Promise.all(now.map(readOne));
    },
    of: (uid) => known.get(uid),
  };
}
