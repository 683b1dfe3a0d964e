import type { NodeChoice } from "../maintenance/outcome.ts";
import { parseLabelSelector } from "../kube/selector.ts";
import type { FlagValues } from "./flag-values.ts";
import { UsageError } from "./usage-error.ts";

/** How one may call a node in front of a slash. */
export const nodeWords: readonly string[] = ["node", "nodes", "no"];

/**
 * `NAME`, `node/NAME` and `-l`, as kubectl reads them; each node once, in the order given. Throws a UsageError for none, for names and
 * selector together, and for other kinds.
 */
export function readNodeChoice(command: string, positionals: readonly string[], values: FlagValues): NodeChoice {
  const selector = values.text("selector");
  if (selector !== undefined && positionals.length > 0) throw new UsageError("cannot specify both a node name and a --selector option");
  if (selector !== undefined) {
    const reading = parseLabelSelector(selector);
    if (!reading.ok) throw new UsageError(`invalid selector "${selector}": ${reading.message}`);
    return { names: [], selector };
  }
  if (positionals.length === 0) throw new UsageError("which node? give names, or labels with -l", `see: ${command} --help`);
  return { names: [...new Set(positionals.map(nodeName))] };
}

function nodeName(word: string): string {
  const parts = word.split("/");
  const name = parts.at(-1) ?? "";
  const kind = parts.length === 1 ? "node" : parts[0];
  if (parts.length > 2 || name === "") throw new UsageError(`"${word}" names no node`, "write NAME or node/NAME");
  if (kind === undefined || !nodeWords.includes(kind)) throw new UsageError(`"${word}" is no node`, "write NAME or node/NAME");
  return name;
}
