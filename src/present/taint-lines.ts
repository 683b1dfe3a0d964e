import type { NodeOutcome } from "../maintenance/outcome.ts";
import type { Speaker } from "../plan/phrase.ts";
import { type Line, plain, strong } from "./line.ts";

/** The lines that bring a node back into service, in order, as one would type them: they take off what is there, and nothing else. */
export function wayBack(
  { node, taint, cordoned }: Pick<NodeOutcome, "node" | "taint" | "cordoned">,
  { program, keepsOut }: Speaker,
): readonly string[] {
  if (keepsOut === true) return [`${program} return ${node}`];
  return [
    ...(taint === undefined ? [] : [`${program} taint nodes ${node} ${taint.text}-`]),
    ...(taint !== undefined && cordoned === "no" ? [] : [`${program} uncordon ${node}`]),
  ];
}

/** A taint works on without us, and that must be said: nobody is there any more who would see what it deletes. */
export function taintLines(node: string, { text, by }: NonNullable<NodeOutcome["taint"]>): readonly Line[] {
  return [
    [
      strong(`node ${node} keeps the taint ${text}`),
      plain(
        `${by === "others" ? " (it was there before)" : ""}: the cluster goes on deleting what does not tolerate it, until it is removed`,
      ),
    ],
  ];
}
