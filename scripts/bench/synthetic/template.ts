import type { Json } from "../../../src/kube/object.ts";

/** JSON with holes, for objects that are alike but for a few words: filling these costs a hundredth of writing the object anew. */
export interface Template<Hole extends string> {
  filled(values: Readonly<Record<Hole, string>>): string;
}

/** A hole is written `@NAME@` inside a string of the object. What is put in must need no escape. */
export function templateOf<Hole extends string>(object: object, holes: readonly Hole[]): Template<Hole> {
  const parts = JSON.stringify(object).split(new RegExp(`@(${holes.join("|")})@`));
  return {
    filled: (values) => {
      let text = "";
      // Every second part is the name of a hole.
      for (const [at, part] of parts.entries()) text += at % 2 === 0 ? part : values[part as Hole];
      return text;
    },
  };
}

/** What managedFields say of an object: each of its members under a name of its own, as deep as it goes. */
export function fieldsOf(value: Json): Json {
  if (typeof value !== "object" || value === null) return {};
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    return Object.fromEntries(list.map((item) => [keyOf(item), { ".": {}, ...(fieldsOf(item) as object) }]));
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [`f:${key}`, fieldsOf(member)]));
}

/** Items of the lists in pods and nodes are told apart by one of these. */
function keyOf(item: Json): string {
  if (typeof item !== "object" || item === null) return `v:${JSON.stringify(item)}`;
  const members = item as { readonly [key: string]: Json };
  const key = ["type", "mountPath", "containerPort", "name", "uid"].find((name) => name in members) ?? "key";
  return `k:${JSON.stringify({ [key]: members[key] ?? "" })}`;
}
