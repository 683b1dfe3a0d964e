import type { KubeObject } from "../../kube/object.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { Column } from "./shown-kind.ts";

/** What these columns will probably hold before long: rows that come one by one stay in line. */
const usualWidths: Readonly<Record<string, number>> = { PHASE: 9, ETA: 6, STATUS: 24 };

/** Rows that come one after another, in columns that only ever become wider. */
export class KindTable {
  readonly #columns: readonly Column[];
  readonly #widths: number[];

  constructor(columns: readonly Column[], grows = false) {
    this.#columns = columns;
    this.#widths = columns.map(({ head }) => Math.max(head.length, grows ? (usualWidths[head] ?? 0) : 0));
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
