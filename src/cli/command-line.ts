import { acceptedFlags, type Command, commandNamed, commands } from "./command-table.ts";
import { flagNames, flags } from "./flags.ts";
import { type FlagValues, flagValues } from "./flag-values.ts";
import { nearest } from "../runtime/nearest.ts";
import { parseWords } from "./pflag.ts";
import { UsageError } from "./usage-error.ts";

export type CommandLine =
  | { readonly kind: "help"; readonly command?: Command }
  /** The hidden command that shells ask for candidates; its words are not ours to parse. */
  | { readonly kind: "complete"; readonly words: readonly string[] }
  | RunLine;

export interface RunLine {
  readonly kind: "run";
  readonly command: Command;
  readonly positionals: readonly string[];
  readonly values: FlagValues;
  /** For stderr. */
  readonly notes: readonly string[];
}

/** Finds the command, reads its flags. Throws a UsageError. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  if (argv[0] === "__complete") return { kind: "complete", words: argv.slice(1) };
  const at = commandIndex(argv);
  if (at === undefined) return withoutCommand(argv);
  const name = argv[at] ?? "";
  if (name === "help") return { kind: "help", ...helpTopic(argv[at + 1]) };
  const command = commandNamed(name);
  if (command === undefined) throw unknownCommand(name);
  const words = [...argv.slice(0, at), ...argv.slice(at + 1)];
  const parsed = parseWords(words, acceptedFlags(command));
  if (!parsed.ok) throw new UsageError(parsed.message, parsed.next === "" ? `see: ${command.name} --help` : parsed.next);
  const values = flagValues(parsed.given);
  if (values.on("help")) return { kind: "help", command };
  return { kind: "run", command, positionals: parsed.positionals, values, notes: parsed.notes };
}

/** Where the command stands: the first word that is neither a flag nor the value of one, whichever command the flag belongs to. */
export function commandIndex(argv: readonly string[]): number | undefined {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (word === "--") return i + 1 < argv.length ? i + 1 : undefined;
    if (word === "-" || !word.startsWith("-")) return i;
    if (takesNext(word)) i++;
  }
  return undefined;
}

function takesNext(word: string): boolean {
  if (word.includes("=")) return false;
  const name = word.startsWith("--")
    ? flagNames.find((candidate) => candidate === word.slice(2))
    : flagNames.find((candidate) => flags[candidate].short === word.slice(1));
  return name !== undefined && flags[name].bare === undefined;
}

function withoutCommand(argv: readonly string[]): CommandLine {
  const parsed = parseWords(argv, flagNames);
  if (!parsed.ok) throw new UsageError(parsed.message, parsed.next);
  return { kind: "help" };
}

function helpTopic(name: string | undefined): { readonly command?: Command } {
  if (name === undefined || name.startsWith("-")) return {};
  const command = commandNamed(name);
  if (command === undefined) throw unknownCommand(name);
  return { command };
}

function unknownCommand(name: string): UsageError {
  const near = nearest(
    name,
    commands.map((command) => command.name),
  );
  return new UsageError(`unknown command "${name}"`, near === undefined ? "see: --help" : `did you mean ${near}?`);
}
