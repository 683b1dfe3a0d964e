import { isKubeError } from "../client/errors.ts";
import type { ApiGroup, ServerVersion } from "../client/kube-api.ts";
import type { Verb } from "../kube/verb.ts";
import { type PartCheck, checkParts } from "./check-parts.ts";
import { holderOfCommand } from "./identity.ts";
import { askPermission, type PermissionAnswer } from "./permissions.ts";
import { type Permission, permissions } from "./role.ts";
import type { Surroundings } from "./work.ts";

/** The minor versions of Kubernetes 1 that Drydock is made for. */
export const supportedMinors = { oldest: 31, newest: 36 } as const;

/** A permission, and what the server says of each of its verbs, in all namespaces. */
export interface PermissionCheck {
  readonly permission: Permission;
  readonly verbs: readonly (PermissionAnswer & { readonly verb: Verb })[];
}

/** What a drain would find in this cluster, as this user. */
export interface ClusterCheck {
  readonly server: string;
  /** "unknown" where the server does not say who asks. */
  readonly user: string;
  readonly version: ServerVersion;
  readonly versionIs: "supported" | "older" | "newer";
  readonly parts: readonly PartCheck[];
  /** Of kinds that the server serves. */
  readonly permissions: readonly PermissionCheck[];
  /** "yes": nothing that is required is missing. "unknown": the server does not say of something required. */
  readonly answer: "yes" | "no" | "unknown";
}

/** Could nodes be drained here, and what would not be seen? Reads only. @throws KubeError where no server answers */
export async function checkCluster(s: Surroundings): Promise<ClusterCheck> {
  const { api, stop } = s;
  const version = await api.version({ signal: stop });
  const [groups, holder] = await Promise.all([groupsOf(s), holderOfCommand(s)]);
  const here = permissions.filter(({ where }) => where === undefined || (groups ?? []).some(({ name }) => name === where));
  const [parts, checks] = await Promise.all([checkParts(groups, s), Promise.all(here.map((permission) => checkPermission(permission, s)))]);
  return {
    server: api.server,
    user: holder.user,
    version,
    versionIs: version.minor < supportedMinors.oldest ? "older" : version.minor > supportedMinors.newest ? "newer" : "supported",
    parts,
    permissions: checks,
    answer: answerOf(parts, checks),
  };
}

/** undefined where the server does not say. */
async function groupsOf({ api, stop }: Surroundings): Promise<readonly ApiGroup[] | undefined> {
  try {
    return await api.groups({ signal: stop });
  } catch (error) {
    if (isKubeError(error, "forbidden", "not-found")) return undefined;
    throw error;
  }
}

async function checkPermission(permission: Permission, s: Surroundings): Promise<PermissionCheck> {
  const [resource = "", subresource] = permission.resource.split("/");
  const { group, object } = permission;
  const need = {
    group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(object === undefined ? {} : { name: object }),
  };
  const verbs = await Promise.all(permission.verbs.map(async (verb) => ({ verb, ...(await askPermission({ ...need, verb }, s)) })));
  return { permission, verbs };
}

function answerOf(parts: readonly PartCheck[], checks: readonly PermissionCheck[]): ClusterCheck["answer"] {
  const verdicts = [
    ...parts.flatMap(({ need, verdict }) => (need === "required" ? [verdict] : [])),
    ...checks.flatMap(({ permission, verbs }) => (permission.need === "required" ? verbs.map(({ verdict }) => verdict) : [])),
  ];
  return verdicts.includes("no") ? "no" : verdicts.includes("unknown") ? "unknown" : "yes";
}
