import type { Line } from "../../present/line.ts";
import type { Output } from "./output.ts";
import { type Paint, paint } from "./paint.ts";
import { displayWidth } from "./width.ts";

const hideCursor = "\x1b[?25l";
const showCursor = "\x1b[?25h";

/** Lines for a terminal so many cells wide. */
type View = (cells: number) => readonly Line[];

/**
 * Lines at the bottom of a terminal that are drawn again in place. No line is wider than the terminal and there are fewer lines than rows,
 * so that the cursor can always go back to the first one.
 */
export interface Frame extends Disposable {
  /** Draws these lines, or what `view` makes for a terminal so many cells wide; that is made anew when the width changes. */
  draw(view: readonly Line[] | View): void;
  /** Takes the frame away, runs `write`, which prints whole lines on the same terminal, and puts the frame back under them. */
  above(write: () => void): void;
}

export function openFrame(output: Output, how: Paint): Frame {
  let view: View = () => [];
  let drawn: readonly string[] = [];
  let open = true;

  /** After a resize a line may have been wrapped by the terminal: it counts as many rows as it fills now. */
  const erase = (): string => {
    if (drawn.length === 0) return "";
    const columns = Math.max(1, output.columns());
    const rows = drawn.reduce((sum, text) => sum + Math.max(1, Math.ceil(displayWidth(text) / columns)), 0);
    drawn = [];
    return `\x1b[${rows}A\r\x1b[J`;
  };

  const render = (): string => {
    // The last column stays empty: terminals differ in what they do after writing it.
    const cells = Math.max(1, output.columns() - 1);
    const most = Math.max(1, output.rows() - 1);
    const lines = view(cells);
    const shown = lines.length <= most ? lines : [...lines.slice(0, most - 1), moreLines(lines.length - most + 1)];
    drawn = shown.map((line) => paint(line, how, cells));
    return drawn.map((text) => `${text}\n`).join("");
  };

  const redraw = (): void => output.write(erase() + render());
  const resized = output.onResize(() => {
    if (open) redraw();
  });
  output.write(hideCursor);
  return {
    draw: (next) => {
      if (!open) return;
      view = typeof next === "function" ? next : () => next;
      redraw();
    },
    above: (write) => {
      if (!open) return write();
      output.write(erase());
      write();
      output.write(render());
    },
    [Symbol.dispose]: () => {
      if (!open) return;
      open = false;
      resized[Symbol.dispose]();
      output.write(erase() + showCursor);
    },
  };
}

function moreLines(hidden: number): Line {
  return [{ text: `… (${hidden} more lines)`, tone: "dim" }];
}
