import type { MissingPermission, NodeOutcome, Outcome } from "../maintenance/outcome.ts";
import type { Consent } from "../plan/consent.ts";
import { causeGroups } from "./cause-groups.ts";
import { destinationLines } from "./destination-lines.ts";
import { error, hint, notPermitted, paste } from "./end-lines.ts";
import { bad, dim, good, type Line, plain, strong, type Tone, warn } from "./line.ts";
import { count, nameOf, someOf } from "./names.ts";
import { refusalLines, wayOnFrom } from "./refusal-lines.ts";
import { speak, type Voice } from "./speak.ts";
import { taintLines, wayBack } from "./taint-lines.ts";

export interface OutcomeWords extends Voice {
  /** The same command with these consents as well: the line to paste. */
  readonly again: (more: Iterable<Consent>) => string;
  readonly verb: "drain" | "cordon" | "uncordon" | "taint" | "preview" | "status" | "pods" | "check";
  readonly dryRun: boolean;
}

/** How it ended, for stderr: what was and was not done, why, and the next step. Lines that start with "error" are what went wrong. */
export function outcomeText(outcome: Outcome, words: OutcomeWords): readonly Line[] {
  switch (outcome.kind) {
    case "no-such-node":
      return outcome.names.flatMap((name): Line[] => {
        const near = outcome.near[name];
        return [error(`nodes "${name}" not found${near === undefined ? "" : ` (did you mean ${near}?)`}; nothing was changed`)];
      });
    case "no-node-selected":
      return [
        error(`no node matches the selector "${outcome.selector}"; nothing was changed`),
        hint("see them: kubectl get nodes --show-labels"),
      ];
    case "denied":
      return deniedText(outcome.missing);
    case "refused":
      return refusedText(outcome, words);
    case "stopped-before":
      return [
        error(
          `${{ interrupted: "stopped", "timed-out": "timed out", declined: "not agreed to" }[outcome.why]} before anything was changed`,
        ),
      ];
    case "finished":
      return [...outcome.nodes.flatMap((node) => nodeText(node, words)), ...stateLines(outcome.nodes, words)];
  }
}

function deniedText(missing: readonly MissingPermission[]): readonly Line[] {
  const reasons = [...new Set(missing.flatMap(({ reason }) => (reason === undefined || reason === "" ? [] : [reason])))];
  return [
    notPermitted(missing),
    ...reasons.map((reason) => hint(reason)),
    hint("have a cluster role with these verbs bound to you, or pass --as, --context or --token of someone who has it"),
  ];
}

function refusedText({ plan, refusals }: Extract<Outcome, { kind: "refused" }>, words: OutcomeWords): readonly Line[] {
  const nodes = plan.nodes.map(({ node }) => node);
  const { kind, consents } = wayOnFrom(refusals);
  return [
    error(
      `unable to ${words.verb === "taint" ? "taint" : "drain"} ${nodes.length === 1 ? `node "${nodes[0]}"` : count(nodes.length, "node")}; nothing was changed. In the way:`,
    ),
    ...refusalLines(refusals, words),
    [
      plain(
        { agree: "To agree to that, run:", partly: "To move all that can go and keep the rest, run:", mend: "When that is mended, run:" }[
          kind
        ],
      ),
    ],
    paste(words.again(consents)),
  ];
}

/** Whoever brings nodes back wants to see that they are: one line, however many they were. */
function stateLines(nodes: readonly NodeOutcome[], { verb, dryRun, speaker }: OutcomeWords): readonly Line[] {
  const back = nodes.filter(({ state }) => state === "uncordoned").map(({ node }) => node);
  if (verb !== "uncordon" || dryRun || back.length === 0) return [];
  return [hint(`how it stands: ${[speaker.program, "status", ...(back.length > 3 ? [] : back)].join(" ")}`)];
}

function nodeText(outcome: NodeOutcome, words: OutcomeWords): readonly Line[] {
  const { node, state, left } = outcome;
  if (words.verb === "taint") return taintText(outcome, words);
  if (words.verb === "uncordon" || words.verb === "cordon") return state === "failed" ? failedText(outcome, words) : [];
  switch (state) {
    case "drained":
    case "unproven":
      if (outcome.error !== undefined) return failedText(outcome, words);
      return words.dryRun ? [] : emptyText(outcome, words);
    case "uncordoned":
    case "tainted":
    case "untainted":
    case "modified":
      return [];
    case "cordoned":
      return [[good(`node ${node} takes no new pods`), plain("; those on it were left, as asked")]];
    case "blocked":
      if (words.dryRun) return [error(`node "${node}" would not be emptied now; in the way:`), ...causes(outcome, words)];
      return [
        error(
          `node "${node}" cannot be drained further: ${whatIsLeft(outcome)} can never go by ${left.length === 1 ? "itself" : "themselves"}`,
        ),
        ...causes(outcome, words),
        ...destinationLines(outcome.destinations ?? []),
        ...wayOn(outcome, words),
      ];
    case "timed-out":
      return [
        error(
          `node "${node}": global timeout reached; ${left.length === 0 ? "no pod is left" : `${whatIsLeft(outcome)} left: ${names(left)}`}`,
        ),
        ...causes(outcome, words),
        ...destinationLines(outcome.destinations ?? []),
        ...wayOn(outcome, words),
      ];
    case "interrupted":
      return [
        [
          warn(`node ${node}: stopped`),
          plain(`; ${count(outcome.moved, "pod")} moved, ${whatIsLeft(outcome)} left${left.length === 0 ? "" : `: ${names(left)}`}`),
        ],
        ...causes(outcome, words),
        ...destinationLines(outcome.destinations ?? []),
        ...wayOn(outcome, words),
      ];
    case "failed":
      return failedText(outcome, words);
    case "untouched":
      return words.dryRun ? [] : [[plain(`node ${node}: untouched`)]];
  }
}

