import { type Line, plain, type Span, textOf } from "./line.ts";

/** What stands before the sentence of a line: its indentation, a label ("  blocked  ", "error: ", "# "), and an arrow. */
const lead = /^(?: {2}[a-z]+ {2,}| +)?(?:→ |# |Warning: |error: )?/;
/** Less room than this beside the lead is no room for a sentence. */
const leastRoom = 10;
/** The columns of a row before its last one, where that is a sentence, and less room than this beside them. */
const columns = /^ +\S.* {2,}(?=\S+ \S)/;
const leastRoomInRow = 20;

/**
 * A line for a terminal so many cells wide: its words in as many lines as they need, the later ones under the first word of the sentence.
 * A line to paste, which is strong from its indentation to its end, stays whole: a break would be pasted with it. Of a row of a table, which is
 * indented and has no label, only a sentence in its last column goes on under itself. A comment stays one in each of its lines.
 */
export function wrapLine(line: Line, cells: number): readonly Line[] {
  const whole = textOf(line);
  const label = lead.exec(whole)?.[0] ?? "";
  const isRow = label !== "" && label.trim() === "";
  const before = isRow ? (columns.exec(whole)?.[0] ?? "") : label;
  if (whole.length <= cells || (isRow && (before === "" || before.length >= cells)) || isToPaste(line)) return [line];
  const indent = before.length;
  const hanging = isRow && cells - indent < leastRoomInRow ? label.length + 2 : cells - indent < leastRoom ? 0 : indent;
  const lines: Span[][] = [[]];
  let used = 0;
  for (const { text, tone } of wordsOf(line, indent)) {
    const isFirst = used === 0 || (lines.length > 1 && used === hanging);
    if (!isFirst && used + text.trimEnd().length > cells) {
      lines.push(hanging === 0 ? [] : [plain(before.endsWith("# ") ? before : " ".repeat(hanging))]);
      used = hanging;
    }
    const shown = used === hanging && lines.length > 1 ? text.trimStart() : text;
    lines.at(-1)?.push({ text: shown, tone });
    used += shown.length;
  }
  return lines.map(trimmedAtEnd);
}

/** The lead as one piece, then each word with the space after it. */
function wordsOf(line: Line, indent: number): readonly Span[] {
  let left = indent;
  return line.flatMap(({ text, tone }): readonly Span[] => {
    const head = text.slice(0, left);
    left -= head.length;
    const words = text.slice(head.length).match(/\S+\s*|\s+/g) ?? [];
    return [...(head === "" ? [] : [{ text: head, tone }]), ...words.map((word): Span => ({ text: word, tone }))];
  });
}

function isToPaste(line: Line): boolean {
  const [first, second, ...more] = line;
  return first !== undefined && first.text.trim() === "" && second?.tone === "strong" && more.length === 0;
}

function trimmedAtEnd(spans: readonly Span[]): Line {
  const last = spans.at(-1);
  return last === undefined ? spans : [...spans.slice(0, -1), { ...last, text: last.text.trimEnd() }];
}
