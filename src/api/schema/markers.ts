import type { ValidationRule } from "../../kube/structural-schema/schema.ts";

// What a CustomResourceDefinition says beyond OpenAPI, given to schemas by `.meta()`.

type Refusal = ValidationRule & Required<Pick<ValidationRule, "message" | "reason">>;

/** Rules in CEL that the API server checks on every write, with what it says to whoever breaks one. */
export function refuses(...rules: readonly Refusal[]): { readonly "x-kubernetes-validations": readonly Refusal[] } {
  return { "x-kubernetes-validations": rules };
}

/** Members are told apart by these fields: each stands once, and server-side apply merges member by member. */
export function listByKeys(...keys: readonly [string, ...string[]]): Readonly<Record<`x-kubernetes-${string}`, unknown>> {
  return { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys };
}

/** Each value stands once; server-side apply joins what several say. */
export const setList = { "x-kubernetes-list-type": "set" };

/** Order matters: who applies it says all of it. */
export const wholeList = { "x-kubernetes-list-type": "atomic" };
