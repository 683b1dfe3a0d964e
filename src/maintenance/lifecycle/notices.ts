import { digest } from "../../runtime/hash.ts";
import type { Facts } from "./facts.ts";
import { medik8sEvents } from "./medik8s-texts.ts";
import { endOf, sentenceOf } from "./phrases.ts";
import { doChecksPass, onDeletion } from "./questions.ts";
import type { LifecycleEvent, LifecycleState, Move, Notice } from "./state.ts";

type Words = Pick<Notice, "code" | "reason" | "type" | "message" | "on">;

/** What has just come to be, told once: what the stored state already said is told no more. */
export function noticesOf(facts: Facts, moves: readonly Move[], state: LifecycleState): readonly Notice[] {
  const { previous, object } = facts;
  const words = [
    ...(previous === undefined && object.deletedAt === undefined ? began(facts) : []),
    ...noted(facts, previous, state),
    // Away and back within one moment is no news.
    ...(previous?.phase === state.phase && previous.from === state.from ? [] : moves.flatMap((move) => moved(facts, move))),
    ...moves.flatMap(({ by, from, to }) => (by.type === "machine-replaced" ? [replaced(facts, from, to)] : [])),
  ];
  const cause = digest(previous ?? null).slice(0, 12);
  return words.map((one) => ({ ...one, key: `${object.uid}/${one.code}/${cause}` }));
}

function began({ object }: Facts): readonly Words[] {
  if (object.face === "medik8s") return [{ code: "began", ...medik8sEvents.began }];
  return [normal("began", "Began", `takes node ${object.nodeName} out of service`)];
}

/** What is told besides the phase. */
function noted(facts: Facts, previous: LifecycleState | undefined, state: LifecycleState): readonly Words[] {
  const { nodeName } = facts.object;
  const words: Words[] = [];
  if (previous?.startedAt === undefined && state.startedAt !== undefined)
    words.push(normal("held", "OutOfScheduling", heldSentence(facts)));
  const drift = state.drifts.at(-1);
  if (drift !== undefined && drift.endedAt === undefined && previous?.drifts.at(-1)?.at !== drift.at && state.phase !== "Blocked") {
    const { gone, by } = facts.hold.kind === "drifted" ? facts.hold : { gone: [], by: undefined };
    words.push(warning("drift", "HoldUndone", sentenceOf(facts, state, { type: "drift", gone, by })));
  }
  if (previous?.leaseLostSince === undefined && state.leaseLostSince !== undefined && state.phase !== "Failed") {
    const holder = facts.lease.kind === "foreign" ? facts.lease.holder : undefined;
    words.push(warning("lease-lost", "LeaseLost", sentenceOf(facts, state, { type: "lease-lost", holder, attempts: 1 })));
  }
  if (previous?.leaseLostSince !== undefined && state.leaseLostSince === undefined && facts.lease.kind === "held")
    words.push(normal("lease-back", "LeaseRegained", `has the lease of node ${nodeName} again`));
  if (previous?.offSeenAt === undefined && state.offSeenAt !== undefined)
    words.push(normal("off", "SwitchedOff", `node ${nodeName} was switched off`));
  return words;
}

function heldSentence({ object, hold }: Facts): string {
  const foreign = hold.kind === "held" ? hold.foreignCordon : undefined;
  const kept = foreign === undefined ? "" : `; it was cordoned before by ${foreign}, and that cordon stays in the end`;
  return `node ${object.nodeName} is out of scheduling${kept}`;
}

function replaced({ object }: Facts, { machine }: LifecycleState, to: LifecycleState): Words {
  const next = to.phase === "Checking" ? "it is taken out of service anew" : "it is held anew";
  return warning(
    "replaced",
    "MachineReplaced",
    `another machine registered as node ${object.nodeName} (before: ${machine?.uid ?? "?"}): ${next}`,
  );
}

