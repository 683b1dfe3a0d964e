import type { Item } from "../client/kube-api.ts";
import type { Source, Sources } from "../cluster/live/sources.ts";
import { heldUntil, type Lease } from "../kube/lease.ts";
import { leases } from "../kube/resource.ts";
import type { Clock, Instant } from "../runtime/clock.ts";
import { predecessorLease } from "./manifests/names.ts";
import type { Logger } from "./serving/logger.ts";

/** The Node Maintenance Operator, as long as it is there: two of us must not work on one object. */
export interface Predecessor extends AsyncDisposable {
  readonly source: Source<Lease>;
  /** Its leader lease is held and fresh: NodeMaintenances are its own. */
  isActive(): boolean;
}

/** Watches whether it leads, and wakes when that ends: by its giving the lease back, or by the lease running out. */
export function watchPredecessor(watches: Sources, clock: Clock, serverNow: () => Instant, log: Logger, wake: () => void): Predecessor {
  const source = watches.add<Lease, Lease>(leases, { fieldSelector: `metadata.name=${predecessorLease}` }, (lease) => lease, {});
  let timer: Disposable | undefined;
  let wasActive = false;
  const fresh = (): readonly { readonly item: Item<Lease>; readonly until: Instant }[] =>
    [...source.store.items()].flatMap((item) => {
      const until = heldUntil(item.value);
      return until === undefined || until <= serverNow() ? [] : [{ item, until }];
    });
  const look = (): void => {
    timer?.[Symbol.dispose]();
    const active = fresh();
    const isActive = active.length > 0;
    if (isActive) {
      // Nothing is told when it runs out.
      const end = Math.max(...active.map(({ until }) => until));
      timer = clock.timer(Math.max(1, end - serverNow()), look, { background: true });
    }
    if (isActive === wasActive) return;
    wasActive = isActive;
    const where = active.map(({ item }) => `${item.namespace ?? ""}/${item.name}, held by ${item.value.spec?.holderIdentity ?? "nobody"}`);
    if (isActive) log.warn("NodeMaintenances are left to the Node Maintenance Operator, which leads", { lease: where.join("; ") });
    else log.info("the Node Maintenance Operator leads no more: its NodeMaintenances are taken over");
    wake();
  };
  const listening = source.store.onChange(look);
  return {
    source,
    isActive: () => fresh().length > 0,
    [Symbol.asyncDispose]: async () => {
      listening[Symbol.dispose]();
      timer?.[Symbol.dispose]();
      await Promise.resolve();
    },
  };
}
