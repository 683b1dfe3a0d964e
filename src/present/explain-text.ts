import type { Ender } from "../maintenance/code-kinds.ts";
import type { Json } from "../kube/object.ts";
import { type CodeEntry, type CodeGroup, codeGroups, entriesOf } from "./code-entry.ts";
import { dim, type Line, plain, strong } from "./line.ts";
import { documentVersion } from "./preview-document.ts";
import type { Voice } from "./speak.ts";
import { tableText } from "./table.ts";
import { wrapped } from "./wrap.ts";

interface GroupWords {
  readonly title: string;
  /** Commands that show codes of this group; `{p}` stands for the program. */
  readonly shownBy: readonly string[];
}

const groupWords: Readonly<Record<CodeGroup, GroupWords>> = {
  decisions: { title: "Decisions: why a pod goes or stays", shownBy: ["{p} preview NODE", "{p} pods NODE", "{p} drain NODE"] },
  changes: { title: "Changes: what is done to a node", shownBy: ["{p} preview NODE -o json", "{p} status NODE"] },
  blockers: { title: "Blockers: why something cannot go on now", shownBy: ["{p} why NODE", "{p} status NODE", "{p} drain NODE"] },
  findings: { title: "Findings: what is true of the whole plan", shownBy: ["{p} preview NODE", "{p} drain NODE"] },
  failures: { title: "Failures: why a node could not be taken out", shownBy: ["{p} drain NODE", "{p} status NODE"] },
  proofs: { title: "Proofs: what is known at the end, and what is not", shownBy: ["{p} drain NODE -o ndjson", "{p} check power-off NODE"] },
  conditions: { title: "Conditions: what must hold before a machine is switched off", shownBy: ["{p} check power-off NODE"] },
};

const enders: Readonly<Record<Ender, string>> = {
  cluster: "the cluster, by itself",
  person: "a person",
  either: "the cluster, or a person",
};

const labelWidth = 11;

/** One code, whole: where it appears, what it means, how it ends and who can end it. `cells`: how wide a line may be. */
export function explainText(entry: CodeEntry, cells: number, voice: Voice): readonly Line[] {
  const { code, appears, sentence, meaning, next, ends, page } = entry;
  const paragraph = (label: string, text: string): readonly Line[] =>
    wrapped(text, Math.max(20, cells - labelWidth)).map((line, i): Line => [dim((i === 0 ? label : "").padEnd(labelWidth)), plain(line)]);
  return [
    [strong(code), dim(`  ${appearance(appears)}`)],
    [],
    ...paragraph("says", `… ${sentence}`),
    ...paragraph("meaning", meaning),
    ...(ends === undefined ? [] : [...paragraph("ends", bare(ends.how)), ...paragraph("ended by", enders[ends.by])]),
    ...(next === "" ? [] : paragraph("next step", next)),
    ...shownBy(entry, voice).map((command, i): Line => [dim((i === 0 ? "seen in" : "").padEnd(labelWidth)), plain(command)]),
    ...(page === undefined ? [] : paragraph("more", `docs/${page.file}: ${page.title}`)),
  ];
}

/** Every code, in its group. */
export function codeListText(voice: Voice): readonly Line[] {
  return (Object.keys(codeGroups) as CodeGroup[]).flatMap((group, i): Line[] => {
    const rows = entriesOf(group, voice).map(({ code, ends, sentence }) => [code, ends === undefined ? "-" : ends.by, sentence]);
    const table = tableText(["CODE", "ENDED BY", "SAYS, FOR EXAMPLE"], rows);
    return [
      ...(i === 0 ? [] : [[]]),
      [strong(groupWords[group].title)],
      ...table.map((text, row): Line => [row === 0 ? dim(`  ${text}`) : plain(`  ${text}`)]),
    ];
  });
}

function codeDocument(entry: CodeEntry, voice: Voice): { readonly [key: string]: Json } {
  const { code, group, appears, sentence, meaning, next, ends, page } = entry;
  return {
    code,
    group,
    appears,
    example: sentence,
    meaning,
    ends: ends === undefined ? null : bare(ends.how),
    endedBy: ends?.by ?? null,
    next,
    seenIn: shownBy(entry, voice),
    page: page === undefined ? null : `docs/${page.file}`,
  };
}

export function explanationDocument(entry: CodeEntry, voice: Voice): Json {
  return { apiVersion: documentVersion, kind: "Code", ...codeDocument(entry, voice) };
}

export function codeListDocument(entries: readonly CodeEntry[], voice: Voice): Json {
  return { apiVersion: documentVersion, kind: "CodeList", items: entries.map((entry) => codeDocument(entry, voice)) };
}

function shownBy({ group }: CodeEntry, { speaker }: Voice): readonly string[] {
  return groupWords[group].shownBy.map((command) => command.replace("{p}", speaker.program));
}

function appearance(appears: CodeEntry["appears"]): string {
  return appears.map((one) => (one === "unproven" ? "proof, not proven" : one)).join(", ");
}

/** The table is written for pages; a terminal shows no signs of markup. */
function bare(text: string): string {
  return text.replaceAll("`", "");
}
