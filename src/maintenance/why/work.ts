import type { ObjectRef } from "../../kube/object.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import type { Consent } from "../../plan/consent.ts";
import type { Blocker, Finding } from "../../plan/finding.ts";
import type { BudgetUse } from "../../plan/plan.ts";
import type { PodRef } from "../../plan/refs.ts";
import type { PlanRequest } from "../../plan/request.ts";
import type { Evidence, Step } from "../../plan/step.ts";
import type { Instant } from "../../runtime/clock.ts";
import type { NoLook } from "../look.ts";
import type { MissingPermission } from "../outcome.ts";

export type WhyTarget =
  | { readonly kind: "node"; readonly name: string }
  | { readonly kind: "pod"; readonly namespace: string; readonly name: string };

export interface WhyOptions {
  readonly target: WhyTarget;
  readonly request: Omit<PlanRequest, "nodes">;
  readonly allow: ReadonlySet<Consent>;
  readonly pageSize: number;
}

/** One thing that something waits for, with what was read of it. */
export interface Hold {
  readonly blocker: Blocker;
  /** By what the API says, on our clock; absent where nothing says since when. */
  readonly since?: Instant;
  readonly evidence: readonly Evidence[];
}

/** A pod that a budget counts and that is not Ready: most often what the budget waits for. */
export interface UnreadyPod {
  readonly pod: PodRef;
  readonly node?: string;
  /** In the words of the scheduler or the kubelet. */
  readonly why: string;
  readonly since?: Instant;
}

/** What could be read about a budget that holds somebody. */
export interface BudgetDetail {
  readonly use: BudgetUse;
  /** undefined: its pods may not be listed. */
  readonly unready: readonly UnreadyPod[] | undefined;
  /** What makes its pods, followed from a ReplicaSet to its Deployment. */
  readonly owner?: ObjectRef;
}

export interface PodStanding {
  readonly step: Step;
  /**
   * "gone": nothing of it is left to move; "stays": the plan leaves it; "ending": marked, within its time; "held": by what `holds` and
   * `missing` say; "free": nothing was found that holds it.
   */
  readonly state: "gone" | "stays" | "ending" | "held" | "free";
  readonly holds: readonly Hold[];
  readonly missing: readonly Consent[];
  /** What the server said of a dry-run eviction; "not-asked" where something else holds the pod, or where that may not be asked. */
  readonly server: "would-accept" | "refuses" | "not-asked";
  /** What shows that nothing holds it. */
  readonly evidence: readonly Evidence[];
}

export interface NodeStanding {
  readonly node: NodeView;
  /** The node's own condition, where it is not Ready. */
  readonly notReady?: { readonly since?: Instant; readonly message: string };
}

export type WhyOutcome =
  | NoLook
  | { readonly kind: "no-such-pod"; readonly namespace: string; readonly name: string; readonly near: string | undefined }
  /** No node has it: no drain waits for it. */
  | { readonly kind: "unbound"; readonly pod: PodRef; readonly message: string }
  | {
      readonly kind: "explained";
      readonly target: WhyTarget;
      readonly asOf: Instant;
      readonly node: NodeStanding;
      /** For a node, all of its plan; for a pod, that one. */
      readonly pods: readonly PodStanding[];
      readonly budgets: readonly BudgetDetail[];
      /** What is true of the node and the view, beside what is wrong with single pods. */
      readonly findings: readonly Finding[];
      /** What could not be asked or read. */
      readonly unchecked: readonly MissingPermission[];
    };

/** Does anything hold the node or the pod? */
export function isHeld({ pods }: Extract<WhyOutcome, { readonly kind: "explained" }>): boolean {
  return pods.some(({ state }) => state === "held");
}
