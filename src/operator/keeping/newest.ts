import type { Store } from "../../client/store.ts";
import type { KubeObject } from "../../kube/object.ts";
import { compareResourceVersions } from "../../kube/resource-version.ts";

/**
 * The newest of each object that we know: as watched, or as the server answered our own last write. Without this, a pass that follows a write
 * at once would see the object as it was before and write again.
 */
export class Newest<T extends KubeObject> {
  readonly #store: Store<T>;
  readonly #written = new Map<string, T>();

  constructor(store: Store<T>) {
    this.#store = store;
  }

  get(name: string): T | undefined {
    const watched = this.#store.byName(undefined, name)?.value;
    const written = this.#written.get(name);
    if (written === undefined) return watched;
    // Deleted, and perhaps made anew: what was written is of the past.
    const isOver = watched === undefined || watched.metadata.uid !== written.metadata.uid;
    if (!isOver && compareResourceVersions(versionOf(written), versionOf(watched)) === 1) return written;
    this.#written.delete(name);
    return watched;
  }

  /** What the server answered to a write of ours. */
  wrote(object: T): void {
    this.#written.set(object.metadata.name, object);
  }
}

function versionOf({ metadata }: KubeObject): string {
  return metadata.resourceVersion ?? "";
}
