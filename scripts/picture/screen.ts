import { displayWidth } from "../../src/cli/terminal/width.ts";

/** The colours that the command line uses; "plain" is the terminal's own. */
export type Colour = "plain" | "green" | "yellow" | "red";

/** A run of cells that look the same. `column` counts cells from 0. */
export interface Run {
  readonly column: number;
  readonly text: string;
  readonly colour: Colour;
  readonly bold: boolean;
  readonly dim: boolean;
}

type Style = Pick<Run, "colour" | "bold" | "dim">;

const initial: Style = { colour: "plain", bold: false, dim: false };
const colours: Readonly<Record<string, Colour>> = { "31": "red", "32": "green", "33": "yellow", "39": "plain" };

/**
 * Reads what `tmux capture-pane -e -p` printed: lines of text with SGR sequences, whose style lasts from one line to the next.
 * Empty lines at the end are left out.
 */
export function readScreen(captured: string): readonly (readonly Run[])[] {
  let style = initial;
  const lines = captured.split("\n").map((line) => {
    const runs: Run[] = [];
    let column = 0;
    for (const [token, codes] of line.matchAll(/\p{Control}\[([\d;]*)m|[^\p{Control}]+/gu)) {
      if (codes === undefined) {
        runs.push({ column, text: token, ...style });
        column += displayWidth(token);
      } else for (const code of codes.split(";")) style = styled(style, code);
    }
    return runs;
  });
  const last = lines.findLastIndex((runs) => runs.some(({ text }) => text.trim() !== ""));
  return lines.slice(0, last + 1);
}

function styled(style: Style, code: string): Style {
  const colour = colours[code];
  if (colour !== undefined) return { ...style, colour };
  switch (code) {
    case "":
    case "0":
      return initial;
    case "1":
      return { ...style, bold: true };
    case "2":
      return { ...style, dim: true };
    case "22":
      return { ...style, bold: false, dim: false };
    default:
      return style;
  }
}
