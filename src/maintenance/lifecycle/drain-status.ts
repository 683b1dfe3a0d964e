import type { BlockerStatus, MaintenanceStatus, Progress } from "../../api/maintenance.ts";
import type { ObjectRef } from "../../kube/object.ts";
import { formatTime, parseTime } from "../../kube/time.ts";
import { allowable, type Consent } from "../../plan/consent.ts";
import type { Blocker } from "../../plan/finding.ts";
import type { Millis } from "../../runtime/clock.ts";
import { compareText } from "../../runtime/text-order.ts";
import { wayOn, wordsOf } from "./code-words.ts";
import type { DrainFacts, Facts } from "./facts.ts";
import { stampOf } from "./questions.ts";
import { refusalsOf } from "./refusals.ts";
import { type BasePhase, baseOf, type LifecycleState } from "./state.ts";

/** What both kinds of status say of the pods. */
const mostBlockers = 64;
const mostProofs = 32;
/** A forecast that moved by less says nothing new, and is not written. */
const etaStep: Millis = 15_000;

const withPods: ReadonlySet<BasePhase> = new Set(["Cordoned", "Draining", "Drained", "AwaitingPowerOff", "AwaitingRelease"]);

export const emptyPhases: ReadonlySet<BasePhase> = new Set(["Drained", "AwaitingPowerOff", "AwaitingRelease"]);

/** Are the pods of the node this maintenance's business now? */
export function hasPods(state: LifecycleState): boolean {
  return withPods.has(baseOf(state));
}

/** How far emptying is. What is not known now stays as it was said; pods that went while nobody looked count as gone. */
export function progressOf({ drain, serverNow }: Facts, state: LifecycleState, before: Progress | undefined): Progress | undefined {
  const seen = drain?.progress;
  const known = hasPods(state) || baseOf(state) === "Returning" || state.phase === "Finished" || state.phase === "Cancelling";
  if (!known) return undefined;
  if (!hasPods(state)) return before === undefined ? undefined : withoutEta(before);
  if (seen === undefined) return before;
  const left = seen.left.length;
  const total = Math.max(seen.gone.length + left, before === undefined ? 0 : Math.max(before.total, before.done + left));
  const done = total - left;
  const waiting = new Set(seen.blockers.flatMap(({ step, ordinary }) => (ordinary === true ? [] : [step])));
  return {
    total,
    done,
    left,
    blocked: seen.left.filter(({ id }) => waiting.has(id)).length,
    percent: percentOf(done, total),
    text: `${done}/${total}`,
    // What waits for a person goes when that one has acted: no forecast knows when.
    ...(state.phase === "Blocked" ? {} : etaOf(drain, left, before?.eta, serverNow)),
  };
}

/** Nobody is waited for any more. */
function withoutEta(progress: Progress): Progress {
  const { eta: _, etaText: __, ...rest } = progress;
  return rest;
}

/** Never outside 0 to 100, rounded down; nothing to do is all done. */
export function percentOf(done: number, total: number): number {
  return total <= 0 ? 100 : Math.max(0, Math.min(100, Math.trunc((done * 100) / total)));
}

export function etaOf(
  drain: DrainFacts | undefined,
  left: number,
  before: string | undefined,
  serverNow: number,
): { readonly eta?: string; readonly etaText?: string } {
  // Of a pod that is only waited for, nobody can tell when it goes: the forecast has no end.
  if (drain?.eta === undefined || !Number.isFinite(drain.eta) || left === 0) return {};
  const old = parseTime(before);
  const isOldGood = old !== undefined && old > serverNow && Math.abs(old - drain.eta) < Math.max(etaStep, (drain.eta - serverNow) / 10);
  const eta = formatTime(stampOf(isOldGood ? old : drain.eta));
  return { eta, etaText: `${eta.slice(11, 16)}Z` };
}

/** What stands in the way, the oldest first. What was in the way before keeps its beginning, whoever saw it. */
export function blockersOf(facts: Facts, state: LifecycleState, before: readonly BlockerStatus[] = []): BlockerStatus[] {
  const refused = state.phase === "Blocked" ? refusedStatus(facts, state, before) : [];
  const isUnknown = state.phase === "Blocked" && refused.length === 0 && facts.drain === undefined;
  if (!hasPods(state)) return isUnknown ? [...before] : refused;
  const { drain } = facts;
  // A watch that is begun anew every few minutes holds nothing up where nothing is to go.
  const isOfNoMoment = ({ code }: Blocker): boolean => code === "view-stale" && emptyPhases.has(baseOf(state));
  if (drain?.progress === undefined) return refused.length > 0 ? refused : [...before];
  return [
    ...refused,
    ...drain.progress.blockers
      .filter((blocker) => blocker.ordinary !== true && !isOfNoMoment(blocker))
      .map((blocker) => blockerStatus(blocker, facts, before)),
  ]
    .toSorted((a, b) => compareText(a.since, b.since) || compareText(a.object, b.object) || compareText(a.code, b.code))
    .slice(0, mostBlockers);
}

/** What forbids to touch the node stands in the way of all of it. */
function refusedStatus(facts: Facts, state: LifecycleState, before: readonly BlockerStatus[]): BlockerStatus[] {
  return refusalsOf(facts, baseOf(state)).map((refusal) => {
    const { code, consents } = refusal;
    const object = textOf(refusal.object ?? { kind: "Node", name: facts.object.nodeName });
    const { text: message, hint } = wayOn(refusal, facts);
    const since = before.find((other) => other.code === code && other.object === object)?.since;
    const beginning = since ?? formatTime(state.since ?? facts.serverNow);
    return { code, object, message, since: beginning, endsBy: "person", ...(hint === "" ? {} : { hint }), ...asked(consents) };
  });
}

function blockerStatus(blocker: Blocker, facts: Facts, before: readonly BlockerStatus[]): BlockerStatus {
  const object = textOf(blocker.object);
  const { text: message, hint } = wayOn(blocker, facts);
  const old = before.find((other) => other.code === blocker.code && other.object === object);
  const { endsBy, code, consents } = blocker;
  const since = old?.since ?? formatTime(blocker.since);
  return { code, object, message, since, endsBy, ...(hint === "" ? {} : { hint }), ...asked(consents) };
}

function textOf({ kind, namespace, name }: ObjectRef): string {
  return [kind, ...(namespace === undefined ? [] : [namespace]), name].join("/");
}

/** Only what an object can be given: that DaemonSets stay goes without saying. */
function asked(consents: readonly Consent[] = []): Pick<BlockerStatus, "consents"> {
  const named = allowable.filter((consent) => consents.includes(consent));
  return named.length === 0 ? {} : { consents: [...named] };
}

type ProofStatus = NonNullable<MaintenanceStatus["proofs"]>[number];

/** What was shown of the node itself. A proof that stands keeps its time. */
export function proofsOf({ drain }: Facts, state: LifecycleState, before: readonly ProofStatus[] = []): ProofStatus[] {
  if (!hasPods(state)) return [...before];
  const progress = drain?.progress;
  if (progress === undefined) return [...before];
  return [...progress.shown, ...(progress.verdict === undefined ? [] : [progress.verdict])].slice(0, mostProofs).map((proof) => {
    const message = wordsOf(proof.code, proof.args).text;
    const old = before.find((other) => other.code === proof.code && other.proven === proof.proven && other.message === message);
    return old ?? { code: proof.code, message, at: formatTime(proof.at), proven: proof.proven };
  });
}
