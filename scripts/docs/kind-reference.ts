import { definitions } from "../../src/api/crd.ts";
import { durationPattern } from "../../src/api/schema/parts.ts";
import type { Json } from "../../src/kube/object.ts";
import type { StructuralSchema } from "../../src/kube/structural-schema/schema.ts";

interface Field {
  readonly path: string;
  readonly schema: StructuralSchema;
  readonly isRequired: boolean;
}

/** The tables of one part of a kind ("spec", "status"): its fields, and what the API server refuses. */
export function kindReference(kind: string, part: string): string {
  const definition = definitions.find(({ spec }) => spec.names.kind === kind);
  const schema = definition?.spec.versions[0]?.schema?.openAPIV3Schema?.properties?.[part];
  if (schema === undefined) throw new Error(`no such part of a kind: ${kind} ${part}`);
  const fields = fieldsOf(schema, "");
  return [
    "| Field | Type | Meaning |",
    "|---|---|---|",
    ...fields.map(row),
    ...refusals([{ path: "", schema, isRequired: true }, ...fields]),
  ].join("\n");
}

function fieldsOf(schema: StructuralSchema, at: string): readonly Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = at === "" ? name : `${at}.${name}`;
    const isRequired = schema.required?.includes(name) === true;
    return [{ path, schema: property, isRequired }, ...inside(property, path)];
  });
}

function inside(schema: StructuralSchema, path: string): readonly Field[] {
  return schema.items === undefined ? fieldsOf(schema, path) : inside(schema.items, `${path}[]`);
}

function row({ path, schema, isRequired }: Field): string {
  const more = [isRequired ? "required" : "", schema.default === undefined ? "" : `default ${code(schema.default)}`];
  const type = [typeOf(schema), ...limits(schema), ...more].filter((text) => text !== "").join(", ");
  return `| \`${path}\` | ${type} | ${cell(schema.description ?? "")} |`;
}

function typeOf(schema: StructuralSchema): string {
  const { type = "", format, pattern, items, additionalProperties } = schema;
  if (schema.enum !== undefined) return schema.enum.map(code).join(" · ");
  if (items !== undefined) return items.type === "object" ? "list" : `list of ${typeOf(items)}`;
  if (typeof additionalProperties === "object") return `map of ${typeOf(additionalProperties)}`;
  if (format === "date-time") return "time";
  if (pattern === durationPattern) return "duration";
  return type;
}

function limits({ maxItems, maxLength, minimum, maximum, pattern }: StructuralSchema): readonly string[] {
  return [
    maxItems === undefined ? "" : `at most ${maxItems}`,
    maxLength === undefined || pattern !== undefined ? "" : `up to ${maxLength} characters`,
    minimum === undefined || maximum === undefined ? "" : `${minimum} to ${maximum}`,
  ];
}

function refusals(fields: readonly Field[]): readonly string[] {
  const rules = fields.flatMap(({ path, schema }) =>
    [schema, schema.items ?? {}].flatMap((each) =>
      (each["x-kubernetes-validations"] ?? []).map(({ fieldPath = "", message = "" }) => ({
        at: `${path}${fieldPath}`.replace(/^\./, ""),
        message,
      })),
    ),
  );
  if (rules.length === 0) return [];
  return [
    "",
    "The API server refuses:",
    "",
    "| At | What it says |",
    "|---|---|",
    ...rules.map(({ at, message }) => `| \`${at}\` | ${cell(message)} |`),
  ];
}

function code(value: Json): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
