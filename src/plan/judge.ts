import type { Consent } from "./consent.ts";
import type { Finding } from "./finding.ts";
import type { Plan } from "./plan.ts";
import type { Step } from "./step.ts";

/** A step that may not begin, or something fatal about the plan. */
export type Refusal =
  | { readonly kind: "consent"; readonly step: Step; readonly missing: readonly Consent[] }
  | { readonly kind: "finding"; readonly finding: Finding };

/**
 * What forbids the act to begin with these consents. "partial" turns each of them into a blocker of its own step: cordon, move the rest,
 * keep the blocker; but for what is wrong with a node itself. Consents decide only this; the plan is the same with and without them.
 */
export function refusals(plan: Plan, allowed: ReadonlySet<Consent>): readonly Refusal[] {
  const isPartial = allowed.has("partial");
  const fatal = plan.findings.filter((finding) => isFatal(finding, allowed) && !(isPartial && canBeLeft(finding)));
  const inTheWay = fatal.map((finding): Refusal => ({ kind: "finding", finding }));
  // What a node's own step needs its pods need: those are named. A taint leaves none of them behind, whatever was agreed to.
  const steps = plan.nodes
    .flatMap(({ steps }) => steps)
    .filter(({ subject, byTaint }) => subject.kind !== "Node" && (!isPartial || byTaint !== undefined));
  return [
    ...inTheWay,
    ...steps.flatMap((step): Refusal[] => {
      const missing = missingConsents(step, allowed);
      return missing.length > 0 ? [{ kind: "consent", step, missing }] : [];
    }),
  ];
}

/** A finding that a person may agree to forbids only until then. */
function isFatal({ severity, consent }: Finding, allowed: ReadonlySet<Consent>): boolean {
  return severity === "fatal" || (consent !== undefined && !allowed.has(consent));
}

/** A pod can be left on its node with `partial`; of a node itself there is no part to leave. */
export function canBeLeft({ objects }: Finding): boolean {
  return objects[0]?.kind !== "Node";
}

/** A pod that stays on the node needs its consent only to let the rest begin; nothing is done to it. */
export function missingConsents(step: Step, allowed: ReadonlySet<Consent>): readonly Consent[] {
  return step.consents.filter((consent) => !allowed.has(consent));
}
