import { KubeError } from "../errors.ts";
import type { KnownUser } from "./target.ts";

export interface ImpersonationFlags {
  readonly as?: string;
  readonly asUid?: string;
  readonly asGroups?: readonly string[];
  /** "key=value", as often as wanted. */
  readonly asUserExtra?: readonly string[];
}

export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/**
 * The headers that ask the server to treat us as someone else: one `Impersonate-Group` header for each group, since the server takes a
 * folded "a, b" for one group of that name; the official client knows `as` alone. Flags win over the kubeconfig field by field, as in kubectl.
 */
export function impersonationHeaders(flags: ImpersonationFlags, user: KnownUser): HeaderPairs {
  const as = flags.as ?? user.impersonateUser;
  const uid = flags.asUid ?? user.asUid;
  const groups = flags.asGroups !== undefined && flags.asGroups.length > 0 ? flags.asGroups : user.asGroups;
  const extra = flags.asUserExtra !== undefined && flags.asUserExtra.length > 0 ? pairs(flags.asUserExtra) : Object.entries(user.asExtra);
  if (as === undefined) {
    if (uid === undefined && groups.length === 0 && extra.length === 0) return [];
    throw new KubeError(
      "identity",
      "a uid, groups or extras are impersonated without a user; add --as, or take --as-uid, --as-group and --as-user-extra away",
    );
  }
  return [
    ["Impersonate-User", as],
    ...(uid === undefined ? [] : [["Impersonate-Uid", uid] as const]),
    ...groups.map((group) => ["Impersonate-Group", group] as const),
    ...extra.flatMap(([key, values]) => values.map((value) => [`Impersonate-Extra-${headerSafe(key)}`, value] as const)),
  ];
}

function pairs(given: readonly string[]): readonly (readonly [string, readonly string[]])[] {
  return given.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new KubeError("identity", `--as-user-extra ${JSON.stringify(pair)} is not key=value`);
    return [pair.slice(0, at), [pair.slice(at + 1)]] as const;
  });
}

/** Header names know no upper case and few signs: the rest is percent-encoded, as client-go does. */
function headerSafe(key: string): string {
  return encodeURIComponent(key).replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function repeatsName(headers: HeaderPairs): boolean {
  return new Set(headers.map(([name]) => name)).size < headers.length;
}
