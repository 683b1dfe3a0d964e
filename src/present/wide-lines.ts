import type { ExecutionEvent } from "../execution/event.ts";
import type { Instant } from "../runtime/clock.ts";
import { durationText } from "./duration-text.ts";
import { count, nameOf } from "./names.ts";
import { speak, type Voice } from "./speak.ts";

/** `drain -o wide`: beside kubectl's lines, for stderr, why each pod goes, how long it took and what shows that it ended. Feed it every event. */
export function wideLines(voice: Voice): (event: ExecutionEvent) => readonly string[] {
  const reasons = new Map<string, string>();
  const askedAt = new Map<string, Instant>();
  return (event) => {
    switch (event.kind) {
      case "planned":
        for (const { subject, reason, budgets } of event.plan.nodes.flatMap(({ steps }) => steps)) {
          const under = budgets.length === 0 ? "" : `, under ${budgets.map(nameOf).join(" and ")}`;
          reasons.set(subject.uid, `${speak(reason.code, reason.args, voice).text}${under}`);
        }
        return [`plan ${event.plan.hash.slice(0, 12)}, ${count(event.plan.budgets.length, "budget")}`];
      case "started": {
        const reason = reasons.get(event.pod.uid);
        askedAt.set(event.pod.uid, event.at);
        return [`  ${event.node}  ${nameOf(event.pod)}  ${event.action}${reason === undefined ? "" : `: ${reason}`}`];
      }
      case "gone": {
        const since = askedAt.get(event.pod.uid);
        const after = since === undefined ? "" : ` after ${durationText(event.at - since)}`;
        return [`  ${event.node}  ${nameOf(event.pod)}  gone${after}: ${speak(event.proof.code, event.proof.args, voice).text}`];
      }
      default:
        return [];
    }
  };
}
