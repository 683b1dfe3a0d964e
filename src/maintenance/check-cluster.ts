import type { ServerVersion } from "../client/kube-api.ts";
import type { Verb } from "../kube/verb.ts";
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
  readonly permissions: readonly PermissionCheck[];
  /** "yes": nothing that is required is missing. "unknown": the server does not say of something required. */
  readonly answer: "yes" | "no" | "unknown";
}

/** Could nodes be drained here, and what would not be seen? Reads only. @throws KubeError where no server answers */
export async function checkCluster(s: Surroundings): Promise<ClusterCheck> {
  const { api, stop } = s;
  const [version, holder, checks] = await Promise.all([
    api.version({ signal: stop }),
    holderOfCommand(s),
    Promise.all(permissions.map((permission) => checkPermission(permission, s))),
  ]);
  return {
    server: api.server,
    user: holder.user,
    version,
    versionIs: version.minor < supportedMinors.oldest ? "older" : version.minor > supportedMinors.newest ? "newer" : "supported",
    permissions: checks,
    answer: answerOf(checks),
  };
}

async function checkPermission(permission: Permission, s: Surroundings): Promise<PermissionCheck> {
  const [resource = "", subresource] = permission.resource.split("/");
  const need = { group: permission.group, resource, ...(subresource === undefined ? {} : { subresource }) };
  const verbs = await Promise.all(permission.verbs.map(async (verb) => ({ verb, ...(await askPermission({ ...need, verb }, s)) })));
  return { permission, verbs };
}

function answerOf(checks: readonly PermissionCheck[]): ClusterCheck["answer"] {
  const verdicts = checks.flatMap(({ permission, verbs }) => (permission.need === "required" ? verbs.map(({ verdict }) => verdict) : []));
  return verdicts.includes("no") ? "no" : verdicts.includes("unknown") ? "unknown" : "yes";
}
