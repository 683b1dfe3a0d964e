import type { NotReplaced, Whereabouts } from "../maintenance/destination.ts";
import { formatTime } from "../kube/time.ts";

const reasons: Readonly<Record<NotReplaced, string>> = {
  "no-controller": "nothing manages it, so nothing starts it again",
  "owner-gone": "its controller is gone",
  "scaled-down": "its controller wants no more",
  "job-over": "its Job is over",
  refused: "its controller cannot make another",
};

/** Where a pod's successor is, but for the node: "Running", "Pending since …: 0/3 nodes are available", "not replaced: its Job is over (Complete)". */
export function whereWords(where: Whereabouts): string {
  switch (where.kind) {
    case "running":
      return "Running";
    case "starting":
      return "starting";
    case "pending":
      return `Pending${where.since === undefined ? "" : ` since ${formatTime(where.since)}`}${where.message === undefined ? "" : `: ${oneLine(where.message)}`}`;
    case "not-replaced":
      return `not replaced: ${reasons[where.why]}${where.message === undefined ? "" : ` (${oneLine(where.message)})`}`;
    case "unknown":
      return where.why === "not-watched" ? "unknown: the pods of its controller are not watched" : "not seen replaced so far";
  }
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, " ").trim();
}
