import type { Blocker } from "../plan/finding.ts";
import type { Instant, Millis } from "../runtime/clock.ts";

/** The disruption controller counts within a tenth of a second; what takes this long is worth a word. */
const turnPatience: Millis = 2_000;

export interface BlockerChange {
  readonly kind: "blocked" | "unblocked";
  readonly blocker: Blocker;
}

/** Says what is blocked once when it begins and once when it ends, not in every pass. */
export class BlockerJournal {
  readonly #reported = new Map<string, Blocker>();
  readonly #turns = new Map<string, Instant>();

  /** When a turn that goes on will have lasted long enough for a word, though nothing else happens; undefined where there is none. */
  get dueAt(): Instant | undefined {
    const waiting = [...this.#turns].flatMap(([key, since]) => (this.#reported.has(key) ? [] : [since + turnPatience]));
    return waiting.length === 0 ? undefined : Math.min(...waiting);
  }

  /** What is new since the last pass. @param blockers of all nodes, as they stand */
  changes(blockers: readonly Blocker[], now: Instant): readonly BlockerChange[] {
    const changes: BlockerChange[] = [];
    const present = new Set<string>();
    for (const blocker of blockers) {
      if (blocker.ordinary === true) continue;
      const key = causeOf(blocker);
      present.add(key);
      if (this.#reported.has(key) || this.#isTurn(key, blocker.code, now)) continue;
      this.#reported.set(key, blocker);
      changes.push({ kind: "blocked", blocker });
    }
    for (const key of this.#turns.keys()) if (!present.has(key)) this.#turns.delete(key);
    for (const [key, blocker] of this.#reported) {
      if (present.has(key)) continue;
      this.#reported.delete(key);
      changes.push({ kind: "unblocked", blocker });
    }
    return changes;
  }

  /** A budget that is being spent or counted is at its turn, unless that lasts. */
  #isTurn(key: string, code: string, now: Instant): boolean {
    if (code !== "budget-recount" && code !== "budget-in-flight") return false;
    const since = this.#turns.get(key) ?? now;
    this.#turns.set(key, since);
    return now - since < turnPatience;
  }
}

/** The states of a budget that works follow each other many times a second while it is drained under; to a reader they are one cause. */
const passing: ReadonlySet<string> = new Set(["budget-exhausted", "budget-recount", "budget-behind", "budget-in-flight"]);

function causeOf({ step, code, args }: Blocker): string {
  return passing.has(code) ? `${step} budget ${String(args["budget"])}` : `${step} ${code}`;
}
