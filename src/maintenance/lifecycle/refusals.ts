import { canBeLeft, type Refusal as PlanRefusal } from "../../plan/judge.ts";
import type { Facts } from "./facts.ts";
import { currentDrain } from "./questions.ts";
import type { BasePhase, Refusal } from "./state.ts";

/** A refusal of the lifecycle's own; `phrases.ts` has its words. */
export const specInvalid = "spec-invalid";
const beforeEmpty: ReadonlySet<BasePhase> = new Set(["Pending", "Checking", "Cordoned", "Draining"]);

/** Why the node, or the next pod of it, must not be touched. What forbids to begin says nothing once the node is empty. */
export function refusalsOf(facts: Facts, base: BasePhase): readonly Refusal[] {
  const { hold, object } = facts;
  if (object.invalid !== undefined) return [{ code: specInvalid, args: { message: object.invalid } }];
  const ofHold = hold.kind === "refused" ? [{ code: hold.code, args: hold.args }] : [];
  const ofPlan = beforeEmpty.has(base) ? (currentDrain(facts)?.refusals ?? []) : [];
  return [...ofHold, ...ofPlan.map(ofPlanned)];
}

/** What cannot go may be left behind by consent; of a node itself there is no part to leave. */
function ofPlanned(refusal: PlanRefusal): Refusal {
  if (refusal.kind === "consent") {
    const { step, missing } = refusal;
    const args = { consents: missing, reason: step.reason.code, person: step.reason.args["person"] };
    return { code: "consent-missing", args, object: step.subject, consents: missing };
  }
  const { code, args, consent, objects } = refusal.finding;
  const [object] = objects;
  const said = { code, args, ...(object?.kind === "Pod" ? { object } : {}) };
  if (consent !== undefined) return { ...said, consents: [consent] };
  return object !== undefined && canBeLeft(refusal.finding) ? { ...said, consents: ["partial"] } : said;
}
