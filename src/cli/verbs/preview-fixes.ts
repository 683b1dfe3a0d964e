import type { Fixes } from "../../plan/fix.ts";
import { fixesSummary, fixLines, patchDocument } from "../../present/fix-words.ts";
import { documentText, plainConsole } from "../console.ts";
import type { FlagValues } from "../flag-values.ts";
import { kubectlOf } from "../program-name.ts";
import { UsageError } from "../usage-error.ts";
import type { World } from "../world.ts";

/** Where `--fixes` writes to: a file, "-" for stdout instead of the preview; undefined where it was not asked for. */
export function readFixesFile(values: FlagValues): string | undefined {
  const file = values.text("fixes");
  if (file === undefined && values.given.some(({ name }) => name === "fixes"))
    throw new UsageError("--fixes needs the name of a file, or - for stdout");
  if (file === "-" && values.text("output") !== undefined) throw new UsageError("--fixes - and -o both print on stdout: choose one");
  if (file !== undefined && values.on("rank")) throw new UsageError("--fixes and --rank are two questions: ask one");
  return file;
}

/** A YAML document for each patch, under its reason, its worth and its lines of kubectl. Printed or written; nothing is applied. */
export async function writeFixes(fixes: Fixes, file: string, nodes: readonly string[], world: World): Promise<void> {
  const text = await fixesText(fixes, nodes, world.program);
  if (file === "-") {
    plainConsole(world).out(text);
    return;
  }
  try {
    await world.writeText(file, `${text}\n`);
  } catch (error) {
    throw new UsageError(`cannot write --fixes=${file}: ${error instanceof Error ? error.message : String(error)}`, "", error);
  }
  const { length } = fixes.fixes;
  plainConsole(world).err([
    { text: `${length === 1 ? "1 patch" : `${length} patches`} written to ${file}; none of them is applied`, tone: "plain" },
  ]);
}

async function fixesText(fixes: Fixes, nodes: readonly string[], program: string): Promise<string> {
  const kubectl = kubectlOf(program);
  const head = [`Changes of budgets for a drain of ${nodes.join(", ")}. None of them is made by itself.`, ...fixesSummary(fixes)];
  const documents = await Promise.all(
    fixes.fixes.map(async (fix, i) => {
      const [why = "", ...lines] = fixLines(fix, kubectl);
      return `${comment([`${i + 1}. ${why}`, ...lines])}\n${await documentText(patchDocument(fix), "yaml")}`;
    }),
  );
  return [comment(head), ...documents].join("\n---\n");
}

function comment(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}`).join("\n");
}
