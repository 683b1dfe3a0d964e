import { displayWidth } from "../../src/cli/terminal/width.ts";
import type { Colour, Run } from "./screen.ts";

export interface Picture {
  /** Cells in a line of the terminal. */
  readonly columns: number;
  /** What it shows, for those who cannot see it. */
  readonly title: string;
}

/** Of one cell. DejaVu Sans Mono is the widest of the fonts named below: 0.602 em. */
const cell = { width: 8.43, height: 19 } as const;
const fontSize = 14;
const padding = { top: 40, side: 16, bottom: 14 } as const;
const fonts = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";
const background = "#0d1117";
const colours: Readonly<Record<Colour, string>> = { plain: "#e6edf3", green: "#3fb950", yellow: "#d29922", red: "#ff7b72" };
const dim = "#8d96a0";
const emptyBar = "#30363d";

/** A terminal's screen as an SVG that needs no font of its own. The same screen always gives the same text. */
export function svgOf(lines: readonly (readonly Run[])[], { columns, title }: Picture): string {
  const width = Math.ceil(columns * cell.width + 2 * padding.side);
  const height = padding.top + lines.length * cell.height + padding.bottom;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${background}"/>`,
    ...["#ff5f57", "#febc2e", "#28c840"].map((fill, i) => `<circle cx="${20 + i * 18}" cy="20" r="5.5" fill="${fill}"/>`),
    `<g font-family="${fonts}" font-size="${fontSize}" xml:space="preserve">`,
    ...lines.flatMap((runs, row) => runs.flatMap((run) => drawn(run, row))),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Words where they stand in the terminal's grid, whatever the width of the font that is found; bars as rectangles, which no font can break. */
function drawn(run: Run, row: number): readonly string[] {
  return [...run.text.matchAll(/█+|░+|[^█░\s]+(?: [^█░\s]+)*/gu)].map(([part], i, all) => {
    const before = run.text.slice(0, all[i]?.index ?? 0);
    const left = round(padding.side + (run.column + displayWidth(before)) * cell.width);
    const top = padding.top + row * cell.height;
    const size = displayWidth(part);
    if (part.startsWith("█") || part.startsWith("░")) {
      const fill = part.startsWith("█") ? colours[run.colour] : emptyBar;
      return `<rect x="${left}" y="${top + 3}" width="${round(size * cell.width)}" height="${cell.height - 6}" fill="${fill}"/>`;
    }
    const fill = run.dim ? dim : colours[run.colour];
    const weight = run.bold ? ' font-weight="700"' : "";
    return `<text x="${left}" y="${top + 14}" textLength="${round(size * cell.width)}" fill="${fill}"${weight}>${escaped(part)}</text>`;
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
