/** One term; `path` is not checked here: which fields can be selected is the resource's business. */
export interface FieldRequirement {
  readonly path: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/** All of them must hold; an empty list matches everything. */
export type ParsedFieldSelector = readonly FieldRequirement[];

export type FieldSelectorReading =
  | { readonly ok: true; readonly selector: ParsedFieldSelector }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the `fieldSelector` parameter as the API server does (apimachinery fields.ParseSelector): `a=b`, `a==b`, `a!=b` joined by commas;
 * in values `\\`, `\,` and `\=` stand for themselves. On failure `message` is what the API server says.
 */
export function parseFieldSelector(text: string): FieldSelectorReading {
  const selector: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort()) {
    if (term === "") continue;
    const parts = /^(?<path>.*?)(?<operator>!=|==|=)(?<raw>.*)$/s.exec(term)?.groups;
    if (parts === undefined) return { ok: false, message: `invalid selector: '${text}'; can't understand '${term}'` };
    const value = unescapeValue(parts["raw"] ?? "");
    if (!value.ok) return { ok: false, message: `invalid field selector: ${value.message}` };
    const path = parts["path"] ?? "";
    // The API server drops a term that has neither a path nor a value, also `!=`, which would match nothing.
    if (path === "" && value.text === "") continue;
    selector.push({ path, operator: parts["operator"] === "!=" ? "!=" : "=", value: value.text });
  }
  return { ok: true, selector };
}

/** `lookup` gives the value of a field; one the object does not have counts as the empty string. */
export function matchesFields(selector: ParsedFieldSelector, lookup: (path: string) => string | undefined): boolean {
  return selector.every(({ path, operator, value }) => ((lookup(path) ?? "") === value) === (operator === "="));
}

/** Any text as a value of a field selector. */
export function escapeFieldValue(value: string): string {
  return value.replace(/[\\,=]/g, "\\$&");
}

/** At commas without a backslash before them; the backslashes stay. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\.|[^\\,]|\\$)+/gs) ?? [];
}

function unescapeValue(raw: string): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string } {
  let text = "";
  for (let place = 0; place < raw.length; place += 1) {
    const character = raw.charAt(place);
    if (character === "\\") {
      place += 1;
      const escaped = raw.charAt(place);
      if (escaped === "" || !"\\,=".includes(escaped)) return { ok: false, message: `invalid escape sequence: \\${escaped}` };
      text += escaped;
    } else if (character === "," || character === "=") {
      return { ok: false, message: `unescaped character in value: ${character.charCodeAt(0)}` };
    } else text += character;
  }
  return { ok: true, text };
}
