import { objectHolders } from "../../cluster/view/held-record.ts";
import type { BudgetDetail, Hold, PodStanding, WhyOutcome } from "../../maintenance/why/work.ts";
import type { Consent } from "../../plan/consent.ts";
import type { Evidence, Step } from "../../plan/step.ts";
import type { Instant } from "../../runtime/clock.ts";
import { compareText } from "../../runtime/text-order.ts";
import { consentOrder, consentWords } from "../consent-words.ts";
import { kindAndName, nameOf } from "../names.ts";
import { speak, type Voice } from "../speak.ts";
import { agreeing, type WayOut, type WaysOptions, waysOut } from "./ways-out.ts";

export type Explained = Extract<WhyOutcome, { readonly kind: "explained" }>;

/** What lines to paste are made with. */
export type Typed = Pick<WaysOptions, "kubectl" | "again">;

/** Pods that one cause holds: with what was read of it, since when, and the legal ways out. */
export interface HoldGroup {
  readonly code: string;
  readonly names: readonly string[];
  readonly text: string;
  readonly endsBy: "cluster" | "person";
  /** The earliest; absent where nothing says since when. */
  readonly since: Instant | undefined;
  /** What it comes from, one line each: the pods that a budget waits for. */
  readonly because: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly ways: readonly WayOut[];
}

/** What holds the pods, one entry for each cause; what only a person can end comes first. The same standings give the same order. */
export function holdGroups(outcome: Explained, typed: Typed, voice: Voice): readonly HoldGroup[] {
  const groups = new Map<string, HoldGroup>();
  const held = outcome.pods.filter(({ state }) => state === "held");
  const consents = outcome.pods.flatMap(({ missing }) => missing);
  for (const pod of held) {
    for (const hold of pod.holds) {
      const { code, args, endsBy } = hold.blocker;
      const { text } = speak(code, args, voice);
      const budgets = budgetsOf(pod, hold, outcome.budgets);
      const key = JSON.stringify([code, endsBy, text, budgets.map(({ use }) => use.uid)]);
      const known = groups.get(key);
      const options = {
        node: outcome.node.node.name,
        pod: pod.step.subject,
        budgets,
        consents,
        isByObject: objectHolders(outcome.node.node.held).length > 0,
        ...typed,
      };
      groups.set(key, known === undefined ? newGroup(pod, hold, text, options, outcome, voice) : joined(known, pod, hold));
    }
  }
  return [...groups.values(), ...consentGroups(held, consents, typed)]
    .map((group) => ({ ...group, names: group.names.toSorted(compareText) }))
    .toSorted((a, b) => compareText(b.endsBy, a.endsBy) || b.names.length - a.names.length || compareText(a.text, b.text));
}

function newGroup(
  pod: PodStanding,
  hold: Hold,
  text: string,
  options: WaysOptions,
  { node: { node, notReady } }: Explained,
  voice: Voice,
): HoldGroup {
  const silent = hold.blocker.code === "kubelet-silent" && notReady !== undefined;
  return {
    code: hold.blocker.code,
    names: [nameIn(pod.step)],
    text,
    endsBy: hold.blocker.endsBy,
    since: silent ? (notReady.since ?? hold.since) : hold.since,
    because: [
      ...options.budgets.flatMap(causesOf),
      ...(silent && notReady.message !== "" ? [`node ${node.name}: ${notReady.message}`] : []),
    ],
    evidence: hold.evidence,
    ways: waysOut(hold, options, voice),
  };
}

/** Of what is done to the node itself: "node worker-1". */
function nameIn({ subject }: Step): string {
  return subject.kind === "Pod" ? nameOf(subject) : kindAndName(subject);
}

function joined(group: HoldGroup, pod: PodStanding, hold: Hold): HoldGroup {
  const since = Math.min(group.since ?? Number.POSITIVE_INFINITY, hold.since ?? Number.POSITIVE_INFINITY);
  // Evidence of the first pod stands for all; a budget's is the same for each.
  return { ...group, names: [...group.names, nameIn(pod.step)], since: Number.isFinite(since) ? since : undefined };
}

function budgetsOf({ step }: PodStanding, { blocker }: Hold, all: readonly BudgetDetail[]): readonly BudgetDetail[] {
  const isAbout = blocker.code.startsWith("budget-") || blocker.code === "two-budgets";
  return isAbout ? all.filter(({ use }) => step.budgets.some(({ uid }) => uid === use.uid)) : [];
}

function causesOf({ use, unready }: BudgetDetail): readonly string[] {
  if (unready === undefined) return ["which of its pods are not Ready is not known: they may not be listed"];
  const seen = unready.map(({ pod, node, why }) => `pod ${nameOf(pod)}${node === undefined ? "" : ` on ${node}`}: ${why}`);
  const absent = use.expectedPods - use.currentHealthy - unready.length;
  const [first, second, third, ...others] = seen;
  const shown = [first, second, third].filter((line) => line !== undefined);
  return [
    ...shown,
    ...(others.length === 0 ? [] : [`and ${others.length} more pods that are not Ready`]),
    ...(absent > 0
      ? [`${absent} of its ${use.expectedPods} pods ${absent === 1 ? "does" : "do"} not exist: see whether they can be created`]
      : []),
  ];
}

function consentGroups(held: readonly PodStanding[], consents: readonly Consent[], { again }: Typed): readonly HoldGroup[] {
  return consentOrder.flatMap((consent: Consent): readonly HoldGroup[] => {
    const asking = held.filter(({ missing }) => missing.includes(consent));
    const [first] = asking;
    if (first === undefined) return [];
    return [
      {
        code: "consent-missing",
        names: asking.map(({ step }) => nameIn(step)),
        text: `goes only with your consent: ${consentWords[consent].warning}`,
        endsBy: "person",
        since: undefined,
        because: [],
        evidence: first.step.reason.evidence,
        ways: [agreeing(consents, again)],
      },
    ];
  });
}
