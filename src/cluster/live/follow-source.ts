import type { Item } from "../../client/kube-api.ts";
import type { StoreChange } from "../../client/store.ts";
import type { Source } from "./sources.ts";

/** `isFirstSight`: how things were when we began to look, nothing that has happened since. */
export type Heed<P> = (changes: readonly StoreChange<P>[], isFirstSight: boolean) => void;

/** Of a source that is kept for others too: which items are ours, and whom to tell that one of them changed. */
export interface Share<P> {
  readonly of: (item: Item<P>) => boolean;
  readonly changed: () => void;
}

/** Follows a source from its beginning, or, where others have watched it before, from what it holds now. */
export function followSource<P>(source: Source<P>, heed: Heed<P>, share?: Share<P>): Disposable {
  const { store } = source;
  if (share === undefined) return store.onChange((changes) => heed(changes, !source.isSynced()));
  const isOurs = ({ before, after }: StoreChange<P>): boolean => [before, after].some((item) => item !== undefined && share.of(item));
  const held = [...store.items()].filter(share.of).map((after): StoreChange<P> => ({ uid: after.uid, after, seen: "relisted" }));
  if (held.length > 0) heed(held, true);
  return store.onChange((changes) => {
    const ours = changes.filter(isOurs);
    if (ours.length === 0) return;
    heed(ours, !source.isSynced());
    share.changed();
  });
}
