import type { Json } from "../../kube/object.ts";
import { formatTime } from "../../kube/time.ts";
import { isHeld, type Hold, type PodStanding, type WhyOutcome } from "../../maintenance/why/work.ts";
import { holderDocument } from "../holder-document.ts";
import { kindAndName, nameOf } from "../names.ts";
import { blockerDocument } from "../outcome-document.ts";
import { documentVersion, evidenceDocument, findingDocument, isPod, podDocument } from "../preview-document.ts";
import type { Voice } from "../speak.ts";
import { type Explained, holdGroups, type Typed } from "./why-groups.ts";
import { wayDocument } from "./ways-out.ts";

/** What something waits for, for programs: by pod and by cause. `held` is what the exit code says too. */
export function whyDocument(outcome: Extract<WhyOutcome, { readonly kind: "explained" | "unbound" }>, typed: Typed, voice: Voice): Json {
  const head = { apiVersion: documentVersion, kind: "Why" } as const;
  if (outcome.kind === "unbound")
    return {
      ...head,
      target: `pod ${nameOf(outcome.pod)}`,
      held: false,
      node: null,
      pods: [],
      after: [],
      causes: [],
      budgets: [],
      findings: [],
      unchecked: [],
    };
  const { target, pods, findings, unchecked, node } = outcome;
  return {
    ...head,
    target: target.kind === "node" ? `node ${target.name}` : `pod ${nameOf(target)}`,
    held: isHeld(outcome),
    node: nodeDocument(node),
    pods: pods.filter(({ step }) => isPod(step)).map((pod) => standingDocument(pod, voice)),
    after: pods.filter(({ step }) => !isPod(step)).map((own) => afterDocument(own, voice)),
    causes: holdGroups(outcome, typed, voice).map(({ code, names, text, endsBy, since, because, evidence, ways }) => ({
      code,
      pods: names,
      message: text,
      endsBy,
      since: since === undefined ? null : formatTime(since),
      because,
      evidence: evidence.map(evidenceDocument),
      ways: ways.map(wayDocument),
    })),
    budgets: outcome.budgets.map(budgetDocument),
    findings: findings.map((finding) => findingDocument(finding, voice)),
    unchecked: unchecked.map(({ verb, resource, namespace }) => ({ verb, resource, namespace: namespace ?? null })),
  };
}

function nodeDocument({ node, notReady }: Explained["node"]): Json {
  const { name, unschedulable, ready, held } = node;
  return {
    name,
    unschedulable,
    ready,
    notReady:
      notReady === undefined
        ? null
        : { since: notReady.since === undefined ? null : formatTime(notReady.since), message: notReady.message },
    holders: held === undefined || held === "unreadable" ? [] : held.holders.map(holderDocument),
  };
}

function standingDocument({ step, state, holds, missing, server, evidence }: PodStanding, voice: Voice): Json {
  return {
    ...podDocument(step, voice),
    state,
    server,
    holds: holds.map((hold) => holdDocument(hold, voice)),
    missing,
    evidence: evidence.map(evidenceDocument),
  };
}

/** What is still to be waited for when the pods are gone: volumes. */
function afterDocument({ step, state, holds }: PodStanding, voice: Voice): Json {
  return { stage: step.stage, subject: kindAndName(step.subject), state, holds: holds.map((hold) => holdDocument(hold, voice)) };
}

function holdDocument({ blocker, since, evidence }: Hold, voice: Voice): Json {
  return {
    ...(blockerDocument(blocker, voice) as { readonly [key: string]: Json }),
    since: since === undefined ? null : formatTime(since),
    evidence: evidence.map(evidenceDocument),
  };
}

function budgetDocument({ use, unready, owner }: Explained["budgets"][number]): Json {
  const { namespace, name, disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = use;
  return {
    namespace,
    name,
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    owner: owner === undefined ? null : kindAndName(owner),
    unready:
      unready === undefined
        ? null
        : unready.map(({ pod, node, why, since }) => ({
            pod: nameOf(pod),
            node: node ?? null,
            message: why,
            since: since === undefined ? null : formatTime(since),
          })),
  };
}
