import { faultsOfLabelKey } from "./label-syntax.ts";
import { faultOfRequirement } from "./selector-requirement.ts";
import type { SelectorOperator, SelectorRequirement } from "./selector-requirement.ts";
import { selectorTokens } from "./selector-tokens.ts";
import type { SelectorToken } from "./selector-tokens.ts";

type Reading =
  | { readonly ok: true; readonly requirements: readonly SelectorRequirement[] }
  | { readonly ok: false; readonly message: string };

/** Thrown and caught in this file only: the way out of a recursive descent. */
class SyntaxFault extends Error {}

/** The grammar of a label selector, with the API server's messages, in the order it finds the faults. */
export function parseRequirements(text: string): Reading {
  const parser = new Parser(selectorTokens(text));
  try {
    return { ok: true, requirements: parser.selector() };
  } catch (fault) {
    if (fault instanceof SyntaxFault) return { ok: false, message: fault.message };
    throw fault;
  }
}

const binary: Readonly<Partial<Record<SelectorToken["kind"], SelectorOperator>>> = {
  in: "in",
  notin: "notin",
  "=": "=",
  "==": "==",
  "!=": "!=",
  ">": "gt",
  "<": "lt",
};

function isWord({ kind }: SelectorToken): boolean {
  return kind === "word" || kind === "in" || kind === "notin";
}

class Parser {
  readonly #tokens: readonly SelectorToken[];
  #place = 0;

  constructor(tokens: readonly SelectorToken[]) {
    this.#tokens = tokens;
  }

  #next(): SelectorToken {
    return this.#tokens[this.#place] ?? { kind: "end", text: "" };
  }

  #take(): SelectorToken {
    const token = this.#next();
    this.#place += 1;
    return token;
  }

  selector(): readonly SelectorRequirement[] {
    const requirements: SelectorRequirement[] = [];
    if (this.#next().kind === "end") return requirements;
    if (!isWord(this.#next()) && this.#next().kind !== "!") this.#fail("!, identifier, or 'end of string'");
    for (;;) {
      requirements.push(this.#requirement());
      const { kind, text } = this.#take();
      if (kind === "end") return requirements;
      if (kind !== ",") throw new SyntaxFault(`found '${text}', expected: ',' or 'end of string'`);
      if (!isWord(this.#next()) && this.#next().kind !== "!") this.#fail("identifier after ','");
    }
  }

  #requirement(): SelectorRequirement {
    const absent = this.#next().kind === "!";
    if (absent) this.#take();
    if (!isWord(this.#next())) this.#failIn("identifier");
    const key = this.#take().text;
    const faults = faultsOfLabelKey(key);
    if (faults.length > 0) {
      throw new SyntaxFault(`unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: ${faults.join("; ")}`);
    }
    if (absent) return { key, operator: "!", values: [] };
    if (this.#next().kind === "end" || this.#next().kind === ",") return { key, operator: "exists", values: [] };
    const operator = binary[this.#next().kind];
    if (operator === undefined) this.#failIn("in, notin, =, ==, !=, gt, lt");
    this.#take();
    const values = operator === "in" || operator === "notin" ? this.#valueSet() : [this.#value()];
    const requirement: SelectorRequirement = { key, operator, values };
    const fault = faultOfRequirement(requirement);
    if (fault !== undefined) throw new SyntaxFault(`unable to parse requirement: ${fault}`);
    return requirement;
  }

  /** The one value after `=` and its like; nothing at all is the empty value. */
  #value(): string {
    if (this.#next().kind === "end" || this.#next().kind === ",") return "";
    if (!isWord(this.#next())) this.#failIn("identifier");
    return this.#take().text;
  }

  /** `(a,b)`; an empty place between commas or parentheses is the empty value. */
  #valueSet(): readonly string[] {
    if (this.#next().kind !== "(") throw new SyntaxFault(`unable to parse requirement: found '${this.#next().text}' expected: '('`);
    this.#take();
    if (!isWord(this.#next()) && this.#next().kind !== "," && this.#next().kind !== ")") this.#failIn("',', ')' or identifier");
    const values = new Set<string>();
    for (;;) {
      if (isWord(this.#next())) {
        values.add(this.#take().text);
        if (this.#next().kind !== "," && this.#next().kind !== ")") this.#failIn("',' or ')'");
      } else if (this.#next().kind === "," || this.#next().kind === ")") values.add("");
      else this.#failIn("',', or identifier");
      if (this.#take().kind === ")") return [...values].sort();
    }
  }

  #fail(expected: string): never {
    throw new SyntaxFault(`found '${this.#next().text}', expected: ${expected}`);
  }

  #failIn(expected: string): never {
    throw new SyntaxFault(`unable to parse requirement: found '${this.#next().text}', expected: ${expected}`);
  }
}
