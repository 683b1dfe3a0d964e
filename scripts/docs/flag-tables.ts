import { type Command, commandNamed, commands } from "../../src/cli/command-table.ts";
import { type Flag, type FlagName, flags, globalFlags } from "../../src/cli/flags.ts";

/** The usage line and the command's own flags, from the tables that the parser and `--help` read. */
export function referenceOf(name: string): string {
  const command = commandNamed(name);
  if (command === undefined) throw new Error(`no such command: ${name}`);
  const usage = `drydock ${command.name} ${command.usage}`.trim();
  const head = ["```text", `${usage}${command.flags.length === 0 ? "" : " [flags]"}`, "```", ""];
  if (command.flags.length === 0)
    return [...head, "It has no flags of its own; [those of every command](README.md#flags-of-every-command) are accepted."].join("\n");
  return [
    ...head,
    ...table(command.flags, command),
    "",
    "[Flags of every command](README.md#flags-of-every-command) choose the cluster and the identity.",
  ].join("\n");
}

export function globalFlagTable(): string {
  const effective = globalFlags.filter((name) => flags[name].ignored !== true);
  const ignored = globalFlags.filter((name) => flags[name].ignored === true);
  return [
    ...table(effective, undefined),
    "",
    `Accepted because scripts pass them to kubectl, without effect here: ${ignored.map((name) => `\`--${name}\``).join(", ")}.`,
  ].join("\n");
}

/** Every command with its summary, each linked to its page beside this one. */
export function commandList(): string {
  return [
    "| Command | What it does |",
    "|---|---|",
    ...commands.map(({ name, summary }) => `| [\`${name}\`](${name}.md) | ${summary} |`),
  ].join("\n");
}

function table(names: readonly FlagName[], command: Command | undefined): readonly string[] {
  return [
    "| Flag | Default | Meaning |",
    "|---|---|---|",
    ...names.map((name) => `| ${spelling(name)} | ${initialOf(flags[name])} | ${cell(meaning(name, command))} |`),
  ];
}

function spelling(name: FlagName): string {
  const { short, word } = flags[name];
  const long = `\`--${name}${word === undefined ? "" : `=${word}`}\``;
  return short === undefined ? long : `\`-${short}\`, ${long}`;
}

function initialOf({ initial, type }: Flag): string {
  if (initial !== undefined) return `\`${initial}\``;
  return type === "bool" ? "`false`" : "–";
}

function meaning(name: FlagName, command: Command | undefined): string {
  const { values, old } = flags[name];
  const help = command?.meanings?.[name] ?? flags[name].help;
  if (name === "output") return `${help} ${(command?.outputs ?? []).map((output) => `\`${output}\``).join(", ")}.`;
  const choices = values === undefined ? "" : ` One of: ${values.map((value) => `\`${value}\``).join(", ")}.`;
  const spelled = old === undefined ? "" : ` Old spelling, accepted: ${old.map((one) => `\`--${one}\``).join(", ")}.`;
  return `${help}${choices}${spelled}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
