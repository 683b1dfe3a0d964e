import type { Random } from "../runtime/random.ts";
import type { Latencies } from "./latency.ts";
import type { Lifetime } from "./lifetime.ts";
import type { PodIndex } from "./pod-index.ts";
import type { ServedKinds } from "./server/served-kinds.ts";
import type { Store } from "./store/store.ts";

/** What every part of the embedded cluster stands on. */
export interface World {
  readonly store: Store;
  readonly index: PodIndex;
  readonly life: Lifetime;
  readonly kinds: ServedKinds;
  readonly latencies: Latencies;
  /** Names, uids and everything else drawn within the server. Clients and controllers have streams of their own. */
  readonly random: Random;
}
