import { kuredLockAnnotation, kuredLocks } from "../../../kube/kured.ts";
import { daemonSets } from "../../../kube/resource.ts";
import type { RebootLock, Surroundings } from "../../view/surroundings.ts";
import { type Ask, getIfAllowed } from "./ask.ts";

/** kured's DaemonSet is found by its pods on these nodes: where there are none, nobody is asked. */
export async function readRebootLocks(ask: Ask): Promise<Pick<Surroundings, "rebootLocks">> {
  const sets = new Map<string, { readonly namespace: string; readonly name: string }>();
  for (const { controller, namespace } of ask.nodes.flatMap(({ name }) => ask.podsOn(name))) {
    if (controller?.kind === "DaemonSet" && controller.name.includes("kured")) {
      sets.set(controller.uid, { namespace, name: controller.name });
    }
  }
  const ours = new Set(ask.nodes.map(({ name }) => name));
  const found = await Promise.all(
    [...sets.values()].map(async (at): Promise<readonly RebootLock[]> => {
      const set = await getIfAllowed(ask, daemonSets, at);
      return kuredLocks(set?.metadata.annotations?.[kuredLockAnnotation])
        .filter(({ node, until }) => ours.has(node) && (until === undefined || until > ask.now()))
        .map(({ node, since }) => ({ node, ...at, ...(since === undefined ? {} : { since }) }));
    }),
  );
  return { rebootLocks: found.flat() };
}
