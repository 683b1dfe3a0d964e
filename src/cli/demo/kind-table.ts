import type { KubeObject } from "../../kube/object.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { Column } from "./shown-kind.ts";

/** What these columns will probably hold before long: rows that come one by one stay in line. */
const usualWidths: Readonly<Record<string, number>> = { NAME: 8, NODE: 8, PHASE: 9, ETA: 6, STATUS: 24 };

/** Rows that come one after another, in columns that only ever become wider. */
export class KindTable {
  readonly #columns: readonly Column[];
  readonly #widths: number[];

  /** @param cells where a watch is shown: the last columns that have no room are left out, as what comes is not known yet */
  constructor(columns: readonly Column[], cells?: number) {
    const usual = ({ head }: Column): number => Math.max(head.length, cells === undefined ? 0 : (usualWidths[head] ?? 0));
    this.#columns = cells === undefined ? columns : columns.filter((_, i) => spread(columns.slice(0, i + 1).map(usual)) <= cells);
    this.#widths = this.#columns.map(usual);
  }

  /** The head, and these rows under it. */
  lines(objects: readonly KubeObject[], now: Instant): readonly string[] {
    const rows = objects.map((object) => this.#cells(object, now));
    return [this.#columns.map(({ head }) => head), ...rows].map((cells) => this.#text(cells));
  }

  #cells(object: KubeObject, now: Instant): readonly string[] {
    const cells = this.#columns.map(({ text }) => text(object, now));
    for (const [i, cell] of cells.entries()) this.#widths[i] = Math.max(this.#widths[i] ?? 0, cell.length);
    return cells;
  }

  #text(cells: readonly string[]): string {
    return cells
      .map((cell, i) => cell.padEnd((this.#widths[i] ?? 0) + 3))
      .join("")
      .trimEnd();
  }
}

function spread(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 3 * (widths.length - 1));
}
