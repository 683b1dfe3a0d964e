import { isKubeError } from "../../client/errors.ts";
import type { StringMap } from "../../kube/object.ts";
import type { Pod } from "../../kube/pod.ts";
import { pods } from "../../kube/resource.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import type { Millis } from "../../runtime/clock.ts";
import { someOf } from "../../present/names.ts";
import { findObject } from "../install/apply.ts";
import { placeOf, printedName, resourceFor } from "../install/resources.ts";
import { until } from "../install/until.ts";
import { type Manifest, ownershipLabel, podLabels } from "../manifests/manifest.ts";
import type { Removed } from "./outcome.ts";

/** Longer than a pod's grace and a namespace's clean-up take; what is still there then is named. */
const patience: Millis = 90_000;

const ourPods = Object.entries(podLabels)
  .map(([key, value]) => `${key}=${value}`)
  .join(",");

type Quiet = Pick<Surroundings, "api" | "clock" | "random" | "stop">;

/**
 * Deletes one object of the installation, and waits where the next step needs it gone: a Deployment with its pods, a namespace, a kind.
 *
 * @returns undefined where there is none
 */
export async function remove(manifest: Manifest, s: Quiet): Promise<Removed | undefined> {
  const found = await findObject(manifest, s);
  if (found === undefined) return undefined;
  const { namespace, name } = manifest.metadata;
  const named = { name: printedName(manifest), ...(namespace === undefined ? {} : { namespace }) };
  if (manifest.kind === "Namespace") {
    const others = await whatElseStandsIn(name, found.metadata.labels, s);
    if (others !== undefined) return { ...named, state: "kept", detail: others };
  }
  await removeIncarnation(manifest, found.metadata.uid, s);
  return { ...named, state: (await isGone(manifest, s)) ? "deleted" : "late" };
}

async function removeIncarnation(manifest: Manifest, uid: string, { api, stop }: Quiet): Promise<void> {
  try {
    await api.remove(resourceFor(manifest), { ...placeOf(manifest), uid }, { propagation: "Background" }, { signal: stop });
  } catch (error) {
    // Somebody else was faster.
    if (!isKubeError(error, "not-found", "conflict")) throw error;
  }
}

async function isGone(manifest: Manifest, s: Quiet): Promise<boolean> {
  const { name, namespace = "" } = manifest.metadata;
  switch (manifest.kind) {
    case "Deployment":
      return await inTime(s, (quiet) => until(pods, { namespace, labelSelector: ourPods }, (here) => here.length === 0, quiet));
    case "Namespace":
    case "CustomResourceDefinition":
      return await inTime(s, (quiet) => until(resourceFor(manifest), { name }, (here) => here.length === 0, quiet));
    default:
      return true;
  }
}

async function inTime(s: Quiet, wait: (quiet: Quiet) => Promise<void>): Promise<boolean> {
  using deadline = s.clock.deadline(patience, s.stop);
  try {
    await wait({ ...s, stop: deadline.signal });
    return true;
  } catch (error) {
    if (s.stop.aborted || !deadline.signal.aborted) throw error;
    return false;
  }
}

/** A namespace that was there before us, or in which others run by now, is not ours to delete: why; undefined where it is. */
async function whatElseStandsIn(namespace: string, labels: StringMap | undefined, { api, stop }: Quiet): Promise<string | undefined> {
  if (labels?.[ownershipLabel] === undefined) return "it was there before";
  const others: string[] = [];
  const query = { namespace, project: (pod: Pod) => (isOurs(pod.metadata.labels) ? undefined : pod.metadata.name) };
  for await (const { items } of api.list(pods, query, { signal: stop })) others.push(...items.flatMap(({ value }) => value ?? []));
  return others.length === 0 ? undefined : `pods of others run in it: ${someOf(others)}`;
}

function isOurs(labels: StringMap | undefined): boolean {
  return Object.entries(podLabels).every(([key, value]) => labels?.[key] === value);
}
