import type { ExecutionEvent } from "../execution/event.ts";
import type { Consent } from "../plan/consent.ts";
import { missingConsents } from "../plan/judge.ts";
import type { Step } from "../plan/step.ts";
import { consentOrder, consentWords } from "./consent-words.ts";
import { nameOf } from "./names.ts";
import { compareText } from "../runtime/text-order.ts";

export interface KubectlLine {
  readonly to: "stdout" | "stderr";
  readonly text: string;
}

export interface KubectlMode {
  readonly dryRun: "none" | "client" | "server";
  /** kubectl's `-v`: from 2 on, requests that were taken are printed as well. */
  readonly verbosity: number;
  /** What was agreed to; absent: all that the plan needs. Of a pod that is kept for want of a consent nothing is warned. */
  readonly allowed?: ReadonlySet<Consent>;
}

/**
 * kubectl's own lines for what happens, word for word, each once: scripts that read `kubectl drain` read these. Feed it every event in order.
 * (kubectl prints "evicting pod" again at each of its retries; there is nothing to learn from that.)
 */
export function kubectlLines(mode: KubectlMode): (event: ExecutionEvent) => readonly KubectlLine[] {
  const suffix = { none: "", client: " (dry run)", server: " (server dry run)" }[mode.dryRun];
  const warnings = new Map<string, string>();
  const announced = new Set<string>();
  let isDrain = false;
  const out = (text: string, end = suffix): readonly KubectlLine[] => [{ to: "stdout", text: `${text}${end}` }];
  const once = (key: string, text: string, end = suffix): readonly KubectlLine[] => {
    if (announced.has(key)) return [];
    announced.add(key);
    return out(text, end);
  };
  return (event) => {
    switch (event.kind) {
      case "planned":
        isDrain = true;
        for (const { node, steps } of event.plan.nodes) {
          const warning = warningOf(steps.filter((step) => isAgreed(step, mode.allowed)));
          if (warning !== undefined) warnings.set(node, warning);
        }
        return [];
      case "cordoned": {
        const warning = warnings.get(event.node);
        warnings.delete(event.node);
        const line = once(`cordon ${event.node}`, `node/${event.node} ${event.already ? "already cordoned" : "cordoned"}`);
        return warning === undefined ? line : [...line, { to: "stderr", text: `Warning: ${warning}` }];
      }
      case "tainted": {
        const warning = warnings.get(event.node);
        warnings.delete(event.node);
        const what = event.already ? `already ${event.change}` : event.change;
        // kubectl taint 1.36 loses "(dry run)": it sets the operation over the template that has it (pkg/cmd/taint, ToPrinter).
        const line = once(`${event.change} ${event.node}`, `node/${event.node} ${what}`, isDrain ? suffix : "");
        return warning === undefined ? line : [...line, { to: "stderr", text: `Warning: ${warning}` }];
      }
      case "uncordoned":
        return out(`node/${event.node} ${event.already ? "already uncordoned" : "uncordoned"}`);
      case "started":
        // A plain deletion is announced by kubectl in a client dry run only, and even there it says "evicting".
        return event.action === "evict" || mode.dryRun === "client" ? once(event.pod.uid, `evicting pod ${nameOf(event.pod)}`) : [];
      case "accepted":
        if (mode.verbosity < 2) return [];
        return once(`${event.pod.uid} accepted`, `pod/${event.pod.name} ${event.action === "delete" ? "deletion" : "eviction"} started`);
      case "gone":
        // Only what was asked to go: of a pod that was already ending nobody evicted anything.
        if (mode.dryRun !== "none" || (event.action !== "evict" && event.action !== "delete")) return [];
        return once(`${event.pod.uid} gone`, `pod/${event.pod.name} ${event.action === "delete" ? "deleted" : "evicted"}`);
      case "drained":
        return out(`node/${event.node} drained`);
      case "deadline":
      case "forced":
      case "recordoned":
      case "server-lost":
      case "server-back":
      case "finding":
      case "forecast":
      case "refused":
      case "blocked":
      case "unblocked":
      case "replanned":
      case "node-failed":
        return [];
    }
  };
}

/** "ignoring DaemonSet-managed Pods: kube-system/a, kube-system/b; deleting Pods with local storage: web/c", with all names, as kubectl has it. */
function warningOf(steps: readonly Step[]): string | undefined {
  const parts = consentOrder.flatMap((consent) => {
    const pods = podsNeeding(consent, steps);
    return pods.length === 0 ? [] : [`${consentWords[consent].warning}: ${pods.join(", ")}`];
  });
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** A DaemonSet's pod stays whatever was agreed to. */
function isAgreed(step: Step, allowed: ReadonlySet<Consent> | undefined): boolean {
  return allowed === undefined || step.action === "stay" || missingConsents(step, allowed).length === 0;
}

function podsNeeding(consent: Consent, steps: readonly Step[]): readonly string[] {
  return steps
    .filter((step) => step.subject.kind === "Pod" && step.action !== "ask" && step.consents.includes(consent))
    .map((step) => nameOf(step.subject))
    .toSorted(compareText);
}
