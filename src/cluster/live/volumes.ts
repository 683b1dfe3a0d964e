import { isKubeError } from "../../client/errors.ts";
import type { Item } from "../../client/kube-api.ts";
import { persistentVolumes, volumeAttachments } from "../../kube/resource.ts";
import type { Millis } from "../../runtime/clock.ts";
import { supervise, type Task } from "../../runtime/supervise.ts";
import type { PodView } from "../view/cluster-view.ts";
import {
  type AttachmentView,
  type Knowledge,
  projectAttachment,
  projectVolume,
  type VolumesView,
  type VolumeView,
} from "../view/volume-view.ts";
import { followSource } from "./follow-source.ts";
import { type Source, type SourceOptions, Sources } from "./sources.ts";

/** Volumes that appear later are read together, at most this often: a reading is a whole list. */
const readAgainAfter: Millis = 5_000;

export interface VolumesOptions extends SourceOptions {
  readonly nodes: ReadonlySet<string>;
  /** All pods of these nodes, as they are now. */
  readonly pods: () => Iterable<PodView>;
  readonly onChange: () => void;
  /** What somebody watches for many: of all nodes, by index "node". */
  readonly sharedAttachments?: () => Source<AttachmentView>;
}

/**
 * Attachments are watched, for the whole cluster (the API selects them by no node), and only those of our nodes kept. PersistentVolumes are
 * read as one paged list, and only where something of our nodes names one. Nothing is asked before `begin`, and nothing waits for it.
 */
export class LiveVolumes implements AsyncDisposable, VolumesView {
  readonly #options: VolumesOptions;
  readonly #sources: Sources;
  readonly #volumes = new Map<string, VolumeView>();
  readonly #byClaim = new Map<string, VolumeView>();
  /** What was looked for already, found or not. */
  readonly #asked = new Set<string>();
  readonly #firstRead = Promise.withResolvers<void>();
  #attachments: Source<AttachmentView> | undefined;
  #following: Disposable | undefined;
  #reading: Task | undefined;
  #pause: Disposable | undefined;
  #state: Knowledge = "unread";
  #readAgainAt: Millis = Number.NEGATIVE_INFINITY;
  #hasBegun = false;

  constructor(options: VolumesOptions) {
    this.#options = options;
    this.#sources = new Sources(options, () => {
      this.#readWhatIsNew();
      options.onChange();
    });
  }

  /**
   * Begins to read, once. Resolves when what the pods of our nodes name has been read, or may not be.
   *
   * @param attachments also watch which volumes are attached
   */
  begin(attachments: boolean): Promise<void> {
    if (attachments && this.#attachments === undefined) {
      this.#attachments = this.#watchAttachments();
      // Whoever stops before it is read never asks for it.
      this.#attachments.reflector.firstOutcome.catch(() => {});
    }
    this.#hasBegun = true;
    this.#readWhatIsNew();
    return this.#firstRead.promise;
  }

  #watchAttachments(): Source<AttachmentView> {
    const { nodes, sharedAttachments, onChange } = this.#options;
    if (sharedAttachments !== undefined) {
      const shared = sharedAttachments();
      const changed = (): void => {
        this.#readWhatIsNew();
        onChange();
      };
      this.#following = followSource(shared, () => {}, { of: ({ value }) => nodes.has(value.node), held: [], changed });
      return shared;
    }
    return this.#sources.add(volumeAttachments, {}, (object) => (nodes.has(object.spec.nodeName) ? projectAttachment(object) : undefined), {
      node: byNode,
    });
  }

  podsChanged(): void {
    if (this.#hasBegun) this.#readWhatIsNew();
  }

  get attachmentsKnown(): Knowledge {
    const source = this.#attachments;
    if (source === undefined) return "unread";
    if (source.reflector.status.kind === "denied") return "denied";
    if (!source.isSynced()) return "unread";
    return source.isFresh() ? "known" : "stale";
  }

  readonly attachments = (node: string): readonly AttachmentView[] =>
    (this.#attachments?.store.by("node", node) ?? []).map(({ value }) => value);

  get volumesKnown(): Knowledge {
    return this.#state;
  }

  readonly volume = (name: string): VolumeView | undefined => this.#volumes.get(name);

  readonly volumeOf = (claim: Claim): VolumeView | undefined => this.#byClaim.get(claimKey(claim));

  resync(): void {
    this.#sources.resync();
  }

  hurry(): void {
    this.#sources.hurry();
  }

  #readWhatIsNew(): void {
    if (this.#reading !== undefined || this.#pause !== undefined || this.#state === "denied") return;
    const wanted = this.#wanted().filter((key) => !this.#asked.has(key));
    if (wanted.length === 0) {
      this.#settle("known");
      return;
    }
    const { clock } = this.#options;
    const restsFor = this.#readAgainAt - clock.monotonic();
    if (restsFor > 0) {
      this.#pause = clock.timer(restsFor, () => {
        this.#pause = undefined;
        this.#readWhatIsNew();
      });
      return;
    }
    for (const key of wanted) this.#asked.add(key);
    const onFailure = (error: unknown): never => {
      throw error;
    };
    this.#reading = supervise("volumes", (signal) => this.#read(signal), { parent: this.#options.signal, onFailure });
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { api, clock, pageSize } = this.#options;
    const query = { project: projectVolume, ...(pageSize === undefined ? {} : { pageSize }) };
    let state: Knowledge = "known";
    try {
      for await (const page of api.list(persistentVolumes, query, { signal, lane: "bulk" })) {
        for (const { value } of page.items) this.#keep(value);
        await clock.breathe();
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isKubeError(error)) throw error;
      // What failed for a moment is looked for again; what is denied is not.
      state = error.code === "forbidden" ? "denied" : "unread";
      if (state === "unread") this.#asked.clear();
    }
    this.#reading = undefined;
    this.#settle(state);
    this.#readAgainAt = clock.monotonic() + readAgainAfter;
    this.#readWhatIsNew();
    this.#options.onChange();
  }

  #settle(state: Knowledge): void {
    this.#state = state;
    this.#firstRead.resolve();
  }

  #keep(volume: VolumeView): void {
    const key = volume.claim === undefined ? undefined : claimKey(volume.claim);
    if (!this.#asked.has(volumeKey(volume.name)) && (key === undefined || !this.#asked.has(key))) return;
    this.#volumes.set(volume.name, volume);
    if (key !== undefined) this.#byClaim.set(key, volume);
  }

  /** Claims of the pods of our nodes, and volumes that are attached to them. */
  #wanted(): readonly string[] {
    const claims = [...this.#options.pods()].flatMap(({ namespace, claims: names }) => names.map((name) => claimKey({ namespace, name })));
    const attached = [...this.#options.nodes]
      .flatMap(this.attachments)
      .flatMap(({ volume }) => (volume === undefined ? [] : [volumeKey(volume)]));
    return [...new Set([...claims, ...attached])];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pause?.[Symbol.dispose]();
    this.#following?.[Symbol.dispose]();
    await Promise.all([this.#reading?.stop(), this.#sources[Symbol.asyncDispose]()]);
  }
}

interface Claim {
  readonly namespace: string;
  readonly name: string;
}

const claimKey = ({ namespace, name }: Claim): string => `${namespace}/${name}`;
/** No namespace is empty, so no claim's key begins so. */
const volumeKey = (name: string): string => `/${name}`;
const byNode = ({ value }: Item<AttachmentView>): readonly string[] => [value.node];
