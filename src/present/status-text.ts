import { isPersons } from "../maintenance/standing.ts";
import { listed, type NodeReport, type StatusReport } from "../maintenance/status.ts";
import { formatTaint } from "../kube/taint-spec.ts";
import { formatTime } from "../kube/time.ts";
import type { Instant } from "../runtime/clock.ts";
import { type CauseGroup, causeGroups } from "./cause-groups.ts";
import { durationText, rangeText } from "./duration-text.ts";
import { bad, dim, good, type Line, plain, strong, warn } from "./line.ts";
import { heldBy, holdSentences } from "./hold-words.ts";
import { count, someOf } from "./names.ts";
import type { Voice } from "./speak.ts";
import { tableText } from "./table.ts";

const states: Readonly<Record<NodeReport["state"], "plain" | "good" | "warn" | "bad">> = {
  "in service": "good",
  cordoned: "warn",
  draining: "warn",
  blocked: "bad",
  empty: "good",
  tainted: "warn",
  held: "warn",
};

/** The nodes in a dense table, under it what each waits for and how that ends. `now`: for ages. */
export function statusText(report: StatusReport, now: Instant, wide: boolean, voice: Voice): readonly Line[] {
  return [...statusTable(report, now, wide, voice), ...statusDetails(report, wide, voice)];
}

/** Rows; one sentence where no node is out. */
export function statusTable(report: StatusReport, now: Instant, wide: boolean, voice: Voice): readonly Line[] {
  const shown = listed(report);
  const all = report.nodes.length;
  if (shown.length === 0) return [[good(all === 1 ? "the only node is in service" : `all ${all} nodes are in service`)]];
  const head = ["NODE", "STATE", "HELD BY", "SINCE", "LEFT", "BLOCKED", ...(wide ? ["STAYING", "TIME", "READY", "TAINTS"] : []), "WHY"];
  const rows = shown.map((one) => row(one, now, wide, voice));
  return tableText(head, rows).map((text, i): Line => (i === 0 ? [dim(text)] : [{ text, tone: toneOf(shown[i - 1]) }]));
}

export function statusDetails(report: StatusReport, wide: boolean, voice: Voice): readonly Line[] {
  const shown = listed(report);
  const inService = report.nodes.filter(({ state }) => state === "in service").length;
  const details = shown.flatMap((one) => detailLines(one, report.listsAll || wide, voice));
  const isSaid = report.listsAll || inService === 0 || shown.length === 0;
  return [
    ...(details.length === 0 ? [] : [[], ...details]),
    ...(isSaid ? [] : [[], [dim(`${count(inService, "other node")} in service`)]]),
    ...unreadLines(report),
  ];
}

/** Where there is no live display: how a node looks now, without ages; the same text, the same look. */
export function changeText(one: NodeReport, voice: Voice): string {
  const { node, state, hold, standing } = one;
  if (hold === undefined) return `${node.name} in service`;
  const by = heldBy(hold);
  const blocked = standing?.left.filter(isPersons).length ?? 0;
  const pods = standing === undefined ? [] : [`${count(standing.left.length, "pod")} left`];
  const why = whyOf(one, voice);
  return [
    `${node.name} ${state} ${by.startsWith("(") ? by : `(${by})`}`,
    ...pods,
    ...(blocked === 0 ? [] : [`${blocked} blocked`]),
    ...(why === "-" ? [] : [why]),
  ].join(", ");
}

export function stamped(text: string, at: Instant): Line {
  return [dim(formatTime(at)), plain(` ${text}`)];
}

function toneOf(one: NodeReport | undefined): "plain" | "bad" {
  return one !== undefined && states[one.state] === "bad" ? "bad" : "plain";
}

function row(one: NodeReport, now: Instant, wide: boolean, voice: Voice): readonly string[] {
  const { node, state, hold, standing, predicted } = one;
  const left = standing?.left;
  const more = wide
    ? [
        standing === undefined ? "-" : String(standing.staying.length),
        predicted === undefined || left === undefined || left.length === 0 ? "-" : rangeText(predicted),
        node.ready ? "yes" : "no",
        node.taints.map(formatTaint).join(",") || "-",
      ]
    : [];
  return [
    node.name,
    state,
    hold === undefined ? "-" : heldBy(hold),
    hold?.since === undefined ? "-" : durationText(Math.max(0, now - hold.since)),
    left === undefined ? "-" : String(left.length),
    left === undefined ? "-" : String(left.filter(isPersons).length),
    ...more,
    whyOf(one, voice),
  ];
}

/** The weightiest cause by its code, which `explain` knows; the sentences stand under the table. */
function whyOf(one: NodeReport, voice: Voice): string {
  const [first] = groupsOf(one, voice);
  const free = one.standing?.left.filter(({ blockers }) => blockers.length === 0).length ?? 0;
  const parts = [
    ...(one.node.ready ? [] : ["not Ready"]),
    ...(first === undefined ? [] : [first.code]),
    // A drain that runs leaves none of them waiting: this one is stopped, or the node waits for its turn.
    ...(first === undefined && free > 0 && one.hold?.evicting === true ? [`${free} can go now`] : []),
  ];
  return parts.join(", ") || "-";
}

function groupsOf({ standing }: NodeReport, voice: Voice): readonly CauseGroup[] {
  return causeGroups(standing?.left.flatMap(({ blockers }) => blockers) ?? [], voice);
}

function detailLines(one: NodeReport, whole: boolean, voice: Voice): readonly Line[] {
  const groups = groupsOf(one, voice);
  const sentences = one.hold === undefined || !(whole || one.hold.leftover !== undefined) ? [] : holdSentences(one.hold);
  if (groups.length === 0 && sentences.length === 0) return [];
  return [
    [strong(one.node.name)],
    ...sentences.map((text): Line => [dim("  out      "), plain(text)]),
    ...groups.flatMap(({ endsBy, names, text, hint }): Line[] => [
      [endsBy === "person" ? bad("  blocked  ") : warn("  waiting  "), plain(`${someOf(names)}: ${text}`)],
      ...(hint === "" ? [] : [[dim(`           → ${hint}`)]]),
    ]),
  ];
}

function unreadLines({ unread }: StatusReport): readonly Line[] {
  return unread.length === 0 ? [] : [[], [warn("not checked"), plain(`: may not list ${unread.join(", ")}`)]];
}
