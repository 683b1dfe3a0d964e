import type { KubeObject } from "../../kube/object.ts";
import { namespaces, nodes, type Resource } from "../../kube/resource.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { compareText } from "../../runtime/text-order.ts";
import type { Millis } from "../../runtime/clock.ts";
import { acceptedFlags, commands } from "../command-table.ts";
import { type Candidate, type Wanted, wanted } from "../completion/candidates.ts";
import { readConnectionFlags } from "../connection-flags.ts";
import { flagNames, globalFlags } from "../flags.ts";
import { type FlagValues, flagValues } from "../flag-values.ts";
import { parseWords } from "../pflag.ts";
import type { World } from "../world.ts";

/** A person waits with a finger on the Tab key. */
const patience: Millis = 1_500;

/** The hidden `__complete`: candidates for the last word, then ":N" as cobra's programs print it, which kubectl reads from its plugins too. */
export async function runComplete(words: readonly string[], world: World): Promise<ExitCode> {
  const what = wanted(words);
  const candidates = await candidatesOf(what, words, world);
  const lines = candidates.map(({ text, about }) => (about === "" ? text : `${text}\t${about}`));
  const directive = what.kind === "files" ? 0 : what.kind === "words" && what.noSpace ? 6 : 4;
  world.out.write(`${[...lines, `:${directive}`].join("\n")}\n`);
  return exitCodes.done;
}

async function candidatesOf(what: Wanted, words: readonly string[], world: World): Promise<readonly Candidate[]> {
  if (what.kind === "files") return [];
  if (what.kind === "words") return what.candidates;
  const names = await namesOf(what.of, connectionValues(words), world);
  return names
    .filter((name) => name.startsWith(what.typed) && !what.taken.includes(name) && !what.taken.includes(`${what.prefix}${name}`))
    .toSorted(compareText)
    .map((name) => ({ text: `${what.prefix}${name}`, about: "" }));
}

/** Whatever goes wrong here, a shell must not show it in the middle of a line: no names are known then. */
async function namesOf(of: Extract<Wanted, { kind: "names" }>["of"], values: FlagValues, world: World): Promise<readonly string[]> {
  try {
    switch (of) {
      case "nodes":
        return await listNames(nodes, values, world);
      case "namespaces":
        return await listNames(namespaces, values, world);
      case "contexts":
      case "clusters":
      case "users":
        return (await world.kubeconfigNames(values.text("kubeconfig")))[of];
    }
  } catch {
    return [];
  }
}

async function listNames<T extends KubeObject>(resource: Resource<T>, values: FlagValues, world: World): Promise<readonly string[]> {
  using deadline = world.clock.deadline(patience, new AbortController().signal);
  await using api = await world.connect(readConnectionFlags(values));
  const names: string[] = [];
  for await (const page of api.list(resource, { project: () => true, pageSize: 0 }, { signal: deadline.signal, retry: "none" })) {
    names.push(...page.items.map((item) => item.name));
  }
  return names;
}

/** The connection flags typed so far; the rest of the line may still be unfinished or wrong. */
function connectionValues(words: readonly string[]): FlagValues {
  const finished = words.slice(0, -1);
  const parsed = parseWords(finished, [...new Set([...commands.flatMap(acceptedFlags), ...flagNames])]);
  return flagValues(parsed.ok ? parsed.given.filter(({ name }) => globalFlags.includes(name)) : []);
}
