import { heldAnnotation, type LeftBy } from "../cluster/view/held-record.ts";
import { holderName, holderTitle } from "../cluster/view/holder.ts";
import type { NodeHold } from "../cluster/view/node-hold.ts";
import type { ForeignCordon, ReleasePlan } from "../execution/release.ts";
import { formatTaint } from "../kube/taint-spec.ts";

/** Who holds a node out, in a cell: users and objects by name, another's cordon in brackets, taints as kubectl writes them. */
export function heldBy(hold: NodeHold): string {
  const users = hold.record?.holders.map(holderName) ?? [];
  const left = hold.record?.leftBy === undefined ? [] : [`left by ${hold.record.leftBy.who}`];
  const foreign = hold.foreignCordon === undefined ? [] : [`(${hold.foreignCordon.manager ?? "unknown"})`];
  const all = [...users, ...left, ...foreign, ...hold.taints.map((taint) => `taint ${formatTaint(taint)}`)];
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
    ...(hold.record?.leftBy === undefined ? [] : [leftWords(hold.record.leftBy)]),
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

/** Why a node stays out though a holder has left it. */
export function keptSentence(kept: Kept): string {
  switch (kept.why) {
    case "foreign":
      return `kept cordoned: ${cordonWords(kept.cordon)}`;
    case "held":
      return `kept cordoned: held by ${kept.by.join(", ")} too`;
    case "left-out":
      return `kept cordoned: left out by ${kept.by.join(", ")}, who wanted it kept so`;
    case "unreadable":
      return `kept as it is: what ${heldAnnotation} on it says cannot be read`;
  }
}

function cordonWords({ manager = "by whom cannot be told", at, when }: ForeignCordon): string {
  const how = { before: "was cordoned before us", since: "was cordoned anew after our cordon was lifted" };
  return `${when === undefined ? "is cordoned by somebody else" : how[when]} (${manager}${at === undefined ? "" : `, ${at}`})`;
}

type Kept = Extract<ReleasePlan, { readonly kind: "kept" }>;

function leftWords({ who, since, at }: LeftBy): string {
  return `left out by ${who}, which held it since ${since}${at === "" ? "" : ` and left at ${at}`}: nothing automatic brings it back`;
}

function foreignWords({ manager, at }: NonNullable<NodeHold["foreignCordon"]>): string {
  const who = manager === undefined ? "by whom cannot be told" : `by ${manager}`;
  return `cordoned ${who}${at === undefined ? "" : ` since ${at}`}, not by Drydock: nothing automatic lifts that`;
}
