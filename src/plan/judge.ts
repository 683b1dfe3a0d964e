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
 * keep the blocker. Consents decide only this; the plan is the same with and without them.
 */
export function refusals(plan: Plan, allowed: ReadonlySet<Consent>): readonly Refusal[] {
  if (allowed.has("partial")) return [];
  const steps = plan.nodes.flatMap(({ steps }) => steps);
  return [
    ...plan.findings.flatMap((finding): Refusal[] => (finding.severity === "fatal" ? [{ kind: "finding", finding }] : [])),
    ...steps.flatMap((step): Refusal[] => {
      const missing = missingConsents(step, allowed);
      return missing.length > 0 ? [{ kind: "consent", step, missing }] : [];
    }),
  ];
}

/** A pod that stays on the node needs its consent only to let the rest begin; nothing is done to it. */
export function missingConsents(step: Step, allowed: ReadonlySet<Consent>): readonly Consent[] {
  return step.consents.filter((consent) => !allowed.has(consent));
}
