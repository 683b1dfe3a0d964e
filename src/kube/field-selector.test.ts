import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeFieldValue, matchesFields, parseFieldSelector } from "./field-selector.ts";

function selects(text: string, fields: Readonly<Record<string, string>>): boolean | string {
  const read = parseFieldSelector(text);
  return read.ok ? matchesFields(read.selector, (path) => fields[path]) : read.message;
}

test.each<[string, Record<string, string>, boolean]>([
  ["", {}, true],
  [",,", {}, true],
  ["spec.nodeName=n1", { "spec.nodeName": "n1" }, true],
  ["spec.nodeName==n1", { "spec.nodeName": "n1" }, true],
  ["spec.nodeName=n1", { "spec.nodeName": "n2" }, false],
  ["spec.nodeName=", {}, true],
  ["spec.nodeName!=", {}, false],
  ["spec.nodeName!=n1", {}, true],
  ["status.phase!=Succeeded,status.phase!=Failed", { "status.phase": "Running" }, true],
  ["status.phase!=Succeeded,status.phase!=Failed", { "status.phase": "Failed" }, false],
  ["a=b\\,c", { a: "b,c" }, true],
  ["a=b\\=c,d=e", { a: "b=c", d: "e" }, true],
  ["a=b\\\\", { a: "b\\" }, true],
  ["a=x!y", { a: "x!y" }, true],
  ["a = b", { "a ": " b" }, true],
  // Neither a path nor a value: the API server drops the term.
  ["!=", {}, true],
])("%j on %j is %j", (text, fields, expected) => {
  expect(selects(text, fields)).toBe(expected);
});

test.each([
  ["spec.nodeName", "invalid selector: 'spec.nodeName'; can't understand 'spec.nodeName'"],
  ["a=b,c", "invalid selector: 'a=b,c'; can't understand 'c'"],
  ["a in (b)", "invalid selector: 'a in (b)'; can't understand 'a in (b)'"],
  ["a=b=c", "invalid field selector: unescaped character in value: 61"],
  ["a=\\x", "invalid field selector: invalid escape sequence: \\x"],
  ["a=b\\", "invalid field selector: invalid escape sequence: \\"],
])("%j is refused with the API server's words", (text, message) => {
  expect(selects(text, {})).toBe(message);
});

test("any value, escaped, selects itself and nothing else", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (value, other) => {
      const text = `a=${escapeFieldValue(value)}`;
      expect(selects(text, { a: value })).toBe(true);
      expect(selects(text, { a: other })).toBe(other === value);
    }),
  );
});
