import { maintenanceDefinition, nodeMaintenanceDefinition } from "../../api/crd.ts";
import { atVersion } from "../../api/crd/definition.ts";
import type { Manifest } from "./manifest.ts";
import type { ManifestOptions } from "./options.ts";

/** The kinds, each as its CustomResourceDefinition. */
export function definitions({ version, withoutMedik8s }: Pick<ManifestOptions, "version" | "withoutMedik8s">): readonly Manifest[] {
  return [maintenanceDefinition, ...(withoutMedik8s ? [] : [nodeMaintenanceDefinition])].map(
    // A schema's type says what may stand in it; as an object of the API it is plain JSON.
    (definition) => JSON.parse(JSON.stringify(atVersion(definition, version))) as Manifest,
  );
}
