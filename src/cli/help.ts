import { dim, type Line, plain, strong } from "../present/line.ts";
import { wrapped } from "../present/wrap.ts";
import { type Command, commandGroups, commands } from "./command-table.ts";
import { type FlagName, flags, globalFlags } from "./flags.ts";

/** The tree of commands, grouped by what one wants. `cells`: how wide a line may be. */
export function treeHelp(program: string, cells: number): readonly Line[] {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    ...paragraph(
      "Takes Kubernetes nodes out of service and brings them back: says beforehand what will happen, shows it happening, proves it happened.",
      cells,
    ),
    ...commandGroups.flatMap((group): Line[] => [
      [strong(group)],
      ...commands
        .filter((command) => command.group === group)
        .map(({ name, summary }): Line => [plain(`  ${name.padEnd(width)}  ${summary}`)]),
      [],
    ]),
    [plain(`Help for one command: ${program} COMMAND --help. Try it without a cluster: ${program} demo`)],
  ];
}

export function commandHelp(command: Command, program: string, cells: number): readonly Line[] {
  const others = globalFlags.filter((name) => !command.flags.includes(name));
  const effective = others.filter((name) => flags[name].ignored !== true);
  const ignored = others.filter((name) => flags[name].ignored === true);
  return [
    [plain(command.summary)],
    [],
    [strong("Usage: "), plain(`${program} ${command.name} ${command.usage}`.trim())],
    [],
    ...command.about.flatMap((text) => paragraph(text, cells)),
    [strong("Examples")],
    ...command.examples.flatMap(({ what, line }): Line[] => [[dim(`  # ${what}`)], [plain(`  ${line.replaceAll("{p}", program)}`)]]),
    [],
    ...(command.flags.length === 0 ? [] : [[strong("Flags")], ...flagTable(command.flags, command, cells), []]),
    [strong("Flags of every command, as kubectl has them")],
    ...flagTable(effective, command, cells),
    [],
    ...paragraph(`Accepted as kubectl does, without effect here: ${ignored.map((name) => `--${name}`).join(", ")}.`, cells),
  ];
}

function flagTable(names: readonly FlagName[], command: Command, cells: number): readonly Line[] {
  const rows = names.map((name) => ({ left: spelling(name), right: description(name, command) }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  const room = Math.max(30, cells - width - 4);
  return rows.flatMap(({ left, right }) =>
    wrapped(right, room).map((text, i): Line => [plain(`  ${(i === 0 ? left : "").padEnd(width)}  ${text}`)]),
  );
}

function spelling(name: FlagName): string {
  const { short, word } = flags[name];
  return `${short === undefined ? "    " : `-${short}, `}--${name}${word === undefined ? "" : `=${word}`}`;
}

function description(name: FlagName, command: Command): string {
  const { values, initial } = flags[name];
  const help = command.meanings?.[name] ?? flags[name].help;
  if (name === "output") return `${help} ${listed(command.outputs ?? [])}.`;
  const choices = values === undefined ? "" : ` One of: ${values.join(", ")}.`;
  return `${help}${choices}${initial === undefined ? "" : ` (default ${initial})`}`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function paragraph(text: string, cells: number): readonly Line[] {
  return [...wrapped(text, cells).map((line): Line => [plain(line)]), []];
}
