import type { BudgetDetail, Hold } from "../../maintenance/why/work.ts";
import type { Json, ObjectRef } from "../../kube/object.ts";
import type { Consent } from "../../plan/consent.ts";
import { nameOf } from "../names.ts";
import { shellLine } from "../shell-word.ts";
import { speak, type Voice } from "../speak.ts";

/** One legal way to end a wait: who can, what they do, and the line to type, where there is one. */
export interface WayOut {
  readonly who: "the cluster" | "you" | "its owner" | "an administrator";
  readonly what: string;
  readonly command?: string;
}

export interface WaysOptions {
  readonly node: string;
  readonly pod: ObjectRef;
  /** Of the budgets that hold it. */
  readonly budgets: readonly BudgetDetail[];
  /** How the one who types calls kubectl: "kubectl", "oc". */
  readonly kubectl: string;
  /** The drain that was meant, with these consents as well: a line to paste. */
  readonly again: (more: Iterable<Consent>) => string;
  /** Those that the node's drain needs and that were not given. */
  readonly consents: readonly Consent[];
  /** An object keeps the node out, and leaves what cannot go by itself. */
  readonly isByObject: boolean;
}

/** The legal ways out of one hold, those that cost least first. */
export function waysOut({ blocker }: Hold, o: WaysOptions, voice: Voice): readonly WayOut[] {
  const { code, args } = blocker;
  const namespace = o.pod.namespace ?? "";
  const kubectl = (...words: readonly string[]): string => shellLine([o.kubectl, "-n", namespace, ...words]);
  const look = kubectl("describe", "pod", o.pod.name);
  switch (code) {
    case "budget-exhausted":
    case "budget-recount":
      return [...mendings(o), ...o.budgets.flatMap((budget) => [...scaling(budget, o), relaxing(budget, o)]), pastBudgets(o)];
    case "budget-never-allows":
      return [...o.budgets.flatMap((budget) => [...scaling(budget, o), relaxing(budget, o)]), ...leaving(o), pastBudgets(o)];
    case "two-budgets":
      return [
        ...o.budgets.map(({ use }): WayOut => {
          const command = shellLine([o.kubectl, "-n", use.namespace, "edit", "pdb", use.name]);
          return { who: "its owner", what: `take the pod out of the selector of ${use.name}, or delete that budget`, command };
        }),
        ...leaving(o),
        pastBudgets(o),
      ];
    case "budget-broken":
      return o.budgets.map(
        ({ use }): WayOut => ({
          who: "its owner",
          what: `make ${use.name} countable: its pods need an owner with a scale, or the budget numbers instead of a percentage`,
          command: shellLine([o.kubectl, "-n", use.namespace, "describe", "pdb", use.name]),
        }),
      );
    case "webhook-denied":
      return [
        { who: "the cluster", what: "the webhook may allow it later: a drain asks again, after 5 s to 60 s" },
        {
          who: "its owner",
          what: `ask whoever runs the webhook ${String(args["webhook"])}`,
          command: shellLine([o.kubectl, "get", "validatingwebhookconfigurations"]),
        },
      ];
    case "finalizers":
      return [
        {
          who: "its owner",
          what: "the controller that set the finalizer removes it when its work is done: see whether it runs",
          command: look,
        },
        {
          who: "an administrator",
          what: "only if that controller is gone for good: take the finalizer off by hand, which skips its work",
          command: kubectl("edit", "pod", o.pod.name),
        },
      ];
    case "kubelet-silent":
      return [
        {
          who: "an administrator",
          what: "bring the kubelet back: the pod then ends by itself",
          command: shellLine([o.kubectl, "describe", "node", o.node]),
        },
        {
          who: "an administrator",
          what: "machine dead: power it off, make sure that it is off, and only then let its pods and volumes go",
          command: shellLine([o.kubectl, "taint", "nodes", o.node, "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"]),
        },
      ];
    case "terminating-too-long":
      return [
        {
          who: "an administrator",
          what: "see what the pod's events and the kubelet's log say: a volume that does not unmount, most often",
          command: look,
        },
      ];
    default: {
      const { hint } = speak(code, args, voice);
      return [
        ...(blocker.endsBy === "cluster" ? [{ who: "the cluster", what: "it ends by itself" } as const] : []),
        ...(hint === "" ? [] : [{ who: blocker.endsBy === "person" ? "an administrator" : "you", what: hint } as const]),
      ];
    }
  }
}

/** What ends a wait for consents: the drain with them. */
export function agreeing(consents: readonly Consent[], again: WaysOptions["again"]): WayOut {
  return { who: "you", what: "agree, with the drain's flag for it", command: again(consents) };
}

export function wayDocument({ who, what, command }: WayOut): Json {
  return { who, what, command: command ?? null };
}

/** What a budget waits for is most often a pod that is not Ready: that is where to look. */
function mendings({ budgets, kubectl }: WaysOptions): readonly WayOut[] {
  return budgets.flatMap(({ unready }): readonly WayOut[] => {
    const [first, ...others] = unready ?? [];
    if (first === undefined) return [{ who: "the cluster", what: "it goes on when one more pod of the budget is Ready" }];
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    const command = shellLine([kubectl, "-n", first.pod.namespace, "describe", "pod", first.pod.name]);
    return [{ who: "its owner", what: `get ${nameOf(first.pod)} Ready${more}: the next one goes at once`, command }];
  });
}

const scalable: readonly string[] = ["Deployment", "StatefulSet", "ReplicaSet"];

function scaling({ use, owner }: BudgetDetail, { kubectl }: WaysOptions): readonly WayOut[] {
  if (owner === undefined || !scalable.includes(owner.kind)) return [];
  const target = `${owner.kind.toLowerCase()}/${owner.name}`;
  const command = shellLine([kubectl, "-n", use.namespace, "scale", target, `--replicas=${use.expectedPods + 1}`]);
  return [{ who: "its owner", what: `one more replica of ${target}, until the node is empty`, command }];
}

function relaxing({ use }: BudgetDetail, { kubectl }: WaysOptions): WayOut {
  const what = `let ${use.name} need one pod fewer (now ${use.desiredHealthy} of ${use.expectedPods})`;
  return { who: "its owner", what, command: shellLine([kubectl, "-n", use.namespace, "edit", "pdb", use.name]) };
}

function leaving({ again, consents, isByObject }: WaysOptions): readonly WayOut[] {
  return isByObject ? [] : [{ who: "you", what: "leave it on the node and move the rest", command: again([...consents, "partial"]) }];
}

/** This pod only: a drain with `--disable-eviction` would delete every other one past its budget too. */
function pastBudgets({ pod, kubectl }: WaysOptions): WayOut {
  return {
    who: "its owner",
    what: "only if an outage is agreed to: delete it past its budget, which no eviction can do",
    command: shellLine([kubectl, "-n", pod.namespace ?? "", "delete", "pod", pod.name]),
  };
}
