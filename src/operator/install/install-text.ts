import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { error, hint, notPermitted, paste } from "../../present/end-lines.ts";
import { dim, type Line, plain, strong, warn } from "../../present/line.ts";
import { count, someOf } from "../../present/names.ts";
import { declinedText, stoppedText } from "../change-text.ts";
import { names } from "../manifests/names.ts";
import type { Applied, Change, InstallOutcome } from "./outcome.ts";
import { printedName } from "./resources.ts";

export interface InstallWords {
  /** As kubectl is called for this cluster: "kubectl --context=prod". */
  readonly kubectl: string;
  readonly namespace: string;
  /** The same command with the flag in question as well: the line to paste. */
  readonly again: (flag: string) => string;
}

/** One object, as kubectl prints it. */
export function appliedLine({ manifest, change }: Applied, dryRun: boolean): string {
  return `${printedName(manifest)} ${change}${dryRun ? " (server dry run)" : ""}`;
}

/** What would be done, before somebody is asked: what is left as it is, is only counted. */
export function planLines(planned: readonly Applied[], server: string): readonly Line[] {
  const doing: Readonly<Record<Change, string>> = { created: "create", configured: "change", unchanged: "", pruned: "remove" };
  const unchanged = planned.filter(({ change }) => change === "unchanged").length;
  return [
    [plain("At "), strong(server), plain(":")],
    ...planned.flatMap(({ manifest, change }): Line[] => {
      if (change === "unchanged") return [];
      const { namespace } = manifest.metadata;
      return [[plain(`  ${doing[change]}  ${printedName(manifest)}${namespace === undefined ? "" : ` in ${namespace}`}`)]];
    }),
    ...(unchanged === 0 ? [] : [[dim(`  ${count(unchanged, "object")} as wanted already`)]]),
  ];
}

/** How it ended, for stderr: what was and was not done, why, and the next step. */
export function installText(outcome: InstallOutcome, words: InstallWords): readonly Line[] {
  switch (outcome.kind) {
    case "denied":
      return [
        notPermitted(outcome.missing),
        hint("install as a cluster administrator (--context, --as), or give them the objects to apply:"),
        paste(words.again("-o yaml")),
      ];
    case "forbidden":
      return [
        error(`${printedName(outcome.manifest)} would be refused; nothing was changed: ${outcome.message}`),
        hint("nobody may give more rights than they have: install as a cluster administrator (--context, --as)"),
      ];
    case "conflicts":
      return [
        error(`${count(outcome.conflicts.length, "field")} kept at another value by somebody else; nothing was changed:`),
        ...outcome.conflicts.map(({ manifest, message }): Line => [plain(`  ${printedName(manifest)}  ${message}`)]),
        hint("to take these fields over, run:"),
        paste(words.again("--force-conflicts")),
      ];
    case "kind-unusable":
      return [error(`the kind ${outcome.name} cannot be worked with; nothing that needs it was changed: ${outcome.message}`)];
    case "declined":
      return declinedText(outcome, words.again);
    case "stopped":
      return stoppedText(outcome.applied.length);
    case "previewed":
      return warnings(outcome.applied);
    case "installed":
      return [...warnings(outcome.applied), ...readinessText(outcome, words)];
  }
}

export function exitCodeOfInstall(outcome: InstallOutcome): ExitCode {
  switch (outcome.kind) {
    case "denied":
    case "forbidden":
      return exitCodes.denied;
    case "conflicts":
    case "kind-unusable":
    case "declined":
      return exitCodes.blocked;
    case "stopped":
      return exitCodes.interrupted;
    case "previewed":
      return exitCodes.done;
    case "installed":
      return outcome.readiness.kind === "late" ? exitCodes.timedOut : exitCodes.done;
  }
}

function readinessText(
  { readiness }: Extract<InstallOutcome, { kind: "installed" }>,
  { kubectl, namespace }: InstallWords,
): readonly Line[] {
  switch (readiness.kind) {
    case "not-asked":
      return [hint(`see it start: ${kubectl} -n ${namespace} rollout status deployment/${names.operator}`)];
    case "ready":
      return [hint(`it runs with ${count(readiness.replicas, "replica")}; what its objects hold: ${kubectl} explain maintenance.spec`)];
    case "late":
      return [
        error(
          `installed, but not running in time: still waiting for ${someOf(readiness.awaited)} (${readiness.available} of ${count(readiness.replicas, "pod")} available)`,
        ),
        hint(`see why: ${kubectl} -n ${namespace} describe pods -l app.kubernetes.io/component=operator`),
      ];
  }
}

/** What the server said of an object: each text once. */
function warnings(applied: readonly Applied[]): readonly Line[] {
  return applied.flatMap(({ manifest, warnings: texts }) =>
    texts.map((text): Line => [warn("Warning"), plain(`: ${printedName(manifest)}: ${text}`)]),
  );
}
