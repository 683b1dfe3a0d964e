import { z } from "zod";
import { published } from "../schema/documents.ts";

const names = Object.keys(published) as readonly (keyof typeof published)[];

/** Files of docs/schema/ by their path, as they are to be: JSON Schema, draft 2020-12. */
export function schemaFiles(): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [`docs/schema/${name}.json`, `${JSON.stringify(schemaOf(name), null, 2)}\n`]));
}

/** The table of docs/schema.md. */
export function schemaTable(): string {
  const rows = names.map((name) => `| [\`${name}.json\`](schema/${name}.json) | ${String(schemaOf(name).description)} |`);
  return ["| File | What it describes |", "|---|---|", ...rows].join("\n");
}

function schemaOf(name: keyof typeof published): z.core.JSONSchema.BaseSchema {
  const title = `drydock ${name.replaceAll("-", " ")}`;
  const { $schema, ...rest } = z.toJSONSchema(published[name], {
    target: "draft-2020-12",
    override: ({ jsonSchema }) => plain(jsonSchema),
  });
  return { ...($schema === undefined ? {} : { $schema }), title, ...rest };
}

/** What only says how numbers and dates are kept in JavaScript is no part of the format. */
function plain(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format === "date-time") delete schema.pattern;
}
