import { nodeView, someTime } from "../../../../test/support/cluster-view.ts";
import type { NodeProgress } from "../../../execution/progress.ts";
import type { Proof } from "../../../plan/finding.ts";
import type { Step } from "../../../plan/step.ts";
import type { DrainFacts, Facts, ObjectFacts } from "../facts.ts";

/** A Maintenance of node `n`, a minute old, with its finalizer. */
export function objectFacts(given: Partial<ObjectFacts> = {}): ObjectFacts {
  return {
    face: "drydock",
    name: "os-patch",
    uid: "uid-mt",
    generation: 1,
    nodeName: "n",
    createdAt: someTime - 60_000,
    deletedAt: undefined,
    isFinalizerOurs: true,
    hooks: { beforeDrain: [], afterDrain: [], beforeReturn: [], afterReturn: [] },
    desired: "Out",
    paused: false,
    cancelled: false,
    retryRequest: undefined,
    cordonOnly: false,
    powerOff: "None",
    holdUntilReleased: false,
    onDelete: undefined,
    timeout: undefined,
    checksTimeout: undefined,
    ttlAfterFinished: undefined,
    keepFromAutoscalers: true,
    ...given,
  };
}

/** Nothing is known but that the node is there. */
export function factsOf(given: Partial<Omit<Facts, "object">> & { readonly object?: Partial<ObjectFacts> } = {}): Facts {
  const { object, ...rest } = given;
  return {
    object: objectFacts(object),
    node: nodeView(),
    machine: { bootID: "boot-1", allocatable: { cpu: "4" } },
    hold: { kind: "none" },
    lease: { kind: "none" },
    drain: undefined,
    checks: undefined,
    others: [],
    now: someTime,
    serverNow: someTime,
    previous: undefined,
    ...rest,
  };
}

export const passed = { failed: [], pending: [] };

const verdict: Proof = {
  code: "node-empty",
  subject: { kind: "Node", name: "n" },
  args: {},
  at: someTime,
  evidence: [],
  proven: true,
};

export function stepOf(name: string): Step {
  return {
    id: `drain/evacuate/uid-${name}`,
    craft: "drain",
    node: "n",
    stage: "evacuate",
    subject: { kind: "Pod", namespace: "web", name, uid: `uid-${name}` },
    action: "evict",
    claim: "default",
    wave: 0,
    rank: 0,
    after: [],
    budgets: [],
    consents: [],
    reason: { code: "move", args: {}, evidence: [] },
  };
}

/** How the node's way out stands: so many pods left; "stuck": they wait for a person; "settled": the verdict is given. */
export function drainFacts(left: number, how: "moving" | "stuck" | "settled" | "unseen" = "moving", generation = 1): DrainFacts {
  if (how === "unseen") return { generation, progress: undefined, findings: [], refusals: [] };
  const steps = Array.from({ length: left }, (_, n) => stepOf(`p${n}`));
  const progress: NodeProgress = {
    node: "n",
    isCordoned: true,
    left: steps,
    gone: [],
    blockers:
      how === "stuck"
        ? steps.map((step) => ({
            code: "awaiting-somebody",
            node: "n",
            object: step.subject,
            step: step.id,
            args: {},
            since: someTime,
            endsBy: "person" as const,
          }))
        : [],
    shown: [],
    forced: [],
    isStuck: how === "stuck",
    isTouched: true,
    ...(how === "settled" ? { verdict } : {}),
  };
  return { generation, progress, findings: [], refusals: [] };
}
