import type { Rule } from "../../plan/request.ts";
import type { FlagValues } from "../flag-values.ts";
import { UsageError } from "../usage-error.ts";
import type { World } from "../world.ts";

/**
 * The rules of `--rules FILE`; undefined where none are given. "-" is stdin. The parsers of YAML and of the schema are loaded only then.
 *
 * @throws UsageError where the file cannot be read or understood
 */
export async function readRules(values: FlagValues, world: Pick<World, "readText">): Promise<readonly Rule[] | undefined> {
  const file = values.text("rules");
  if (file === undefined) return undefined;
  const name = file === "-" ? "rules from stdin" : file;
  const [text, { parseRules }] = await Promise.all([textOf(file, world), import("./parse-rules.ts")]);
  return parseRules(text, name);
}

async function textOf(file: string, world: Pick<World, "readText">): Promise<string> {
  try {
    return await world.readText(file);
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    const why =
      code === "ENOENT"
        ? "no such file"
        : code === "EISDIR"
          ? "it is a directory"
          : code === "EACCES"
            ? "permission denied"
            : String(error);
    throw new UsageError(`cannot read --rules=${file}: ${why}`, "", error);
  }
}
