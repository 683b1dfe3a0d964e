import type { KubeApi } from "../client/kube-api.ts";
import { connect } from "../client/http/connect.ts";
import { type IdentityFlags, identify } from "../client/http/identity.ts";
import { loadKubeconfig } from "../client/http/kubeconfig.ts";
import { ownSurroundings } from "../client/http/surroundings.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { ConnectionFlags } from "./connection-flags.ts";
import { UsageError } from "./usage-error.ts";

/** Finds out who we are and opens nothing yet. Throws a UsageError for flags of kubectl that are not supported, never ignores them. */
export async function connectOverHttp(flags: ConnectionFlags, userAgent: string, clock: Clock, random: Random): Promise<KubeApi> {
  const identity = await identify(identityFlags(flags), ownSurroundings(), clock);
  const { requestTimeout } = flags;
  return await connect({ identity, clock, random, userAgent, ...(requestTimeout === undefined ? {} : { requestTimeout }) });
}

export async function namesInKubeconfig(
  file: string | undefined,
): Promise<Readonly<Record<"contexts" | "clusters" | "users", readonly string[]>>> {
  const { env, home } = ownSurroundings();
  const { contexts, clusters, users } = await loadKubeconfig(file, env, home);
  return { contexts: [...contexts.keys()], clusters: [...clusters.keys()], users: [...users.keys()] };
}

function identityFlags(flags: ConnectionFlags): IdentityFlags {
  const { requestTimeout: _, clientCertificate, clientKey, username, password, asUserExtra, ...known } = flags;
  const unsupported = [
    ...(clientCertificate === undefined ? [] : ["--client-certificate"]),
    ...(clientKey === undefined ? [] : ["--client-key"]),
    ...(username === undefined ? [] : ["--username"]),
    ...(password === undefined ? [] : ["--password"]),
    ...(asUserExtra.length === 0 ? [] : ["--as-user-extra"]),
  ];
  if (unsupported.length > 0)
    throw new UsageError(
      `not supported on the command line: ${unsupported.join(", ")}`,
      "put it into a kubeconfig, and pass that with --kubeconfig",
    );
  return known;
}
