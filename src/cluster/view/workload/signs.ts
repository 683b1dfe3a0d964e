import type { PodView } from "../cluster-view.ts";
import type { Sign } from "./workload.ts";

/** The label as something that a statement rests on; undefined where it is absent or empty. */
export function label(pod: PodView, key: string): Sign | undefined {
  return signOf("labels", key, pod.labels[key]);
}

export function annotation(pod: PodView, key: string): Sign | undefined {
  return signOf("annotations", key, pod.annotations[key]);
}

export function ownerSign({ controller }: PodView): Sign | undefined {
  if (controller === undefined) return undefined;
  return { field: "metadata.ownerReferences", value: `${controller.kind}/${controller.name} (${controller.apiVersion})` };
}

/** The API group of the pod's controller; "" for the core group and where nothing owns it. */
export function ownerGroup({ controller }: PodView): string {
  return controller?.apiVersion.includes("/") === true ? (controller.apiVersion.split("/")[0] ?? "") : "";
}

export function present(...signs: readonly (Sign | undefined)[]): readonly Sign[] {
  return signs.filter((sign) => sign !== undefined);
}

function signOf(map: "labels" | "annotations", key: string, value: string | undefined): Sign | undefined {
  return value === undefined || value === "" ? undefined : { field: `metadata.${map}["${key}"]`, value };
}
