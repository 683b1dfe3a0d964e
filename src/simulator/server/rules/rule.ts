import { Environment, EvaluationError, Optional, type ParseResult } from "@marcbachmann/cel-js";
import type { ValidationRule } from "../../../kube/structural-schema/schema.ts";

let environment: Environment | undefined;

/** Kubernetes knows the types of `self` from the schema; here they are found when a rule is run. */
function parse(text: string): ParseResult {
  environment ??= new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
    .registerVariable("self", "dyn")
    .registerVariable("oldSelf", "dyn");
  return environment.parse(text);
}

interface Compiled {
  readonly holds: ParseResult;
  readonly message: ParseResult | undefined;
  readonly usesOld: boolean;
}

/** A definition's rules are never changed in place. */
const compiled = new WeakMap<ValidationRule, Compiled>();

export type Verdict =
  | { readonly kind: "holds" }
  /** It is a transition, and there is nothing that it could be one from. */
  | { readonly kind: "not-asked" }
  | { readonly kind: "broken"; readonly detail: string; readonly isTransition: boolean }
  /** It could not be evaluated: a field that is not there, a division by zero. */
  | { readonly kind: "failed"; readonly detail: string };

/** Why a rule cannot be read, in the words of the library; undefined where it can. */
export function faultOfRule(rule: ValidationRule): string | undefined {
  try {
    compile(rule);
    return undefined;
  } catch (error) {
    return firstLine(error);
  }
}

/** `old` undefined: there is none. Both are values of CEL. @throws ParseError; `faultOfRule` tells it beforehand */
export function judge(rule: ValidationRule, self: unknown, old: { readonly value: unknown } | undefined): Verdict {
  const { holds, message, usesOld } = compile(rule);
  const isOptional = rule.optionalOldSelf === true;
  if (usesOld && old === undefined && !isOptional) return { kind: "not-asked" };
  const oldSelf = isOptional ? (old === undefined ? Optional.none() : Optional.of(old.value)) : old?.value;
  try {
    if (holds({ self, oldSelf }) === true) return { kind: "holds" };
  } catch (error) {
    return { kind: "failed", detail: `${reasonOf(error)} evaluating rule: ${(rule.message ?? rule.rule).trim()}` };
  }
  const said = message === undefined ? undefined : textOf(message, { self, oldSelf: old?.value });
  return { kind: "broken", detail: said ?? rule.message?.trim() ?? `failed rule: ${rule.rule.trim()}`, isTransition: usesOld };
}

function compile(rule: ValidationRule): Compiled {
  const known = compiled.get(rule);
  if (known !== undefined) return known;
  const texts = [rule.rule, rule.messageExpression ?? ""];
  const result: Compiled = {
    holds: parse(rule.rule),
    message: rule.messageExpression === undefined ? undefined : parse(rule.messageExpression),
    usesOld: texts.some((text) => /\boldSelf\b/.test(withoutLiterals(text))),
  };
  compiled.set(rule, result);
  return result;
}

/** A message that cannot be made, is empty or has several lines is not used: `message` is said then. */
function textOf(message: ParseResult, context: { readonly self: unknown; readonly oldSelf: unknown }): string | undefined {
  try {
    const value: unknown = message(context);
    const text = typeof value === "string" ? value.trim() : "";
    return text === "" || text.includes("\n") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** In the words of cel-go, as far as these are told apart. */
function reasonOf(error: unknown): string {
  const text = firstLine(error);
  if (!(error instanceof EvaluationError)) return text;
  return error.code === "no_such_key" ? text.replace("No such key", "no such key") : text;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

function withoutLiterals(text: string): string {
  return text.replaceAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, "''");
}
