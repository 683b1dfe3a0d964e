import type { KubeApi } from "../client/kube-api.ts";
import { connect } from "../client/http/connect.ts";
import { identify } from "../client/http/identity.ts";
import { loadKubeconfig } from "../client/http/kubeconfig.ts";
import { ownSurroundings } from "../client/http/surroundings.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { ConnectionFlags } from "./connection-flags.ts";

/** Finds out who we are, from flags, kubeconfig or pod, and opens nothing yet. Throws `KubeError` "identity". */
export async function connectOverHttp(flags: ConnectionFlags, userAgent: string, clock: Clock, random: Random): Promise<KubeApi> {
  const { requestTimeout, ...identityFlags } = flags;
  const identity = await identify(identityFlags, ownSurroundings(), clock);
  return await connect({ identity, clock, random, userAgent, ...(requestTimeout === undefined ? {} : { requestTimeout }) });
}

export async function namesInKubeconfig(
  file: string | undefined,
): Promise<Readonly<Record<"contexts" | "clusters" | "users", readonly string[]>>> {
  const { env, home } = ownSurroundings();
  const { contexts, clusters, users } = await loadKubeconfig(file, env, home);
  return { contexts: [...contexts.keys()], clusters: [...clusters.keys()], users: [...users.keys()] };
}
