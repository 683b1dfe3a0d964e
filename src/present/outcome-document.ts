import type { AfterFailure, NodeOutcome, Outcome } from "../maintenance/outcome.ts";
import type { Json } from "../kube/object.ts";
import type { Blocker } from "../plan/finding.ts";
import { formatTime } from "../kube/time.ts";
import { findingDocument, documentVersion } from "./preview-document.ts";
import { destinationDocument } from "./destination-document.ts";
import { kindAndName, nameOf } from "./names.ts";
import { speak, type Voice } from "./speak.ts";

/** How a drain, cordon or uncordon ended, for programs. `result` is the kind of outcome, `exitCode` what the process returns. */
export function outcomeDocument(
  verb: string,
  outcome: Outcome,
  at: { readonly exitCode: number; readonly dryRun: boolean },
  voice: Voice,
): Json {
  const { exitCode, dryRun } = at;
  return { apiVersion: documentVersion, kind: "Result", command: verb, dryRun, exitCode, result: outcome.kind, ...details(outcome, voice) };
}

function details(outcome: Outcome, voice: Voice): { readonly [key: string]: Json } {
  switch (outcome.kind) {
    case "no-such-node":
      return { names: outcome.names.map((name) => ({ name, near: outcome.near[name] ?? null })) };
    case "no-node-selected":
      return { selector: outcome.selector };
    case "denied":
      return {
        missing: outcome.missing.map(({ verb, resource, namespace, reason }) => ({
          verb,
          resource,
          namespace: namespace ?? null,
          reason: reason ?? "",
        })),
      };
    case "refused":
      return {
        hash: outcome.plan.hash,
        refusals: outcome.refusals.map((refusal) =>
          refusal.kind === "finding"
            ? { kind: "finding", ...(findingDocument(refusal.finding, voice) as { readonly [key: string]: Json }) }
            : { kind: "consent", object: kindAndName(refusal.step.subject), missing: refusal.missing },
        ),
      };
    case "stopped-before":
      return { why: outcome.why };
    case "finished":
      return {
        ...(outcome.plan === undefined ? {} : { hash: outcome.plan.hash }),
        nodes: outcome.nodes.map((node) => nodeDocument(node, voice)),
      };
  }
}

function nodeDocument(outcome: NodeOutcome, voice: Voice): Json {
  const { node, state, cordoned, moved, left, blockers, attached, forced = [], destinations = [], afterFailure, error } = outcome;
  return {
    node,
    state,
    cordoned,
    taint: outcome.taint ?? null,
    moved,
    left: left.map(nameOf),
    blockers: blockers.map((blocker) => blockerDocument(blocker, voice)),
    attached: attached ?? [],
    forced: forced.map(({ pod, at, grace }) => ({ pod: nameOf(pod), uid: pod.uid, time: formatTime(at), graceSeconds: grace / 1000 })),
    afterFailure: afterFailure === undefined ? null : afterFailureDocument(afterFailure),
    destinations: destinations.map(destinationDocument),
    error: error === undefined ? null : { code: error.code, message: speak(error.code, error.args, voice).text },
  };
}

/** `cordon`: what became of it under `--on-failure=uncordon`. */
function afterFailureDocument(done: AfterFailure): Json {
  return done.kind === "uncordoned" ? { cordon: "lifted" } : { cordon: "kept", why: done.why, by: done.by };
}

export function blockerDocument(blocker: Blocker, voice: Voice): Json {
  const { text, hint } = speak(blocker.code, blocker.args, voice);
  const { code, node, object, since, endsBy } = blocker;
  return { code, node, object: kindAndName(object), since: formatTime(since), endsBy, message: text, hint };
}
