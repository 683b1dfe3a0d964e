import type { Blocker } from "../plan/finding.ts";
import type { Instant } from "../runtime/clock.ts";
import { nameOf } from "./names.ts";
import { type Spoken, speak, type Voice } from "./speak.ts";
import { compareText } from "../runtime/text-order.ts";

/** Blockers with the same cause, as one. */
export interface CauseGroup extends Spoken {
  readonly code: string;
  readonly node: string;
  readonly endsBy: Blocker["endsBy"];
  /** Of what is held up, sorted. */
  readonly names: readonly string[];
  /** The earliest. */
  readonly since: Instant;
}

/** Groups by node and words; what only a person can end comes first, then the larger group, then the words. Stable: the same blockers give the same order. */
export function causeGroups(blockers: Iterable<Blocker>, voice: Voice): readonly CauseGroup[] {
  const groups = new Map<string, Blocker[]>();
  const words = new Map<string, Spoken>();
  for (const blocker of blockers) {
    const spoken = speak(blocker.code, blocker.args, voice);
    const key = JSON.stringify([blocker.node, blocker.code, blocker.endsBy, spoken.text, spoken.hint]);
    words.set(key, spoken);
    groups.set(key, [...(groups.get(key) ?? []), blocker]);
  }
  return [...groups.entries()]
    .flatMap(([key, members]): CauseGroup[] => {
      const [first] = members;
      const spoken = words.get(key);
      if (first === undefined || spoken === undefined) return [];
      const names = [...new Set(members.map((member) => nameOf(member.object)))].toSorted(compareText);
      const since = Math.min(...members.map((member) => member.since));
      return [{ ...spoken, code: first.code, node: first.node, endsBy: first.endsBy, names, since }];
    })
    .toSorted(
      (a, b) =>
        compareText(b.endsBy, a.endsBy) ||
        b.names.length - a.names.length ||
        compareText(a.text, b.text) ||
        compareText(a.node, b.node) ||
        compareText(a.code, b.code),
    );
}
