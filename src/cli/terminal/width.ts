import { stripVTControlCharacters } from "node:util";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
/** East Asian wide and fullwidth letters, and what is drawn as a picture: two cells. */
const wide =
  /^(?:[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F)/u;
const invisible = /^[\p{Mark}\p{Format}\p{Control}]/u;

/** How many cells a terminal uses for the text; escape sequences use none. */
export function displayWidth(text: string): number {
  const bare = stripVTControlCharacters(text);
  if (/^[\x20-\x7E]*$/.test(bare)) return bare.length;
  let cells = 0;
  for (const { segment } of graphemes.segment(bare)) cells += cellsOf(segment);
  return cells;
}

function cellsOf(segment: string): number {
  if (wide.test(segment)) return 2;
  return invisible.test(segment) ? 0 : 1;
}

/** The longest beginning of a text without escape sequences that fits, with `mark` where something was cut. */
export function fit(text: string, cells: number, mark: string): string {
  if (displayWidth(text) <= cells) return text;
  const room = cells - displayWidth(mark);
  if (room <= 0) return "";
  let used = 0;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    used += cellsOf(segment);
    if (used > room) break;
    kept += segment;
  }
  return kept + mark;
}
