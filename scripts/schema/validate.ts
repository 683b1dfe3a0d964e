import type { z } from "zod";
import { documentSchemas, previewLine, resultSchemas } from "./documents.ts";
import { eventNames, eventSchemas } from "./events.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * What is wrong with a document or event that the command line printed; undefined where it is exactly as docs/schema/ has it.
 * The message says which field of what differs, and where to add it if it is meant to be there.
 */
export function faultOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "it is no object";
  const found = schemaFor(value as Fields);
  if (typeof found === "string") return found;
  const read = found.schema.safeParse(value);
  if (read.success) return undefined;
  const issues = read.error.issues.map(({ path, message }) => `  ${path.join(".") || "(top)"}: ${message}`);
  return `${found.what} is not as docs/schema/ has it:\n${issues.join("\n")}\nIf it is meant to be so, write it down in scripts/schema/${found.file} and run: npm run docs`;
}

interface Found {
  readonly what: string;
  readonly file: string;
  readonly schema: z.ZodType;
}

function schemaFor(value: Fields): Found | string {
  const { kind, event, result } = value;
  if (typeof event === "string") {
    const schema = eventSchemas[event];
    if (schema !== undefined) return { what: `the event ${event}`, file: "events.ts", schema };
    return `the event ${event} is not written down: add it to scripts/schema/events.ts (known: ${eventNames.join(", ")})`;
  }
  if (kind === "Result") {
    const schema = resultSchemas[String(result)];
    if (schema !== undefined) return { what: `the Result "${String(result)}"`, file: "documents.ts", schema };
    return `the result ${String(result)} is not written down: add it to scripts/schema/documents.ts`;
  }
  if (kind === undefined) return { what: "a line of preview -o ndjson", file: "documents.ts", schema: previewLine };
  const schema = typeof kind === "string" ? documentSchemas[kind] : undefined;
  if (schema !== undefined) return { what: `the document ${JSON.stringify(kind)}`, file: "documents.ts", schema };
  return `the kind ${JSON.stringify(kind)} is not written down: add it to scripts/schema/documents.ts`;
}
