import type { Maintenance } from "../../api/maintenance.ts";
import { isKubeError } from "../../client/errors.ts";
import { chosenNames } from "../choose-nodes.ts";
import type { Surroundings } from "../work.ts";
import { listMaintenances, openOn } from "./maintenances.ts";
import type { ObjectsOutcome } from "./outcome.ts";

/** Which maintenances are meant: by their nodes, by labels of those, or by their own names. */
export interface ObjectChoice {
  readonly nodes: readonly string[];
  readonly maintenances: readonly string[];
  readonly selector?: string;
}

/** Those that are meant, each once; or which of the nodes and names have none that is not over. */
export async function readChosen(
  s: Surroundings,
  { nodes, maintenances: named, selector }: ObjectChoice,
): Promise<readonly Maintenance[] | Exclude<ObjectsOutcome, { kind: "followed" }>> {
  const bySelector = selector === undefined ? [] : await chosenNames({ names: [], selector }, undefined, s);
  if ("kind" in bySelector) return bySelector;
  const all = await readAll(s);
  const found = [
    ...[...new Set([...nodes, ...bySelector])].map((node) => [node, openOn(all, node)] as const),
    ...named.map(
      (name) => [`maintenance/${name}`, all.find((one) => one.metadata.name === name && one.status?.phase !== "Finished")] as const,
    ),
  ];
  const targets = found.flatMap(([target, object]) => (object === undefined ? [target] : []));
  if (targets.length > 0) return { kind: "not-in-maintenance", targets, all: targets.length === found.length };
  return [...new Set(found.flatMap(([, object]) => (object === undefined ? [] : [object])))];
}

/** Where the kind is not served nobody is in maintenance. */
async function readAll(s: Surroundings): Promise<readonly Maintenance[]> {
  try {
    return await listMaintenances(s);
  } catch (error) {
    if (isKubeError(error, "not-found")) return [];
    throw error;
  }
}
