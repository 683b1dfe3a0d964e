import type { StringMap } from "../../kube/object.ts";
import { namespaces } from "../../kube/resource.ts";
import type { Source, Sources } from "./sources.ts";

/** Labels of namespaces, watched from when something is first decided by them. */
export class LiveNamespaces {
  readonly #sources: Sources;
  #source: Source<StringMap> | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  watch(): Source<StringMap> {
    return (this.#source ??= this.#sources.add(namespaces, {}, ({ metadata }) => metadata.labels ?? {}, {}));
  }

  /** Resolves when they are read, or may not be. */
  async read(): Promise<void> {
    const { reflector, synced } = this.watch();
    const outcome = await reflector.firstOutcome;
    if (outcome !== "synced" && "failed" in outcome) await synced;
  }

  readonly labelsOf = (name: string): StringMap | "unknown" => this.#source?.store.byName(undefined, name)?.value ?? "unknown";
}
