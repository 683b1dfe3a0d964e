import type { CordonOptions, DrainOptions } from "../maintenance/work.ts";
import type { NodeChoice } from "../maintenance/outcome.ts";
import { parseLabelSelector } from "../kube/selector.ts";
import { allowable, type Consent } from "../plan/consent.ts";
import { marks, type Rule } from "../plan/request.ts";
import type { FlagValues } from "./flag-values.ts";
import type { FlagName } from "./flags.ts";
import { readTaintMode } from "./taint-flags.ts";
import { UsageError } from "./usage-error.ts";

/** What kubectl's flags consent to, in the words of `--allow`. */
const consentsOfFlags: readonly { readonly flag: FlagName; readonly consents: readonly Consent[] }[] = [
  { flag: "ignore-daemonsets", consents: ["daemonsets"] },
  { flag: "delete-emptydir-data", consents: ["emptydir"] },
  { flag: "force", consents: ["unmanaged", "vm-shutdown"] },
  { flag: "disable-eviction", consents: ["budget-violation"] },
];

export function readConsents(values: FlagValues): ReadonlySet<Consent> {
  const byFlag = consentsOfFlags.filter(({ flag }) => values.on(flag)).flatMap(({ consents }) => consents);
  const named = values.texts("allow");
  return new Set([...byFlag, ...allowable.filter((consent) => named.includes(consent))]);
}

/**
 * Throws a UsageError for what contradicts itself. Grace and timeouts are in milliseconds from here on.
 *
 * @param rules those of `--rules`, read beforehand (rules/read-rules.ts)
 */
export function readDrainOptions(choice: NodeChoice, values: FlagValues, rules: readonly Rule[] | undefined): DrainOptions {
  const podSelector = values.text("pod-selector");
  const selector = parseLabelSelector(podSelector ?? "");
  // kubectl's own words, and under them what is wrong with it.
  if (!selector.ok) {
    const next = `"${podSelector ?? ""}": ${selector.message}; write key=value, key!=value, 'key in (a,b)' or key, joined by commas`;
    throw new UsageError("--pod-selector=<pod_selector> must be a valid label selector", next);
  }
  const honor = marks.filter((mark) => values.texts("honor").includes(mark));
  const grace = values.int("grace-period") ?? -1;
  const skip = values.int("skip-wait-for-delete-timeout") ?? 0;
  const timeout = atLeast("timeout", values.millis("timeout") ?? 0, 0);
  const detachTimeout = values.millis("volume-detach-timeout");
  const deadline = readDeadline(values, timeout);
  return {
    choice,
    request: {
      ...readTaintMode(values),
      ...(podSelector === undefined ? {} : { podSelector }),
      ...(rules === undefined ? {} : { rules }),
      ...(values.text("order") === "priority" ? { order: "priority" } : {}),
      ...(honor.length === 0 ? {} : { honor }),
      disableEviction: values.on("disable-eviction"),
      ...(grace < 0 ? {} : { grace: grace * 1000 }),
      ...(skip <= 0 ? {} : { skipDeletedAfter: skip * 1000 }),
      ...(deadline === undefined ? {} : { deadline }),
      ...(detachTimeout === undefined ? {} : { volumeDetachTimeout: atLeast("volume-detach-timeout", detachTimeout, 0) }),
    },
    allow: readConsents(values),
    parallel: atLeast("parallel", values.int("parallel") ?? 1, 1),
    ...(timeout === 0 ? {} : { timeout }),
    ...(values.text("on-failure") === "uncordon" ? { onFailure: "uncordon" } : {}),
    pageSize: atLeast("chunk-size", values.int("chunk-size") ?? 500, 0),
    dryRun: readDryRun(values),
    ...(values.on("require-room") ? { requireRoom: true } : {}),
  };
}

/** In whole seconds: so the server counts grace periods. */
function readDeadline(values: FlagValues, timeout: number): number | undefined {
  const given = values.millis("deadline");
  if (given === undefined) return undefined;
  if (given < 1_000) throw new UsageError("--deadline must not be less than 1s");
  const deadline = Math.ceil(given / 1000) * 1000;
  const mode = values.text("mode");
  if (mode === "CordonOnly") throw new UsageError("--deadline has nothing to delete with --mode=CordonOnly");
  if (mode === "Taint") throw new UsageError("--deadline goes with evictions; with --mode=Taint the cluster deletes the pods itself");
  if (timeout > 0 && timeout <= deadline) throw new UsageError("--timeout ends the drain before --deadline is reached: give it more time");
  return deadline;
}

export function readCordonOptions(choice: NodeChoice, values: FlagValues): CordonOptions {
  return { choice, dryRun: readDryRun(values) };
}

export function readDryRun(values: FlagValues): "none" | "client" | "server" {
  const how = values.text("dry-run");
  return how === "client" || how === "server" ? how : "none";
}

function atLeast(name: FlagName, value: number, least: number): number {
  if (value < least) throw new UsageError(`--${name} must not be less than ${least}`);
  return value;
}
