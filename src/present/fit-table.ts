import { tableText } from "./table.ts";
import { wrapped } from "./wrap.ts";

/** The last column is a sentence: below so many cells it stands under its row instead of beside it. */
const leastForSentence = 28;
const indent = "    ";

/**
 * A table whose last column is a sentence, for so many cells: whole where it fits, the sentence wrapped in its column where that is wide enough,
 * else under its row; and where even the other columns do not fit, they follow each other in lines. No word is ever cut.
 */
export function fitTable(head: readonly string[], rows: readonly (readonly string[])[], cells: number): readonly string[] {
  const whole = tableText(head, rows);
  if (Math.max(...whole.map((line) => line.length)) <= cells) return whole;
  const before = tableText(
    head.slice(0, -1),
    rows.map((row) => row.slice(0, -1)),
  );
  const width = Math.max(...before.map((line) => line.length)) + 2;
  const sentences = rows.map((row) => row.at(-1) ?? "");
  const [headLine = "", ...lines] = before;
  if (cells - width >= leastForSentence) {
    const body = lines.flatMap((line, i) =>
      wrapped(sentences[i] ?? "", cells - width).map((text, n) => `${(n === 0 ? line : "").padEnd(width)}${text}`.trimEnd()),
    );
    return [`${headLine.padEnd(width)}${head.at(-1) ?? ""}`, ...body];
  }
  const under = (i: number): readonly string[] => wrapped(sentences[i] ?? "", cells - indent.length).map((text) => `${indent}${text}`);
  if (width - 2 <= cells) return [headLine, ...lines.flatMap((line, i) => [line, ...under(i)])];
  const cellsOf = (row: readonly string[]): string =>
    row
      .slice(0, -1)
      .filter((cell) => cell !== "-")
      .join("  ");
  return rows.flatMap((row, i) => [...wrapped(cellsOf(row), cells).map((line) => line.trimEnd()), ...under(i)]);
}
