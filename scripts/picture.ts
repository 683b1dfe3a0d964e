import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { readScreen } from "./picture/screen.ts";
import { svgOf } from "./picture/svg.ts";

/** A picture of the documentation: what a terminal of this width really showed, kept beside it as `NAME.ansi`. */
export interface PictureSource {
  readonly name: string;
  readonly columns: number;
  readonly title: string;
}

export const pictures: readonly PictureSource[] = [
  {
    name: "drain",
    columns: 110,
    title:
      "A drain under four disruption budgets, seconds after its start: kubectl's lines above; below what is left, who waits for whom, and what only a person can end",
  },
  {
    name: "preview",
    columns: 140,
    title: "A preview of a node: every pod with what happens to it and why, the budgets that set the pace, what stands in the way",
  },
];

const images = resolve(import.meta.dirname, "../docs/images");

export function pictureOf(source: PictureSource): string {
  return svgOf(readScreen(readFileSync(resolve(images, `${source.name}.ansi`), "utf8")), source);
}

/**
 * `node scripts/picture.ts`: makes docs/images/NAME.svg from docs/images/NAME.ansi, which is the output of `tmux capture-pane -e -p` in a
 * terminal with as many columns, and holds nothing that was not on that screen.
 */
if (import.meta.main) {
  for (const source of pictures) writeFileSync(resolve(images, `${source.name}.svg`), pictureOf(source));
}
