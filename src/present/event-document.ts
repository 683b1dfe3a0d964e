import type { ExecutionEvent } from "../execution/event.ts";
import type { Json } from "../kube/object.ts";
import { formatTime } from "../kube/time.ts";
import type { Proof } from "../plan/finding.ts";
import { kindAndName, nameOf } from "./names.ts";
import { blockerDocument } from "./outcome-document.ts";
import { evidenceDocument, findingDocument, isPod, podDocument, seconds } from "./preview-document.ts";
import { replannedWords } from "./replanned-words.ts";
import { speak, type Voice } from "./speak.ts";

/** One event as one line of `-o ndjson`: `event` says which, `time` when (RFC 3339). */
export function eventDocument(event: ExecutionEvent, voice: Voice): Json {
  return { time: formatTime(event.at), event: event.kind, ...details(event, voice) };
}

/** Ends of a node that are states of its outcome, not codes with phrases. */
const stateWords: Readonly<Record<string, string>> = {
  blocked: "all that is left can never go by itself",
  "timed-out": "global timeout reached",
  interrupted: "stopped",
};

function details(event: ExecutionEvent, voice: Voice): { readonly [key: string]: Json } {
  switch (event.kind) {
    case "planned":
      return {
        hash: event.plan.hash,
        nodes: event.plan.nodes.map(({ node, steps, predicted }) => ({
          node,
          predicted: seconds(predicted),
          pods: steps.filter(isPod).map((step) => podDocument(step, voice)),
        })),
      };
    case "finding":
      return { finding: findingDocument(event.finding, voice) };
    case "forecast":
      return {
        remaining: seconds(event.remaining),
        nodes: event.nodes.map(({ node, remaining }) => ({ node, remaining: seconds(remaining) })),
      };
    case "server-lost":
      return { silentForSeconds: Math.round(event.silentFor / 100) / 10, message: event.message ?? null };
    case "server-back":
      return { silentForSeconds: Math.round(event.silentFor / 100) / 10 };
    case "cordoned":
      return { node: event.node, already: event.already, foreign: event.foreign, dryRun: event.dryRun };
    case "recordoned":
      return { node: event.node };
    case "tainted": {
      const { node, taints, change, already, foreign, again, dryRun } = event;
      return { node, taints, change, already, foreign, again, dryRun };
    }
    case "uncordoned":
      return {
        node: event.node,
        already: event.already,
        overrides: event.overrides.map(({ who, since, record }) => ({ who, since: since ?? null, record })),
        taints: event.taints,
        dryRun: event.dryRun,
      };
    case "started":
      return { node: event.node, pod: nameOf(event.pod), uid: event.pod.uid, action: event.action, dryRun: event.dryRun };
    case "accepted":
      return { node: event.node, pod: nameOf(event.pod), uid: event.pod.uid, action: event.action };
    case "refused":
      return {
        node: event.node,
        pod: nameOf(event.pod),
        uid: event.pod.uid,
        code: event.code,
        message: speak(event.code, event.args, voice).text,
      };
    case "deadline":
      return {
        node: event.node,
        deadline: formatTime(event.deadlineAt),
        resumed: event.resumed,
        pods: event.pods.map(({ pod, dueAt }) => ({ pod: nameOf(pod), uid: pod.uid, deletedAt: formatTime(dueAt) })),
      };
    case "forced":
      return {
        node: event.node,
        pod: nameOf(event.pod),
        uid: event.pod.uid,
        graceSeconds: event.grace / 1000,
        deadline: formatTime(event.deadlineAt),
      };
    case "gone":
      return {
        node: event.node,
        pod: nameOf(event.pod),
        uid: event.pod.uid,
        action: event.action,
        proof: proofDocument(event.proof, voice),
      };
    case "blocked":
    case "unblocked":
      return { blocker: blockerDocument(event.blocker, voice) };
    case "replanned":
      return {
        node: event.node,
        object: kindAndName(event.subject),
        from: event.from ?? null,
        to: event.to ?? null,
        message: replannedWords(event, voice),
        cause: { object: kindAndName(event.cause.object), how: event.cause.how, resourceVersion: event.cause.resourceVersion },
      };
    case "drained":
      return {
        node: event.node,
        proven: event.proven,
        dryRun: event.dryRun,
        proofs: event.proofs.map((proof) => proofDocument(proof, voice)),
      };
    case "node-failed":
      return {
        node: event.node,
        code: event.code,
        message: stateWords[event.code] ?? speak(event.code, event.args, voice).text,
        blockers: event.blockers.map((blocker) => blockerDocument(blocker, voice)),
      };
  }
}

function proofDocument({ code, subject, args, at, evidence, proven }: Proof, voice: Voice): Json {
  return {
    code,
    subject: kindAndName(subject),
    time: formatTime(at),
    proven,
    message: speak(code, args, voice).text,
    evidence: evidence.map(evidenceDocument),
  };
}
