import type { NodeView } from "../cluster/view/cluster-view.ts";
import type { ForcedNote, Holder, HolderDeadline } from "../cluster/view/holder.ts";
import { type NodeRequest, noteDeadline, noteForced, noteProven } from "../execution/node-requests.ts";
import { formatTime } from "../kube/time.ts";
import type { Millis } from "../runtime/clock.ts";
import type { Surroundings } from "./work.ts";

/** Each note is given this long; it is a note only. */
const notePatience: Millis = 3_000;

/** What a drain writes down on its nodes beside its work. Nothing waits for it but the end. */
export class RecordNotes {
  readonly #s: Surroundings;
  readonly #holder: Holder;
  readonly #signal: AbortSignal;
  readonly #pending: Promise<void>[] = [];

  constructor(s: Surroundings, holder: Holder, signal: AbortSignal) {
    this.#s = s;
    this.#holder = holder;
    this.#signal = signal;
  }

  /** Else a later look would have to take what went for unseen. */
  proven(node: NodeView | undefined, forced: readonly ForcedNote[] = []): void {
    this.#note(node, async (seen, request) => {
      await noteProven(seen, this.#holder, { at: formatTime(this.#s.clock.now()), forced }, request);
    });
  }

  /** For the history: who empties a node without an object leaves no other trace. */
  forced(node: NodeView | undefined, forced: readonly ForcedNote[]): void {
    if (forced.length === 0) return;
    this.#note(node, async (seen, request) => {
      await noteForced(seen, this.#holder, forced, request);
    });
  }

  /** Else a command that is started again would count from its beginning anew. undefined: over, and nothing for the next one to go on with. */
  deadline(node: NodeView | undefined, deadline: HolderDeadline | undefined): void {
    this.#note(node, async (seen, request) => {
      const noted = await noteDeadline(seen, this.#holder, deadline, request);
      if (noted.kind === "noted" || deadline === undefined) return;
      const args = { node: seen.name, message: noted.error.message };
      const finding = { code: "deadline-unrecorded", severity: "warning", objects: [{ kind: "Node", name: seen.name }], args } as const;
      this.#s.observe({ kind: "finding", at: this.#s.clock.now(), finding });
    });
  }

  /** Resolves when all has been written, or given up. */
  async written(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #note(node: NodeView | undefined, write: (node: NodeView, request: NodeRequest) => Promise<void>): void {
    if (node === undefined) return;
    const work = async (): Promise<void> => {
      using deadline = this.#s.clock.deadline(notePatience, this.#signal);
      await write(node, { api: this.#s.api, signal: deadline.signal });
    };
    // One after the other: each is written under the version that the one before it has left.
    const last = this.#pending.at(-1) ?? Promise.resolve();
    this.#pending.push(last.then(work));
  }
}
