import type { Item } from "../../client/kube-api.ts";
import type { StoreChange } from "../../client/store.ts";
import type { Source } from "./sources.ts";

/** `isFirstSight`: how things were when we began to look, nothing that has happened since. */
export type Heed<P> = (changes: readonly StoreChange<P>[], isFirstSight: boolean) => void;

/** Of a source that is kept for others too: which items are ours, those of them that it holds already, and whom to tell that one changed. */
export interface Share<P> {
  readonly of: (item: Item<P>) => boolean;
  readonly held: readonly Item<P>[];
  readonly changed: () => void;
}

/** Follows a source from its beginning, or, where others have watched it before, from what it holds now. */
export function followSource<P>(source: Source<P>, heed: Heed<P>, share?: Share<P>): Disposable {
  const { store } = source;
  if (share === undefined) return store.onChange((changes) => heed(changes, !source.isSynced()));
  // Asked by everybody of every change: the first state of all pods is a hundred thousand of them.
  const isOurs = ({ before, after }: StoreChange<P>): boolean =>
    (after !== undefined && share.of(after)) || (before !== undefined && share.of(before));
  const held = share.held.map((after): StoreChange<P> => ({ uid: after.uid, after, seen: "relisted" }));
  if (held.length > 0) heed(held, true);
  return store.onChange((changes) => {
    const ours = changes.filter(isOurs);
    if (ours.length === 0) return;
    heed(ours, !source.isSynced());
    share.changed();
  });
}
