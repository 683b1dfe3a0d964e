import { codeKinds } from "../../maintenance/code-kinds.ts";
import { allCodes } from "../../present/code-entry.ts";
import { acceptedFlags, commandNamed, commands } from "../command-table.ts";
import { questions } from "../commands/check.ts";
import { commandIndex } from "../command-line.ts";
import { parts } from "../demo/script.ts";
import { type Flag, type FlagName, flags, globalFlags } from "../flags.ts";

export interface Candidate {
  readonly text: string;
  readonly about: string;
}

/** What could stand at the cursor: words that are known here, names that the cluster or the kubeconfig knows, files, or nothing. */
export type Wanted =
  | { readonly kind: "words"; readonly candidates: readonly Candidate[]; readonly noSpace: boolean }
  /** `prefix` goes before each name: what of the word is not the name ("--context="). `taken`: names that stand there already. */
  | {
      readonly kind: "names";
      readonly of: "nodes" | "namespaces" | "contexts" | "clusters" | "users";
      readonly typed: string;
      readonly prefix: string;
      readonly taken: readonly string[];
    }
  | { readonly kind: "files" };

export const shells = ["bash", "zsh", "fish", "powershell"] as const;

const nothing: Wanted = { kind: "words", candidates: [], noSpace: false };

/** `words`: all after the program up to the cursor; the last one, perhaps empty, is completed. */
export function wanted(words: readonly string[]): Wanted {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const ended = before.includes("--");
  const at = commandIndex(before);
  const command = at === undefined ? undefined : commandNamed(before[at] ?? "");
  if (at !== undefined && command === undefined) return nothing;
  const accepted = command === undefined ? globalFlags : acceptedFlags(command);
  const outputs = command?.outputs ?? [];

  const open = ended ? undefined : flagAwaitingValue(before.at(-1), accepted);
  if (open !== undefined) return values(open, current, "", outputs);
  if (!ended && current.startsWith("--") && current.includes("=")) {
    const equals = current.indexOf("=");
    const name = accepted.find((candidate) => candidate === current.slice(2, equals));
    return name === undefined ? nothing : values(name, current.slice(equals + 1), current.slice(0, equals + 1), outputs);
  }
  if (!ended && current.startsWith("-")) return flagWords(current, accepted, before, outputs);
  if (command === undefined)
    return matching(
      commands.map(({ name, summary }) => ({ text: name, about: summary })),
      current,
    );
  if (command.arguments === "shell")
    return matching(
      shells.map((shell) => ({ text: shell, about: "" })),
      current,
    );
  if (command.arguments === "predecessor") return matching([{ text: "nmo", about: "the Node Maintenance Operator of medik8s" }], current);
  if (command.arguments === "acts")
    return matching(before.length > (at ?? 0) + 1 ? [] : parts.map(({ name, about }) => ({ text: name, about })), current);
  if (command.arguments === "codes")
    return matching(
      allCodes.map((code) => ({ text: code, about: codeKinds[code].appears.join(", ") })),
      current,
    );
  const typed = before.slice((at ?? 0) + 1).filter((word) => !word.startsWith("-"));
  if (command.arguments === "question" && typed.length === 0)
    return matching(
      questions.map(({ name, summary }) => ({ text: name, about: summary })),
      current,
    );
  const question = questions.find(({ name }) => name === typed[0]);
  if ((command.arguments === "question" ? (question?.arguments ?? "none") : command.arguments) === "none") return nothing;
  const slash = current.lastIndexOf("/");
  return {
    kind: "names",
    of: "nodes",
    typed: current.slice(slash + 1),
    prefix: current.slice(0, slash + 1),
    taken: before.slice((at ?? 0) + 1),
  };
}

function flagAwaitingValue(word: string | undefined, accepted: readonly FlagName[]): FlagName | undefined {
  if (word === undefined || !word.startsWith("-") || word.includes("=")) return undefined;
  const name = word.startsWith("--")
    ? accepted.find((candidate) => candidate === word.slice(2))
    : accepted.find((candidate) => word.length === 2 && flags[candidate].short === word.slice(1));
  return name !== undefined && flags[name].bare === undefined ? name : undefined;
}

function flagWords(current: string, accepted: readonly FlagName[], before: readonly string[], outputs: readonly string[]): Wanted {
  const repeatable = (flag: Flag): boolean => flag.type === "texts" || flag.type === "list";
  const candidates = accepted
    .filter((name) => flags[name].ignored !== true || current.length > 3)
    .filter((name) => repeatable(flags[name]) || !before.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)))
    .map((name) => ({
      text: `--${name}${flags[name].bare === undefined ? "=" : ""}`,
      about: name === "output" ? `${flags[name].help} ${outputs.join(", ")}.` : flags[name].help,
    }));
  const found = matching(candidates, current);
  return found.kind === "words"
    ? { ...found, noSpace: found.candidates.length === 1 && found.candidates[0]?.text.endsWith("=") === true }
    : found;
}

function values(name: FlagName, typed: string, prefix: string, outputs: readonly string[]): Wanted {
  const flag = flags[name];
  switch (flag.completes) {
    case "files":
      return { kind: "files" };
    case "nodes":
    case "namespaces":
    case "contexts":
    case "clusters":
    case "users":
      return { kind: "names", of: flag.completes, typed, prefix, taken: [] };
    case "values": {
      const known = name === "output" ? outputs : (flag.values ?? []);
      const comma = flag.type === "list" ? typed.lastIndexOf(",") + 1 : 0;
      const kept = typed.slice(0, comma);
      const taken = kept.split(",");
      const left = known.filter((value) => !taken.includes(value) || comma === 0);
      return matching(
        left.map((value) => ({ text: `${prefix}${kept}${value}`, about: "" })),
        `${prefix}${typed}`,
      );
    }
    default:
      return nothing;
  }
}

function matching(candidates: readonly Candidate[], typed: string): Wanted {
  return { kind: "words", candidates: candidates.filter(({ text }) => text.startsWith(typed)), noSpace: false };
}
