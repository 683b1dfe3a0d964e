import { cordonEntry, isTaintEntry, mirrorEntry, readMark } from "../cluster/view/held-entry.ts";
import { holderName, holderTitle } from "../cluster/view/holder.ts";
import type { DirectReturn } from "../maintenance/return-direct.ts";
import { keptSentence } from "./hold-words.ts";
import { type Line, plain, strong } from "./line.ts";

/** What `return --direct` is going to do to a node, before it does: who leaves, what goes, what comes back, and what stays and why. */
export function directReturnLines(plan: DirectReturn): readonly Line[] {
  const { node, holders, leaving, ends } = plan;
  const former = new Map(plan.putsBack.map((each) => [each.entry, each.former]));
  const staying = holders.filter((holder) => !leaving.includes(holder));
  const head = holders.length === 0 ? "nobody holds it by a record of Drydock" : `held by ${holders.map(holderTitle).join(", ")}`;
  const lines = [
    ...(staying.length === 0 ? [] : [`leaves: ${leaving.map(holderName).join(", ")}; ${staying.map(holderName).join(", ")} stays`]),
    ...plan.undoes.map((entry) => undoWords(entry, former.get(entry))),
    ...plan.notOurs.map((entry) => `stays as it is: ${entry} was set by Drydock, and is not on the node any more or is somebody else's`),
    ...plan.elsewhere.map(
      ({ step, target, inverse }) => `not taken back here: ${step} of ${target}, which would be ${JSON.stringify(inverse)}`,
    ),
    ...(ends.kind === "kept" ? [keptSentence(ends)] : plan.undoes.length === 0 ? ["nothing of ours is left on it"] : []),
  ];
  return [[strong(`node ${node}`), plain(`: ${head}`)], ...lines.map((line) => [plain(`  ${line}`)])];
}

function undoWords(entry: string, former: string | undefined): string {
  if (entry === cordonEntry) return "uncordon";
  if (entry === mirrorEntry) return `remove the taint ${entry} with the cordon`;
  if (isTaintEntry(entry)) return `remove the taint ${entry}`;
  const mark = readMark(entry);
  if (mark === undefined) return `undo ${entry}`;
  return former === undefined
    ? `remove the ${mark.kind} ${mark.key}`
    : `set the ${mark.kind} ${mark.key} back to ${JSON.stringify(former)}`;
}
