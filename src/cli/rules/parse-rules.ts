import { parse, YAMLParseError } from "yaml";
import type * as z from "zod";
import { nearest } from "../../runtime/nearest.ts";
import type { Rule } from "../../plan/request.ts";
import { UsageError } from "../usage-error.ts";
import { rulesSchema } from "./rules-schema.ts";

/** Fields of a file, for whoever mistyped one. */
const fields = [
  "rules",
  "pods",
  "namespaces",
  "action",
  "wave",
  "names",
  "selector",
  "matchLabels",
  "matchExpressions",
  "key",
  "operator",
  "values",
];

/**
 * The rules in a text, YAML or JSON. @param name what the file is called in messages
 * @throws UsageError naming the file, the place in it, what was expected and what was found
 */
export function parseRules(text: string, name: string): readonly Rule[] {
  const value = parseText(text, name);
  if (value === null || value === undefined) throw new UsageError(`${name}: no rules in it`, "it begins with `rules:`");
  const read = rulesSchema.safeParse(value);
  if (read.success) return read.data.rules;
  const [first, ...others] = read.error.issues;
  if (first === undefined) throw new UsageError(`${name}: cannot be read`);
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  throw new UsageError(`${name}: ${complaint(first, value)}${more}`, correction(first, value));
}

function parseText(text: string, name: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new UsageError(`${name}: neither YAML nor JSON: ${error.message.split("\n")[0]?.replace(/:$/, "") ?? ""}`, "", error);
  }
}

function complaint(issue: z.core.$ZodIssue, root: unknown): string {
  const at = pathText(issue.path);
  const where = at === "" ? "" : `${at}: `;
  const found = foundText(valueAt(root, issue.path));
  switch (issue.code) {
    case "invalid_type":
      return `${where}expected ${expectedText(issue.expected)}, found ${found}`;
    case "invalid_value":
      return `${where}expected ${listed(issue.values.map(String))}, found ${found}`;
    case "unrecognized_keys":
      return `${where}unknown field ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
    case "too_small":
      return issue.origin === "array" || issue.origin === "string"
        ? `${where}must not be empty`
        : `${where}must not be less than ${String(issue.minimum)}, found ${found}`;
    case "too_big":
      return `${where}must not be more than ${String(issue.maximum)}, found ${found}`;
    default:
      return `${where}${issue.message}`;
  }
}

/** What was meant, where it is near. */
function correction(issue: z.core.$ZodIssue, root: unknown): string {
  if (issue.code === "unrecognized_keys") return didYouMean(issue.keys[0] ?? "", fields);
  const value = valueAt(root, issue.path);
  if (issue.code === "invalid_value" && typeof value === "string") return didYouMean(value, issue.values.map(String));
  return "";
}

function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? "" : `did you mean ${near}?`;
}

/** As one would find it in the file: rules[2].pods.matchLabels. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => {
      if (typeof part === "number") return `[${part}]`;
      return /^[\w-]+$/.test(String(part)) ? `${i === 0 ? "" : "."}${String(part)}` : `["${String(part)}"]`;
    })
    .join("");
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === "object" && value !== null ? (value as Readonly<Record<PropertyKey, unknown>>)[part] : undefined),
    root,
  );
}

const kinds: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  string: "text",
  int: "a whole number",
  number: "a number",
};

function expectedText(type: string): string {
  return kinds[type] ?? type;
}

function foundText(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  return JSON.stringify(value);
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}
