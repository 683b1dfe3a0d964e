import type { NodeView } from "../cluster/view/cluster-view.ts";
import { cordonEntry, markEntry, mirrorEntry } from "../cluster/view/held-entry.ts";
import { heldAnnotation, type HeldRecord, isCordonOurs, ourMarks, ourTaints } from "../cluster/view/held-record.ts";
import { holderTitle } from "../cluster/view/holder.ts";
import { holdOf, type NodeHold } from "../cluster/view/node-hold.ts";
import { formatTaint } from "../kube/taint-spec.ts";
import { formatTime } from "../kube/time.ts";
import type { Instant } from "../runtime/clock.ts";
import { count } from "./names.ts";
import { shellWord } from "./shell-word.ts";
import { markSteps, type OurMark, taintSteps } from "./undo-steps.ts";

export interface UndoWords {
  readonly version: string;
  readonly at: Instant;
  /** How kubectl is to be called for this cluster: "kubectl --context=prod". */
  readonly kubectl: string;
}

/**
 * Lines for a POSIX shell that take back what Drydock changed on these nodes with nothing but kubectl: its own cordon, taints, labels and
 * annotations, then its record. Each node begins with a check that it is still the machine, the state and the record that the lines were written for; where it is
 * not, nothing is changed. Nobody else's cordon or taint is touched.
 */
export function undoScript(nodes: readonly NodeView[], words: UndoWords): readonly string[] {
  const blocks = nodes.flatMap((node) => {
    const hold = holdOf(node);
    return hold === undefined ? [] : blockOf(node, hold, words.kubectl);
  });
  const held = nodes.filter((node) => node.held !== undefined).length;
  if (held === 0)
    return [comment(`no node carries a record of Drydock: there is nothing to take back (${words.version}, ${formatTime(words.at)})`)];
  return [
    comment(`Takes back what Drydock changed on ${count(held, "node")}. Written ${formatTime(words.at)} by version ${words.version}.`),
    comment("Needs kubectl and a POSIX shell, and no Drydock. Run it whole with sh, or paste a block."),
    comment("Each block changes nothing unless the node is as it was when this was written."),
    ...blocks,
  ];
}

function blockOf(node: NodeView, hold: NodeHold, kubectl: string): readonly string[] {
  if (node.held === undefined) return [];
  if (node.held === "unreadable")
    return ["", comment(`node ${node.name}: its annotation ${heldAnnotation} cannot be read, so nothing is known of what to take back`)];
  const record = node.held;
  // The one that mirrors a cordon goes with it, and comes back with it: the node lifecycle controller sees to that.
  const taints = ourTaints(record, node)
    .map(formatTaint)
    .filter((entry) => entry !== mirrorEntry);
  const marks = ourMarks(record, node);
  const uncordons = isCordonOurs(record, node);
  const name = shellWord(node.name);
  const steps = [
    ...taints.flatMap((entry) => taintSteps(entry, name, kubectl)),
    ...marks.flatMap((mark) => markSteps(mark, name, kubectl)),
    ...(uncordons ? [`${kubectl} uncordon ${name}`] : []),
    `${kubectl} annotate node ${name} ${heldAnnotation}-`,
  ];
  const found = `${node.uid} ${node.unschedulable ? "true" : ""} ${JSON.stringify(record)}`;
  const check = `${kubectl} get node ${name} -o jsonpath='{.metadata.uid} {.spec.unschedulable} {.metadata.annotations.drydock\\.dev/held}' | grep -Fqx ${shellWord(found)}`;
  const failed = `${node.name}: not as it was when this was written, or a line failed. Look: ${kubectl} get node ${node.name} -o yaml`;
  return [
    "",
    ...reasons(node, hold, record, { taints, marks, uncordons }),
    `${[check, ...steps].join(" &&\n  ")} ||\n  { echo ${shellWord(failed)} >&2; false; }`,
  ];
}

/** Why each line is there, and why others are not. */
function reasons(
  node: NodeView,
  hold: NodeHold,
  record: HeldRecord,
  does: { readonly taints: readonly string[]; readonly marks: readonly OurMark[]; readonly uncordons: boolean },
): readonly string[] {
  if (hold.record === undefined)
    return [comment(`node ${node.name}: the record on it is void, nothing of what it names is left. Only the record goes`)];
  const told = new Set([cordonEntry, mirrorEntry, ...does.taints, ...does.marks.map(markEntry)]);
  const gone = record.added.filter((entry) => !told.has(entry));
  return [
    ...(record.holders.length === 0 ? [comment(`node ${node.name}`)] : []),
    ...record.holders.map((holder) => comment(`node ${node.name}: out for ${holderTitle(holder)} since ${holder.since}`)),
    ...does.taints.map((entry) => comment(`taint: ${entry} was added by Drydock, whatever else is on the node stays`)),
    ...does.marks.map(({ kind, key, former }) =>
      comment(`${kind}: ${key} was set by Drydock, and ${former === undefined ? "was not there before" : `was ${former} before`}`),
    ),
    ...gone.map((entry) => comment(`${entry} was added by Drydock and is gone already`)),
    does.uncordons
      ? comment("uncordon: the node was schedulable before, and the cordon is of Drydock")
      : comment(
          node.unschedulable
            ? "no uncordon: the cordon was there before Drydock came, or is of somebody else"
            : "no uncordon: the node is schedulable",
        ),
    ...record.undo.map(({ step, target, inverse }) =>
      comment(`not taken back here: ${step} of ${target}, which would be ${JSON.stringify(inverse)}`),
    ),
    comment("annotate: the record goes last"),
  ];
}

/** An interactive zsh runs pasted comments as commands: none of them holds a sign that a shell would read. */
function comment(text: string): string {
  return `# ${text.replace(/[^\w@.:/=+, -]/g, "_")}`;
}
