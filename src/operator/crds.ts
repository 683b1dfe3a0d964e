import { drydockGroup } from "../api/maintenance.ts";
import { atVersion, type Definition } from "../api/crd/definition.ts";
import { takeOver } from "../api/crd/take-over.ts";
import { isKubeError } from "../client/errors.ts";
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
  type DefinitionCondition,
  isEstablished,
} from "../kube/custom-resource-definition.ts";
import type { Json } from "../kube/object.ts";
import { applyMergePatch } from "../kube/patch.ts";
import type { Surroundings } from "../maintenance/work.ts";
import { until } from "./install/until.ts";

export interface DefinitionOptions {
  /** Of this Drydock. */
  readonly version: string;
  readonly dryRun?: boolean;
}

/** What was done with a definition. */
export type DefinitionChange =
  | { readonly kind: "created" | "updated" | "unchanged" }
  /** A newer Drydock wrote it: it was left as it is, and this one works with it. */
  | { readonly kind: "left-newer"; readonly version: string }
  /** It may not be written by us: it was left as it is, with the server's words. */
  | { readonly kind: "left-denied"; readonly message: string };

/** How it ended. Every kind but "established" and "awaited" means that objects of this kind cannot be worked with now. */
export type DefinitionOutcome = { readonly name: string } & (
  | { readonly kind: "established"; readonly change: DefinitionChange; readonly warnings: readonly string[] }
  /** It stands there, but may not be watched by us: whether its names are accepted by now is not known. */
  | { readonly kind: "awaited"; readonly change: DefinitionChange; readonly warnings: readonly string[] }
  /** It does not exist, and may not be made or read by us: the server's words. */
  | { readonly kind: "denied"; readonly message: string }
  /** The server does not take it: its words. */
  | { readonly kind: "refused"; readonly message: string }
  /** Another kind stands under the same name; nothing was touched. */
  | { readonly kind: "foreign"; readonly what: string }
  /** Another definition has one of its names: the server's words. It is established once that one is gone. */
  | { readonly kind: "names-taken"; readonly message: string }
  /** It is being deleted, and all its objects with it. */
  | { readonly kind: "terminating" }
  /** Others wrote it each time before we could. */
  | { readonly kind: "contended" }
);

type Needs = Pick<Surroundings, "api" | "clock" | "random" | "stop">;

/** Each failure means that somebody else wrote in between; more in a row than there are replicas is a quarrel. */
const attempts = 8;

/**
 * Brings the definitions into the cluster and waits until the server has accepted their names. What stands there is taken over without loss
 * (`api/crd/take-over.ts`). Where nothing has to change nothing is written.
 *
 * Objects of a kind that was just created may answer 404 for some seconds more: each API server takes up a definition by itself.
 * @throws KubeError where the server is not reached or fails; `stop.reason` where that aborts
 */
export async function applyDefinitions(
  definitions: readonly Definition[],
  options: DefinitionOptions,
  needs: Needs,
): Promise<readonly DefinitionOutcome[]> {
  return await Promise.all(definitions.map((definition) => applyDefinition(definition, options, needs)));
}

async function applyDefinition(definition: Definition, options: DefinitionOptions, needs: Needs): Promise<DefinitionOutcome> {
  const { name } = definition.metadata;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const written = await write(definition, options, needs);
    if (written.kind === "again") continue;
    if (written.kind === "no") return written.outcome;
    return options.dryRun === true ? established(name, written) : await whenDecided(name, written, needs);
  }
  return { name, kind: "contended" };
}

interface Stands {
  readonly kind: "stands";
  readonly definition: CustomResourceDefinition;
  readonly change: DefinitionChange;
  readonly warnings: readonly string[];
}

type Written = Stands | { readonly kind: "no"; readonly outcome: DefinitionOutcome } | { readonly kind: "again" };

/** One attempt; "again" where somebody else wrote it meanwhile. */
async function write(ours: Definition, { version, dryRun = false }: DefinitionOptions, { api, stop }: Needs): Promise<Written> {
  const { name } = ours.metadata;
  const at = { name };
  const call = { signal: stop };
  const no = (outcome: DefinitionOutcome): Written => ({ kind: "no", outcome });
  let there: CustomResourceDefinition | undefined;
  const stays = (definition: CustomResourceDefinition, change: DefinitionChange): Written => ({
    kind: "stands",
    definition,
    change,
    warnings: [],
  });
  try {
    there = await found(name, api, stop);
    if (there === undefined) {
      // Applied and not posted: a role can say which definition that is.
      const patch = { kind: "apply", body: json(atVersion(ours, version)), force: false } as const;
      const { object, warnings } = await api.patch(customResourceDefinitions, at, patch, { dryRun }, call);
      return { kind: "stands", definition: object, change: { kind: "created" }, warnings };
    }
    if (there.metadata.deletionTimestamp !== undefined) return no({ name, kind: "terminating" });
    const next = takeOver(there, ours, version, ours.spec.group === drydockGroup ? "ours" : "shared");
    if (next.kind === "foreign") return no({ name, kind: "foreign", what: next.what });
    if (next.kind === "newer") return stays(there, { kind: "left-newer", version: next.version });
    if (next.kind === "unchanged") return stays(there, { kind: "unchanged" });
    const { resourceVersion, uid } = there.metadata;
    const body = applyMergePatch(next.patch, { metadata: { resourceVersion, uid } });
    const { object, warnings } = await api.patch(customResourceDefinitions, at, { kind: "merge", body }, { dryRun }, call);
    return { kind: "stands", definition: object, change: { kind: "updated" }, warnings };
  } catch (error) {
    if (isKubeError(error, "conflict", "already-exists", "not-found")) return { kind: "again" };
    if (isKubeError(error, "invalid")) return no({ name, kind: "refused", message: error.message });
    if (!isKubeError(error, "forbidden")) throw error;
    return there === undefined
      ? no({ name, kind: "denied", message: error.message })
      : stays(there, { kind: "left-denied", message: error.message });
  }
}

async function found(name: string, api: Needs["api"], signal: AbortSignal): Promise<CustomResourceDefinition | undefined> {
  try {
    return await api.get(customResourceDefinitions, { name }, { signal });
  } catch (error) {
    if (isKubeError(error, "not-found")) return undefined;
    throw error;
  }
}

/** What came of it, once the server has decided about the names. */
async function whenDecided(name: string, stands: Stands, needs: Needs): Promise<DefinitionOutcome> {
  let last = stands.definition;
  const isDecided = (definition: CustomResourceDefinition): boolean => {
    last = definition;
    return isEstablished(definition) || refusalOf(definition) !== undefined;
  };
  try {
    if (!isDecided(last)) await until(customResourceDefinitions, { name }, (here) => here.some(isDecided), needs);
  } catch (error) {
    if (isKubeError(error, "forbidden")) return { ...established(name, stands), kind: "awaited" };
    throw error;
  }
  if (isEstablished(last)) return established(name, stands);
  return { name, kind: "names-taken", message: refusalOf(last)?.message ?? "" };
}

function refusalOf({ status }: CustomResourceDefinition): DefinitionCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === "NamesAccepted" && condition.status === "False");
}

function established(name: string, { change, warnings }: Stands): Extract<DefinitionOutcome, { readonly kind: "established" }> {
  return { name, kind: "established", change, warnings };
}

/** Types of schemas say what may stand in them; on the wire they are plain JSON. */
function json(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
