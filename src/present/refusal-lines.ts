import type { Refusal } from "../maintenance/outcome.ts";
import type { Consent } from "../plan/consent.ts";
import type { Finding } from "../plan/finding.ts";
import { canBeLeft } from "../plan/judge.ts";
import type { Step } from "../plan/step.ts";
import { consentOrder, consentWords } from "./consent-words.ts";
import { bad, dim, type Line, plain, type Span, warn } from "./line.ts";
import { nameOf, someOf } from "./names.ts";
import { speak, type Voice } from "./speak.ts";

/** Every consent that is missing, once. */
function missingConsents(refusals: readonly Refusal[]): ReadonlySet<Consent> {
  return new Set(refusals.flatMap((refusal) => (refusal.kind === "consent" ? refusal.missing : (refusal.finding.consent ?? []))));
}

/** Findings that a person may agree to, and those that no consent removes. */
function findingsOf(refusals: readonly Refusal[], are: "agreeable" | "fatal"): readonly Finding[] {
  const findings = refusals.flatMap((refusal) => (refusal.kind === "finding" ? [refusal.finding] : []));
  return findings.filter(({ severity }) => (severity === "fatal") === (are === "fatal"));
}

/** How to go on: agree, move what can go and keep the rest, or mend first; and what the line to run must agree to beside what was given. */
export interface WayOn {
  readonly kind: "agree" | "partly" | "mend";
  readonly consents: ReadonlySet<Consent>;
}

export function wayOnFrom(refusals: readonly Refusal[]): WayOn {
  const consents = missingConsents(refusals);
  const findings = findingsOf(refusals, "fatal");
  if (findings.length === 0) return { kind: "agree", consents };
  return findings.every(canBeLeft) ? { kind: "partly", consents: new Set([...consents, "partial"]) } : { kind: "mend", consents };
}

/** What stands in the way, grouped by cause: first what no consent removes, then each missing consent with whom it is for. */
export function refusalLines(refusals: readonly Refusal[], voice: Voice): readonly Line[] {
  return [...fatalLines(refusals, voice), ...consentLines(refusals), ...agreeableLines(refusals, voice)];
}

function fatalLines(refusals: readonly Refusal[], voice: Voice): readonly Line[] {
  return findingLines(findingsOf(refusals, "fatal"), () => bad("  blocked  "), voice);
}

/** What of the nodes a person must have read before anything begins, with the flag that says so. */
function agreeableLines(refusals: readonly Refusal[], voice: Voice): readonly Line[] {
  return findingsOf(refusals, "agreeable").flatMap(({ code, args, consent }): Line[] => {
    const { text, hint } = speak(code, args, voice);
    const use = consent === undefined ? "" : ` (use ${consentWords[consent].flag} to accept)`;
    return [[warn("  missing  "), plain(`${text}${use}`)], ...(hint === "" ? [] : [[dim(`           → ${hint}`)]])];
  });
}

/** One line for each cause with whom it concerns, and its hint under it. The phrases go on from an object's name, unless they name it themselves. */
export function findingLines(findings: readonly Finding[], label: (finding: Finding) => Span, voice: Voice): readonly Line[] {
  const groups = new Map<string, { readonly finding: Finding; readonly text: string; readonly hint: string; readonly names: string[] }>();
  for (const finding of findings) {
    const { text, hint } = speak(finding.code, finding.args, voice);
    const [subject] = finding.objects;
    const names = subject === undefined || text.includes(subject.name) ? [] : [nameOf(subject)];
    const key = JSON.stringify([finding.code, finding.severity, text, hint]);
    const group = groups.get(key) ?? { finding, text, hint, names: [] };
    group.names.push(...names);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ finding, text, hint, names }): Line[] => [
    [label(finding), plain(names.length === 0 ? text : `${someOf(names)}: ${text}`)],
    ...(hint === "" ? [] : [[dim(`           → ${hint}`)]]),
  ]);
}

function consentLines(refusals: readonly Refusal[]): readonly Line[] {
  return consentOrder.flatMap((consent): Line[] => {
    const names = refusals.flatMap((refusal) =>
      refusal.kind === "consent" && refusal.missing.includes(consent) ? [whose(refusal.step, consent)] : [],
    );
    return names.length === 0 ? [] : [[warn("  missing  "), plain(`${consentWords[consent].refusal}: ${someOf(names)}`)]];
  });
}

/** Of a session: whom to ask. */
function whose({ subject, reason }: Step, consent: Consent): string {
  const person = reason.args["person"];
  return consent === "interactive" && typeof person === "string" ? `${nameOf(subject)} (${person})` : nameOf(subject);
}
