import type { Json } from "../kube/object.ts";
import type { Line } from "../present/line.ts";
import { wrapLine } from "../present/wrap-line.ts";
import { paint, paintFor } from "./terminal/paint.ts";
import type { Output } from "./terminal/output.ts";
import type { World } from "./world.ts";

/** Whole lines to stdout and stderr, as each of them can show them. */
export interface Console {
  out(line: Line | string): void;
  /** On a terminal cut to its width, whole everywhere else: rows of a table stay rows. */
  fitted(line: Line): void;
  err(line: Line): void;
}

export function plainConsole(world: Pick<World, "out" | "err" | "env" | "platform">): Console {
  const outPaint = paintFor(world.out.isTTY, world.env, world.platform);
  const errPaint = paintFor(world.err.isTTY, world.env, world.platform);
  return {
    out: (line) => {
      for (const one of typeof line === "string" ? [line] : forOutput(line, world.out)) {
        world.out.write(`${typeof one === "string" ? one : paint(one, outPaint)}\n`);
      }
    },
    fitted: (line) => world.out.write(`${paint(line, outPaint, world.out.isTTY ? world.out.columns() : undefined)}\n`),
    err: (line) => {
      for (const one of forOutput(line, world.err)) world.err.write(`${paint(one, errPaint)}\n`);
    },
  };
}

/** On a terminal in as many lines as its width asks for; whole everywhere else. */
export function forOutput(line: Line, output: Output): readonly Line[] {
  return output.isTTY ? wrapLine(line, output.columns()) : [line];
}

/** A whole document as text. The YAML library is loaded only where it is asked for. */
export async function documentText(document: Json, format: "json" | "yaml"): Promise<string> {
  if (format === "json") return JSON.stringify(document, null, 2);
  const { yamlText } = await import("./yaml-text.ts");
  return yamlText(document);
}
