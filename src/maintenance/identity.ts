import { type CommandHolder, type Holder, holderName } from "../cluster/view/holder.ts";
import type { Self } from "../cluster/view/surroundings.ts";
import { isKubeError } from "../client/errors.ts";
import type { KubeObject } from "../kube/object.ts";
import { selfSubjectReviews } from "../kube/resource.ts";
import { formatTime } from "../kube/time.ts";
import type { Surroundings } from "./work.ts";

interface SelfSubjectReview extends KubeObject {
  readonly status?: { readonly userInfo?: { readonly username?: string } };
}

/** Where the server does not say who we are (SelfSubjectReview is GA since 1.28). */
const nobodyKnown = "unknown";

/** The holder that this command is: one user is one holder, whatever machine the command runs on. */
export async function holderOfCommand({ api, clock, host, stop }: Surroundings): Promise<CommandHolder> {
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const user = await api
    .create<SelfSubjectReview>(selfSubjectReviews, body, {}, { signal: stop, lane: "control", retry: "safe" })
    .then(({ object }) => object.status?.userInfo?.username ?? nobodyKnown)
    .catch((error: unknown) => {
      // Who asks is for the record only: a server that does not tell is no reason not to work.
      if (isKubeError(error, "forbidden", "not-found", "unsupported", "bad-request")) return nobodyKnown;
      throw error;
    });
  return { kind: "command", user, host, since: formatTime(clock.now()) };
}

/** The same, with the way by which it speaks to the server. */
export function selfOf(holder: Holder, { api, host }: Pick<Surroundings, "api" | "host">): Self {
  return { user: holderName(holder), host, server: api.server };
}
