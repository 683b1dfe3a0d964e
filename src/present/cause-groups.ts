import type { Blocker } from "../plan/finding.ts";
import type { Instant } from "../runtime/clock.ts";
import { nameOf } from "./names.ts";
import { type Spoken, speak, type Voice } from "./speak.ts";
import { compareText } from "../runtime/text-order.ts";

/** Blockers with the same cause, as one, on however many nodes. */
export interface CauseGroup extends Spoken {
  readonly code: string;
  /** Sorted. */
  readonly nodes: readonly string[];
  readonly endsBy: Blocker["endsBy"];
  /** Of what is held up, sorted. */
  readonly names: readonly string[];
  /** The earliest. */
  readonly since: Instant;
  /** The same for as long as the cause lasts. */
  readonly key: string;
}

/** The states of a budget that works: they follow each other many times a second and are one cause to a reader. */
const workings: ReadonlySet<string> = new Set(["budget-exhausted", "budget-recount", "budget-behind", "budget-in-flight"]);

/** Groups by cause; what only a person can end comes first, then the larger group, then the words. Stable: the same blockers give the same order. */
export function causeGroups(blockers: Iterable<Blocker>, voice: Voice): readonly CauseGroup[] {
  const byCause = Map.groupBy(blockers, (blocker) => causeOf(blocker, voice));
  return [...byCause]
    .flatMap(([key, members]): readonly CauseGroup[] => {
      // Its numbers change while it lasts; the newest blocker knows them best, and says more than one that only waits for a count.
      const last = members.findLast(({ code }) => code === "budget-exhausted") ?? members.at(-1);
      if (last === undefined) return [];
      const names = [...new Set(members.map((member) => nameOf(member.object)))].toSorted(compareText);
      const nodes = [...new Set(members.map((member) => member.node))].toSorted(compareText);
      const since = Math.min(...members.map((member) => member.since));
      return [{ ...speak(last.code, last.args, voice), code: last.code, nodes, endsBy: last.endsBy, names, since, key }];
    })
    .toSorted(
      (a, b) =>
        compareText(b.endsBy, a.endsBy) || b.names.length - a.names.length || compareText(a.text, b.text) || compareText(a.key, b.key),
    );
}

/** A budget by its full name, for two may share one in two namespaces; anything else by its words. */
function causeOf({ code, args, object, endsBy }: Blocker, voice: Voice): string {
  if (workings.has(code)) return `${endsBy} budget ${object.namespace ?? ""}/${String(args["budget"])}`;
  const { text, hint } = speak(code, args, voice);
  return JSON.stringify([endsBy, code, text, hint]);
}
