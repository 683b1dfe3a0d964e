import type { Random } from "../../runtime/random.ts";
import type { Millis } from "../../runtime/clock.ts";
import { within } from "../latency.ts";
import type { Note } from "../store/change.ts";
import type { World } from "../world.ts";

/** A controller: its name in the record, and a stream of randomness that no other one disturbs. */
export interface Actor {
  readonly world: World;
  readonly name: string;
  readonly random: Random;
}

export function actor(world: World, name: string): Actor {
  return { world, name, random: world.random.fork(name) };
}

export function noteOf({ name }: Actor, deed: Note["deed"]): Note {
  return { by: name, deed };
}

/** Between reading and writing of one controller: what others write meanwhile is a conflict, as in life. */
export async function commitPause({ world, random }: Actor): Promise<void> {
  await world.life.pause(within(world.latencies.commit, random));
}

/**
 * A controller's work queue: a key is handled some time after it was added, once, however often it was added meanwhile; one that is added
 * while it is being handled is handled again. One worker, as all controllers here have: keys are handled one after another.
 */
export class ReactionQueue {
  readonly #actor: Actor;
  readonly #handle: (key: string) => void | Promise<void>;
  readonly #waiting = new Set<string>();
  readonly #due: string[] = [];
  #busy = false;

  constructor(actor: Actor, handle: (key: string) => void | Promise<void>) {
    this.#actor = actor;
    this.#handle = handle;
  }

  /** `after`: not before so long; the time of a usual reaction where absent. */
  add(key: string, after?: Millis): void {
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    const { world, random } = this.#actor;
    world.life.timer(after ?? within(world.latencies.reaction, random), () => {
      this.#due.push(key);
      if (!this.#busy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let key = this.#due.shift(); key !== undefined; key = this.#due.shift()) {
      this.#waiting.delete(key);
      await this.#handle(key);
    }
    this.#busy = false;
  }
}
