import { holderName, holderTitle } from "../cluster/view/holder.ts";
import type { NodeHold } from "../cluster/view/node-hold.ts";
import { formatTaint } from "../kube/taint-spec.ts";

/** Who holds a node out, in a cell: users and objects by name, another's cordon in brackets, taints as kubectl writes them. */
export function heldBy(hold: NodeHold): string {
  const users = hold.record?.holders.map(holderName) ?? [];
  const foreign = hold.foreignCordon === undefined ? [] : [`(${hold.foreignCordon.manager ?? "unknown"})`];
  const all = [...users, ...foreign, ...hold.taints.map((taint) => `taint ${formatTaint(taint)}`)];
  const [first = "-", ...more] = [...new Set(all)];
  return more.length === 0 ? first : `${first} +${more.length}`;
}

/** The same in sentences, one for each that holds it or left something. */
export function holdSentences(hold: NodeHold): readonly string[] {
  const holders = hold.record?.holders ?? [];
  return [
    ...holders.map((holder) => {
      const { since, evictingSince, provenAt } = holder;
      const emptied =
        provenAt !== undefined
          ? `, emptied and proven ${provenAt}`
          : evictingSince !== undefined
            ? `, emptying since ${evictingSince}`
            : "";
      return `held by ${holderTitle(holder)} since ${since}${emptied}`;
    }),
    ...(hold.foreignCordon === undefined ? [] : [foreignWords(hold.foreignCordon)]),
    ...hold.taints.map(
      (taint) => `carries the taint ${formatTaint(taint)}${taint.timeAdded === undefined ? "" : ` since ${taint.timeAdded}`}`,
    ),
    ...(hold.leftover === "void" ? ["carries a record of Drydock that is void: nothing of what it names is left"] : []),
    ...(hold.leftover === "unreadable"
      ? ["carries a record of Drydock that cannot be read (drydock.dev/held); nothing of ours changes this node"]
      : []),
  ];
}

function foreignWords({ manager, at }: NonNullable<NodeHold["foreignCordon"]>): string {
  const who = manager === undefined ? "by whom cannot be told" : `by ${manager}`;
  return `cordoned ${who}${at === undefined ? "" : ` since ${at}`}, not by Drydock: nothing automatic lifts that`;
}
