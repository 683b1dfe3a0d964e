import type { Consent } from "../plan/consent.ts";
import { flagsFor } from "../present/consent-words.ts";
import { shellWord } from "../present/shell-word.ts";
import { readConsents } from "./drain-flags.ts";
import type { FlagValues } from "./flag-values.ts";
import { type FlagName, flags } from "./flags.ts";

/** About how it is shown, not about what is done. A rehearsal stays one: whoever pastes the line has not asked for more. */
const leftOut: readonly FlagName[] = ["output", "quiet", "help", "yes", "show-kubectl", "v", "allow", "fixes"];
const choosesCluster: readonly FlagName[] = [
  "kubeconfig",
  "context",
  "cluster",
  "user",
  "server",
  "tls-server-name",
  "certificate-authority",
  "client-certificate",
  "client-key",
  "insecure-skip-tls-verify",
];
const secret: readonly FlagName[] = ["token", "password"];

/** The drain that was previewed or refused, with these consents as well, as one would type it. Secrets are not repeated. */
export function drainLine(program: string, nodes: readonly string[], values: FlagValues, more: Iterable<Consent>): string {
  return commandLine(program, "drain", nodes, values, more);
}

/** The command as it was given, with these consents as well. */
export function commandLine(
  program: string,
  command: string,
  nodes: readonly string[],
  values: FlagValues,
  more: Iterable<Consent>,
): string {
  const given = readConsents(values);
  const missing = flagsFor([...more].filter((consent) => !given.has(consent)));
  const allowed = [...values.texts("allow"), ...missing.flatMap(allowedBy)];
  const words = [
    ...nodes,
    ...kept(values),
    ...missing.filter((flag) => allowedBy(flag).length === 0),
    ...(allowed.length === 0 ? [] : [`--allow=${[...new Set(allowed)].join(",")}`]),
  ];
  return [program, command, ...words.map(shellWord)].join(" ");
}

/** The flags that choose the cluster, as given, for a line of kubectl. Secrets and those who act for others are not repeated. */
export function connectionWords(values: FlagValues): readonly string[] {
  return values.given.flatMap(({ name, value }, i): string[] => {
    if (!choosesCluster.includes(name) || values.given.findLastIndex((other) => other.name === name) !== i) return [];
    return [shellWord(`--${name}=${value}`)];
  });
}

/** Flags as given, the last of each where only the last counts. */
function kept(values: FlagValues): readonly string[] {
  return values.given.flatMap((one, i): string[] => {
    const { type, bare, ignored }: { readonly type: string; readonly bare?: string; readonly ignored?: true } = flags[one.name];
    if (leftOut.includes(one.name) || ignored === true) return [];
    if (type !== "texts" && values.given.findLastIndex((other) => other.name === one.name) !== i) return [];
    if (secret.includes(one.name)) return [`--${one.name}=…`];
    return [one.value === bare ? `--${one.name}` : `--${one.name}=${one.value}`];
  });
}

function allowedBy(flag: string): readonly string[] {
  return flag.startsWith("--allow=") ? flag.slice("--allow=".length).split(",") : [];
}
