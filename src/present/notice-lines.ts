import type { ExecutionEvent } from "../execution/event.ts";
import { formatTime } from "../kube/time.ts";
import type { Instant } from "../runtime/clock.ts";
import type { CauseGroup } from "./cause-groups.ts";
import { durationText, rangeText } from "./duration-text.ts";
import type { GuidedStep } from "./kubectl-steps.ts";
import { bad, dim, good, type Line, plain, warn } from "./line.ts";
import { count, nameOf, someOf } from "./names.ts";
import { replannedWords } from "./replanned-words.ts";
import { speak, type Voice } from "./speak.ts";

/** What is said beside kubectl's lines as it happens, on stderr. `important` lines are said even with --quiet. */
export interface Notice {
  readonly line: Line;
  readonly important: boolean;
}

/** Waiting and leaving are the live display's, or `stillWaiting`'s; here is what happens once. */
export function noticesOf(event: ExecutionEvent, voice: Voice): readonly Notice[] {
  switch (event.kind) {
    case "planned":
      return [
        ...event.plan.findings
          .filter(({ severity }) => severity !== "fatal")
          // What was agreed to needs no hint how to agree.
          .flatMap((finding) =>
            noticesOf({ at: event.at, kind: "finding", finding }, voice).filter(
              (notice) => notice.important || finding.consent === undefined,
            ),
          ),
        ...event.plan.nodes.map(({ node, steps, predicted }) => {
          const going = steps.filter((step) => ["evict", "delete", "migrate", "wait"].includes(step.action)).length;
          return minor([plain(`node ${node}: ${count(going, "pod")} to go${going === 0 ? "" : `, ${rangeText(predicted)}`}`)]);
        }),
      ];
    case "finding": {
      const { text, hint } = speak(event.finding.code, event.finding.args, voice);
      const [subject] = event.finding.objects;
      // The phrases go on from an object's name, unless they name it themselves.
      const about = subject === undefined || text.includes(subject.name) ? text : `${nameOf(subject)}: ${text}`;
      const isNote = event.finding.severity === "info";
      const line = [isNote ? dim("Note") : warn("Warning"), plain(`: ${about}`)];
      return [isNote ? minor(line) : major(line), ...(hint === "" ? [] : [minor([dim(`  → ${hint}`)])])];
    }
    case "server-lost": {
      const why = event.message === undefined ? "" : ` (${event.message})`;
      return [
        major([warn("Warning"), plain(`: nothing heard of the API server for ${durationText(event.silentFor)}${why}`)]),
        minor([dim("  → pods that were asked to go still go; it goes on by itself when the server answers again")]),
      ];
    }
    case "server-back":
      return [major([good("back"), plain(`: the API server answers again, after ${durationText(event.silentFor)} of silence`)])];
    case "cordoned":
      return [
        ...(event.foreign ? [minor([plain(`node ${event.node} was unschedulable before; nothing automatic will lift that`)])] : []),
        ...byHand({ node: event.node, stage: "cordon", subject: { kind: "Node", name: event.node }, action: "change" }, voice),
      ];
    case "tainted":
      return [
        ...taintNotices(event),
        ...byHand({ node: event.node, stage: "evacuate", subject: { kind: "Node", name: event.node }, action: "change" }, voice),
      ];
    case "recordoned":
      return [major([warn("Warning"), plain(`: somebody made node ${event.node} schedulable again; cordoned it once more to go on`)])];
    case "uncordoned":
      return [
        ...event.overrides.map(({ who, since }) =>
          major([warn("Warning"), plain(`: lifts the cordon of ${who}${since === undefined ? "" : ` (since ${since})`}`)]),
        ),
        ...event.taints.flatMap((taint) => [
          major([warn("Warning"), plain(`: node ${event.node} still has the taint ${taint}: what does not tolerate it cannot run there`)]),
          minor([dim(`  → take it off: ${voice.speaker.program} taint nodes ${event.node} ${taint}-`)]),
        ]),
      ];
    case "refused":
      // What a dry run finds refused is its result, and told with it.
      return event.dryRun ? [] : [minor([dim(`${nameOf(event.pod)}: ${speak(event.code, event.args, voice).text}`)])];
    case "deadline":
      return deadlineNotices(event);
    case "forced":
      return [
        major([
          warn("Warning"),
          plain(
            `: deleted pod ${nameOf(event.pod)} ahead of the deadline, past budgets, with ${durationText(event.grace)} to end (deadline ${formatTime(event.deadlineAt)})`,
          ),
        ]),
      ];
    case "gone":
      return event.action === "wait" ? [minor([plain(`pod ${nameOf(event.pod)} is gone; it was ending already`)])] : [];
    case "replanned":
      return [minor([plain(replannedWords(event, voice))])];
    case "drained":
      return event.proven || event.dryRun
        ? []
        : event.proofs
            .filter((proof) => !proof.proven && proof.subject.kind === "Node")
            .map((proof) => major([warn("Warning"), plain(`: ${speak(proof.code, proof.args, voice).text}`)]));
    case "started":
      return byHand({ node: event.node, stage: "evacuate", subject: { kind: "Pod", ...event.pod }, action: event.action }, voice);
    case "accepted":
    case "forecast":
    case "blocked":
    case "unblocked":
    case "node-failed":
      return [];
  }
}

