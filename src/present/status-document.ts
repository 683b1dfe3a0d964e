import type { NodeHold } from "../cluster/view/node-hold.ts";
import type { Json } from "../kube/object.ts";
import { formatTaint } from "../kube/taint-spec.ts";
import { formatTime } from "../kube/time.ts";
import type { Standing } from "../execution/standings.ts";
import { isPersons } from "../maintenance/standing.ts";
import { listed, type NodeReport, type StatusReport } from "../maintenance/status.ts";
import type { Instant } from "../runtime/clock.ts";
import { holderDocument } from "./holder-document.ts";
import { kindAndName, nameOf } from "./names.ts";
import { documentVersion, seconds } from "./preview-document.ts";
import { speak, type Voice } from "./speak.ts";

export function statusDocument(report: StatusReport, voice: Voice): Json {
  return {
    apiVersion: documentVersion,
    kind: "NodeStatusList",
    time: formatTime(report.at),
    inService: report.nodes.filter(({ state }) => state === "in service").length,
    items: listed(report).map((one) => nodeStatusDocument(one, voice)),
    notChecked: report.unread.map((resource) => ({ verb: "list", resource })),
  };
}

/** One node as a line of `-o ndjson`. */
export function nodeStatusLine(one: NodeReport, at: Instant, voice: Voice): Json {
  return { time: formatTime(at), kind: "NodeStatus", ...nodeStatusDocument(one, voice) };
}

export function deletedLine(node: string, at: Instant): Json {
  return { time: formatTime(at), kind: "NodeDeleted", node };
}

/** One node, as an item of the list. */
export function nodeStatusDocument({ node, state, hold, standing, predicted }: NodeReport, voice: Voice): { readonly [key: string]: Json } {
  return {
    node: node.name,
    uid: node.uid,
    state,
    ready: node.ready,
    unschedulable: node.unschedulable,
    hold: hold === undefined ? null : holdDocument(hold),
    pods:
      standing === undefined
        ? null
        : {
            left: standing.left.map(({ step }) => nameOf(step.subject)),
            goNow: standing.left.filter(({ blockers }) => blockers.length === 0).length,
            blocked: standing.left.filter(isPersons).length,
            staying: standing.staying.length,
          },
    predicted: standing === undefined || standing.left.length === 0 || predicted === undefined ? null : seconds(predicted),
    blockers: standing?.left.flatMap((pod) => blockerDocuments(pod, voice)) ?? [],
  };
}

function holdDocument(hold: NodeHold): Json {
  const { record, foreignCordon } = hold;
  return {
    since: hold.since === undefined ? null : formatTime(hold.since),
    holders: (record?.holders ?? []).map((holder) => ({
      ...holderDocument(holder),
      provenAt: holder.provenAt ?? null,
    })),
    added: record?.added ?? [],
    leftBy: record?.leftBy === undefined ? null : { ...record.leftBy },
    foreignCordon: foreignCordon === undefined ? null : { manager: foreignCordon.manager ?? null, since: foreignCordon.at ?? null },
    taints: hold.taints.map(formatTaint),
    leftover: hold.leftover ?? null,
  };
}

/** When they began is not known to one who has just come. */
function blockerDocuments({ blockers }: Standing, voice: Voice): readonly Json[] {
  return blockers.map(({ code, object, endsBy, args }) => {
    const { text, hint } = speak(code, args, voice);
    return { code, object: kindAndName(object), endsBy, message: text, hint };
  });
}
