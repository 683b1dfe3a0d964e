import { type Appearance, codeKinds, type Ender } from "../maintenance/code-kinds.ts";
import type { Code } from "../maintenance/crafts.ts";
import { sampleArgs } from "./code-samples.ts";
import type { Voice } from "./speak.ts";

/** The groups in which codes are told apart, each with the appearances that belong to it. A code that appears in several stands in the first. */
export const codeGroups = {
  decisions: ["decision"],
  changes: ["change"],
  blockers: ["blocker"],
  findings: ["fatal finding", "warning"],
  failures: ["failure"],
  proofs: ["proof", "unproven"],
  conditions: ["condition"],
} as const satisfies Readonly<Record<string, readonly Appearance[]>>;

export type CodeGroup = keyof typeof codeGroups;

/** What is known of a code where no case is at hand: the documentation and `explain` show the same. */
export interface CodeEntry {
  readonly code: Code;
  readonly group: CodeGroup;
  readonly appears: readonly Appearance[];
  /** The sentence with sample values. It goes on from the name of its object. */
  readonly sentence: string;
  readonly meaning: string;
  /** The next step with sample values; "" where there is none. */
  readonly next: string;
  readonly ends: { readonly how: string; readonly by: Ender } | undefined;
  /** A page of docs/ that says more. */
  readonly page: { readonly file: string; readonly title: string } | undefined;
}

export const allCodes = Object.keys(codeKinds) as readonly Code[];

export function isCode(word: string): word is Code {
  return Object.hasOwn(codeKinds, word);
}

export function codeEntry(code: Code, { phrases, speaker }: Voice): CodeEntry {
  const kind = codeKinds[code];
  const phrase = phrases[code];
  if (phrase === undefined) throw new Error(`the code ${code} has no words`);
  const args = sampleArgs(code);
  return {
    code,
    group: groupOf(kind.appears),
    appears: kind.appears,
    sentence: phrase.text(args),
    meaning: phrase.explain,
    next: phrase.hint(args, speaker),
    ends: kind.ends === undefined ? undefined : { how: kind.ends, by: kind.by },
    page: kind.ends === undefined ? undefined : kind.page,
  };
}

/** Every code of a group, in the order of the table. */
export function entriesOf(group: CodeGroup, voice: Voice): readonly CodeEntry[] {
  return allCodes.filter((code) => groupOf(codeKinds[code].appears) === group).map((code) => codeEntry(code, voice));
}

function groupOf(appears: readonly Appearance[]): CodeGroup {
  const groups = Object.keys(codeGroups) as readonly CodeGroup[];
  const found = groups.find((group) => {
    const belonging: readonly Appearance[] = codeGroups[group];
    return appears.some((one) => belonging.includes(one));
  });
  if (found === undefined) throw new Error("a code that appears nowhere belongs to no group");
  return found;
}