function taintNotices({ node, taints, already, foreign, again, dryRun }: Extract<ExecutionEvent, { kind: "tainted" }>): readonly Notice[] {
  // kubectl's line does not say so.
  if (dryRun) return [minor([dim(`dry run: node ${node} was not changed`)])];
  const named = taints.join(", ");
  if (again) return [major([warn("Warning"), plain(`: somebody removed ${named} from node ${node}; set it once more to go on`)])];
  if (already && foreign) return [minor([plain(`node ${node} had ${named} before; nothing automatic will remove that`)])];
  return [];
}

/** With `--show-kubectl`: what one would type for this step. */
function byHand(step: GuidedStep, { kubectl }: Voice): readonly Notice[] {
  return (kubectl?.(step) ?? []).map(({ command }) => major([dim(`  by hand: ${command}`)]));
}

/** Which pods are deleted when: one line for those that go together. */
function deadlineNotices({ at, node, deadlineAt, resumed, pods }: Extract<ExecutionEvent, { kind: "deadline" }>): readonly Notice[] {
  const when = `${formatTime(deadlineAt)}${deadlineAt > at ? `, in ${durationText(deadlineAt - at)}` : ", which has passed"}`;
  const whose = resumed ? ", as an earlier run of this command has set it" : "";
  const groups = Map.groupBy(pods, ({ dueAt }) => Math.max(0, Math.round((dueAt - at) / 1000)));
  return [
    major([warn("Warning"), plain(`: deadline of node ${node}: ${when}${whose}. What is still there is deleted, past budgets:`)]),
    ...[...groups].map(([seconds, due]) =>
      major([plain(`  ${seconds === 0 ? "now" : `in ${durationText(seconds * 1000)}`}: ${someOf(due.map(({ pod }) => nameOf(pod)))}`)]),
    ),
  ];
}

/** One line for each cause that lasts, where there is no live display. */
export function stillWaiting(groups: readonly CauseGroup[], now: Instant): readonly Line[] {
  return groups.flatMap(({ nodes, endsBy, names, text, hint, since }): Line[] => [
    [
      endsBy === "person" ? bad("blocked") : warn("waiting"),
      plain(
        ` on ${nodes.length === 1 ? nodes.join("") : count(nodes.length, "node")} for ${durationText(now - since)}: ${someOf(names)}: ${text}`,
      ),
    ],
    ...(hint === "" ? [] : [[dim(`  → ${hint}`)]]),
  ]);
}

function minor(line: Line): Notice {
  return { line, important: false };
}

function major(line: Line): Notice {
  return { line, important: true };
}
