import { allCodes, codeEntry, isCode } from "../../present/code-entry.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { codeListDocument, codeListText, explainText, explanationDocument } from "../../present/explain-text.ts";
import { nearest } from "../../runtime/nearest.ts";
import type { RunLine } from "../command-line.ts";
import { documentText, plainConsole } from "../console.ts";
import { readOutputFormat } from "../output-format.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";

/** `explain [CODE]`: what a code means, how it ends and who can end it. Asks no server. */
export async function runExplain({ command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const format = readOutputFormat(command, values);
  const [word, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`extra arguments: ${more.join(" ")}`);
  const voice = voiceOf(world);
  const console = plainConsole(world);
  const cells = world.out.isTTY ? world.out.columns() : 100;
  if (word === undefined) {
    if (format === "json" || format === "yaml") {
      console.out(
        await documentText(
          codeListDocument(
            allCodes.map((code) => codeEntry(code, voice)),
            voice,
          ),
          format,
        ),
      );
    } else if (format === "name") for (const code of allCodes) console.out(code);
    else for (const line of codeListText(voice)) console.fitted(line);
    return exitCodes.done;
  }
  const entry = codeEntry(codeNamed(word), voice);
  if (format === "json" || format === "yaml") console.out(await documentText(explanationDocument(entry, voice), format));
  else if (format === "name") console.out(entry.code);
  else for (const line of explainText(entry, Math.min(cells, 100), voice)) console.out(line);
  return exitCodes.done;
}

/** A decision as events name it, "evict/managed", stands for its reason. */
function codeNamed(word: string): (typeof allCodes)[number] {
  const name = (word.split("/").at(-1) ?? word).toLowerCase();
  if (isCode(name)) return name;
  const near = nearest(name, allCodes);
  throw new UsageError(`unknown code "${word}"`, near === undefined ? "see: explain" : `did you mean ${near}?`);
}