function moved(facts: Facts, { from, by, to }: Move): readonly Words[] {
  const { nodeName: node, face } = facts.object;
  const resumed = from.phase === to.phase ? [] : overlayLeft(facts, from, by, to);
  const say = (): string => sentenceOf(facts, to, by);
  switch (to.phase) {
    case "Pending":
      return by.type === "node-missing" ? [warning("node-missing", "NodeMissing", say())] : resumed;
    case "Drained":
      return [...resumed, ...(from.phase === "Draining" ? [drained(facts, to)] : [])];
    case "AwaitingPowerOff":
      return [normal("power-off", "AwaitingPowerOff", say())];
    case "AwaitingRelease":
      return by.type === "release-awaited" ? [normal("release", "AwaitingRelease", say())] : resumed;
    case "Returning":
      return from.phase === "AwaitingRelease" && from.checksSince !== undefined
        ? resumed
        : [normal("returning", "Returning", `node ${node} is wanted back: checks it first`)];
    case "Blocked":
      return [warning("blocked", "Blocked", say())];
    case "Paused":
      return [normal("paused", "Paused", say())];
    case "Failed":
      return [face === "medik8s" ? { code: "failed", ...medik8sEvents.failed } : warning("failed", "Failed", say())];
    case "Cancelling":
      return by.type === "cancelled" ? [normal("cancelling", "Cancelling", say())] : [];
    case "Finished":
      return finished(facts, to);
    default:
      return resumed;
  }
}

/** It goes on, and by what. */
function overlayLeft({ object }: Facts, from: LifecycleState, by: LifecycleEvent, to: LifecycleState): readonly Words[] {
  const on = `goes on with node ${object.nodeName} at ${to.phase}`;
  const after = by.type === "retried" ? "tried again: " : "";
  if (from.phase === "Paused") return [normal("resumed", "Resumed", on)];
  if (from.phase === "Blocked") return [normal("unblocked", "Unblocked", `${after}${on}`)];
  return from.phase === "Failed" ? [normal("mended", "Recovered", `${after}${on}`)] : [];
}

function drained({ object, drain }: Facts, _to: LifecycleState): Words {
  if (object.face === "medik8s") return { code: "drained", ...medik8sEvents.drained };
  const moves = drain?.progress?.gone.length ?? 0;
  return normal("drained", "Drained", `node ${object.nodeName} is empty: ${moves === 1 ? "1 pod has" : `${moves} pods have`} left it`);
}

function finished(facts: Facts, to: LifecycleState): readonly Words[] {
  const { face, nodeName: node, deletedAt, cancelled, isFinalizerOurs } = facts.object;
  // Deleted before it was taken up, and somebody else's finalizer keeps it: it is none of ours.
  if (deletedAt !== undefined && !isFinalizerOurs && to.machine === undefined) return [];
  const unchecked = deletedAt !== undefined && !cancelled && onDeletion(facts) === "restore" ? uncheckedWords(facts, to) : [];
  if (face === "medik8s") {
    const isUncordoned = to.machine !== undefined && facts.node !== "missing" && facts.others.length === 0 && to.cordonedBy === undefined;
    const uncordoned = isUncordoned ? [{ code: "uncordoned", ...medik8sEvents.uncordoned }] : [];
    return [...uncordoned, ...unchecked, { code: "removed", ...medik8sEvents.removed }];
  }
  const reason = { returned: "Returned", cancelled: "Cancelled", deleted: "Returned", "kept-out": "KeptOut" }[to.ended ?? "returned"];
  return [...unchecked, normal("finished", reason, endOf(to, { node, facts }))];
}

/** Deletion asks no check; what they would have said is told all the same. */
function uncheckedWords(facts: Facts, state: LifecycleState): readonly Words[] {
  const { checks, node, object } = facts;
  if (state.machine === undefined || typeof node !== "object") return [];
  const failed = (checks?.failed ?? []).map(({ name, message }) => `${name}: ${message}`);
  const found = checks === undefined && !node.ready ? ["Ready: the node is not Ready"] : failed;
  if (found.length === 0 || doChecksPass(facts, state)) return [];
  return [warning("unchecked", "ReturnedUnchecked", `node ${object.nodeName} was put back by deletion, though ${found.join("; ")}`)];
}

function normal(code: string, reason: string, message: string): Words {
  return { code, reason, type: "Normal", message, on: "object" };
}

function warning(code: string, reason: string, message: string): Words {
  return { code, reason, type: "Warning", message, on: "object" };
}
