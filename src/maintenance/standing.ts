import type { ClusterView } from "../cluster/view/cluster-view.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { type Standing, standingsOf } from "../execution/standings.ts";
import type { Plan } from "../plan/plan.ts";
import type { Step } from "../plan/step.ts";
import { crafts } from "./crafts.ts";
import type { Surroundings } from "./work.ts";

/** How far a node's way out is, for one who only looks. */
export interface NodeStanding {
  /** Pods that the plan moves and that are still there. Without blockers a drain would ask for one now. */
  readonly left: readonly Standing[];
  readonly staying: readonly Step[];
  /** What is not done after the pods: volumes that are still attached. */
  readonly behind: readonly Standing[];
}

/** Nobody: whoever only looks writes nothing in anybody's name. */
const nobody: Holder = { kind: "command", user: "", host: "", since: "" };

/** What stands in the way on each node of the plan now: what a drain that begins this moment would find, and nothing is asked of anybody. */
export function nodeStandings(plan: Plan, view: ClusterView, s: Surroundings): ReadonlyMap<string, NodeStanding> {
  const { api, clock, random, stop: signal } = s;
  const open = standingsOf(plan, view, { api, clock, random, crafts, allowed: new Set(), holder: nobody, signal });
  return new Map(
    plan.nodes.map(({ node, steps }) => {
      const own = open.filter(({ step, isDone }) => step.node === node && step.action !== "stay" && !isDone);
      const staying = steps.filter(({ subject, action }) => subject.kind === "Pod" && action === "stay");
      const left = own.filter(({ step }) => step.subject.kind === "Pod");
      return [node, { left, staying, behind: own.filter((standing) => !left.includes(standing)) }];
    }),
  );
}

/** Is it only a person who can end what this waits for? */
export function isPersons({ blockers }: Standing): boolean {
  return blockers.length > 0 && blockers.every(({ endsBy }) => endsBy === "person");
}
