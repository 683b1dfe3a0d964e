import type { KubeObject } from "../../../kube/object.ts";

const standard = ["orphan", "foregroundDeletion", "kubernetes"];

/** What the server warns of where a finalizer is added to a custom resource (registry/customresource, validateKubeFinalizerName). */
export function finalizerWarnings(before: KubeObject | undefined, after: KubeObject): readonly string[] {
  const old = before?.metadata.finalizers ?? [];
  return (after.metadata.finalizers ?? [])
    .filter((finalizer) => !old.includes(finalizer) && !finalizer.includes("/") && !standard.includes(finalizer))
    .toSorted()
    .map((finalizer) => {
      const wanted = finalizer.includes(".") ? "finalizer name including a path (/)" : "finalizer name";
      const why = "to avoid accidental conflicts with other finalizer writers";
      return `metadata.finalizers: ${JSON.stringify(finalizer)}: prefer a domain-qualified ${wanted} ${why}`;
    });
}