function emptyText(outcome: NodeOutcome, words: OutcomeWords): readonly Line[] {
  const { node, state, moved } = outcome;
  const tone: Tone = state === "drained" ? "good" : "warn";
  return [
    [
      { text: `node ${node} is empty`, tone },
      plain(`: ${count(moved, "pod")} moved${state === "drained" ? "" : "; not all of it is proven"}`),
    ],
    ...destinationLines(outcome.destinations ?? []),
    ...wayBack(outcome, words.speaker).map((line, i) => hint(`${i === 0 ? "back into service:" : "and then:         "} ${line}`)),
    hint(`may it be off?     ${words.speaker.program} check power-off ${node}`),
  ];
}

/** kubectl's words, which begin with the node or the taint. */
function taintText({ state, error: cause, node }: NodeOutcome, words: OutcomeWords): readonly Line[] {
  if (state !== "failed" || cause === undefined) return state === "untouched" && !words.dryRun ? [[plain(`node ${node}: untouched`)]] : [];
  const { text, hint: next } = speak(cause.code, cause.args, words);
  return [error(text), ...(next === "" ? [] : [hint(next)])];
}

function failedText(outcome: NodeOutcome, words: OutcomeWords): readonly Line[] {
  const { node, error: cause } = outcome;
  const spoken = cause === undefined ? { text: "failed", hint: "" } : speak(cause.code, cause.args, words);
  const about = spoken.text.includes(node) ? spoken.text : `node "${node}" ${spoken.text}`;
  return [
    error(`unable to ${words.verb} node "${node}": ${about}`),
    ...(spoken.hint === "" ? [] : [hint(spoken.hint)]),
    ...causes(outcome, words),
    ...(words.verb === "drain" ? wayOn(outcome, words) : []),
  ];
}

function causes({ blockers }: NodeOutcome, voice: Voice): readonly Line[] {
  return causeGroups(blockers, voice).flatMap(({ endsBy, names: held, text, hint: next }): Line[] => [
    [endsBy === "person" ? bad("  blocked  ") : warn("  waiting  "), plain(`${someOf(held)}: ${text}`)],
    ...(next === "" ? [] : [[dim(`           → ${next}`)]]),
  ]);
}

/** A node that stays cordoned is said to be so, with both ways out (kubernetes#37592: nodes are forgotten in this state). */
function wayOn(outcome: NodeOutcome, words: OutcomeWords): readonly Line[] {
  const { node, cordoned, taint } = outcome;
  if (words.dryRun || cordoned === "unknown") return [];
  if (taint !== undefined) return [...taintLines(node, taint), hint(`go on:            ${words.again([])}`), ...stopLines(outcome, words)];
  if (cordoned === "no") {
    const why = outcome.afterFailure?.kind === "uncordoned" ? "its cordon was lifted, as --on-failure=uncordon asks; " : "";
    return [[strong(`node ${node} is schedulable`), plain(`: ${why}new pods may come to it`)]];
  }
  return [
    [strong(`node ${node} stays unschedulable`), plain(cordoned === "by-others" ? " (it was before)" : ""), plain(notLifted(outcome))],
    hint(`go on:            ${words.again([])}`),
    hint(`bring it back:    ${words.speaker.program} ${words.speaker.keepsOut === true ? "return" : "uncordon"} ${node}`),
    hint(`how it stands:    ${words.speaker.program} status ${node}`),
  ];
}

/** Why `--on-failure=uncordon` has lifted nothing. */
function notLifted({ afterFailure: done }: NodeOutcome): string {
  if (done?.kind !== "kept") return "";
  const by = done.by.length === 0 ? "somebody else" : done.by.join(", ");
  switch (done.why) {
    case "foreign":
      return `; --on-failure=uncordon lifts no cordon of ${by}`;
    case "held":
      return `; --on-failure=uncordon leaves it to ${by}, who holds it too`;
    case "left-out":
      return `; --on-failure=uncordon leaves it out, as ${by} left it`;
    case "unreadable":
      return "; --on-failure=uncordon leaves it: what the record on it says cannot be read";
    case "failed":
      return `; --on-failure=uncordon could not lift its cordon: ${by}`;
  }
}

function stopLines(outcome: NodeOutcome, { speaker }: OutcomeWords): readonly Line[] {
  return wayBack(outcome, speaker).map((line, i) => hint(`${i === 0 ? "stop that:        " : "bring it back:    "}${line}`));
}

function whatIsLeft({ left }: NodeOutcome): string {
  return count(left.length, "pod");
}

function names(left: NodeOutcome["left"]): string {
  return someOf(left.map(nameOf));
}
