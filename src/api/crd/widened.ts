import { jsonEquals } from "../../kube/json-equal.ts";
import type { Json } from "../../kube/object.ts";
import type { StructuralSchema } from "../../kube/structural-schema/schema.ts";

const lowerBounds = ["minimum", "minLength", "minItems", "minProperties"] as const;
const upperBounds = ["maximum", "maxLength", "maxItems", "maxProperties"] as const;
/** These must be the same in both, or nothing is asked for. */
const exact = ["pattern", "format", "multipleOf", "exclusiveMinimum", "exclusiveMaximum", "uniqueItems"] as const;

/**
 * A schema that takes what either takes, and keeps every field of either: `theirs` with what `ours` adds. Where the types differ, where
 * theirs keeps fields that it does not name, and in all that says how lists and maps are merged, theirs stands as it is: stored objects rest
 * on it. Their rules in CEL stand too. Done again it changes nothing.
 */
export function widened(theirs: StructuralSchema, ours: StructuralSchema): StructuralSchema {
  if (theirs.type !== ours.type || theirs["x-kubernetes-preserve-unknown-fields"] === true) return theirs;
  const { properties, items, additionalProperties, required, nullable, description, ...rest } = withoutNarrower(theirs, ours);
  const common = (required ?? []).filter((name) => ours.required?.includes(name));
  const says = ours.description ?? description;
  return {
    ...(says === undefined ? {} : { description: says }),
    ...rest,
    ...(nullable === true || ours.nullable === true ? { nullable: true } : {}),
    ...(common.length === 0 ? {} : { required: common }),
    ...(properties === undefined && ours.properties === undefined ? {} : { properties: joined(properties ?? {}, ours.properties ?? {}) }),
    ...(items === undefined ? {} : { items: ours.items === undefined ? items : widened(items, ours.items) }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === "object" && typeof ours.additionalProperties === "object"
              ? widened(additionalProperties, ours.additionalProperties)
              : additionalProperties,
        }),
  };
}

type Properties = Readonly<Record<string, StructuralSchema>>;

function joined(theirs: Properties, ours: Properties): Properties {
  const kept = Object.entries(theirs).map(([name, schema]) => {
    const other = Object.hasOwn(ours, name) ? ours[name] : undefined;
    return [name, other === undefined ? schema : widened(schema, other)] as const;
  });
  const added = Object.entries(ours).filter(([name]) => !Object.hasOwn(theirs, name));
  return Object.fromEntries([...kept, ...added]);
}

/** Theirs, less what would refuse something that ours takes. */
function withoutNarrower(theirs: StructuralSchema, ours: StructuralSchema): StructuralSchema {
  const result: { -readonly [K in keyof StructuralSchema]: StructuralSchema[K] } = { ...theirs };
  for (const key of lowerBounds) {
    const [a, b] = [theirs[key], ours[key]];
    if (a !== undefined && b !== undefined) result[key] = Math.min(a, b);
    else delete result[key];
  }
  for (const key of upperBounds) {
    const [a, b] = [theirs[key], ours[key]];
    if (a !== undefined && b !== undefined) result[key] = Math.max(a, b);
    else delete result[key];
  }
  for (const key of exact) if (theirs[key] !== ours[key]) delete result[key];
  if (theirs.enum !== undefined && ours.enum !== undefined) result.enum = union(theirs.enum, ours.enum);
  else delete result.enum;
  return result;
}

function union(a: readonly Json[], b: readonly Json[]): readonly Json[] {
  return [...a, ...b.filter((value) => !a.some((other) => jsonEquals(other, value)))];
}
