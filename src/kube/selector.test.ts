import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LabelSelector } from "./budget.ts";
import { faultsOfLabelKey, faultsOfLabelValue } from "./label-syntax.ts";
import type { StringMap } from "./object.ts";
import { matches, matchesLabelSelector, parseLabelSelector, readLabelSelector } from "./selector.ts";

function selects(text: string, labels: StringMap): boolean | string {
  const read = parseLabelSelector(text);
  return read.ok ? matches(read.selector, labels) : read.message;
}

describe("the text of a selector", () => {
  test.each<[string, StringMap, boolean]>([
    ["", {}, true],
    [" \t\n", { a: "b" }, true],
    ["a=b", { a: "b" }, true],
    ["a==b", { a: "b" }, true],
    ["a=b", { a: "c" }, false],
    ["a=b", {}, false],
    ["a=", { a: "" }, true],
    ["a=,b", { a: "", b: "x" }, true],
    ["a!=b", { a: "c" }, true],
    ["a!=b", {}, true],
    ["a!=b", { a: "b" }, false],
    ["a", { a: "" }, true],
    ["a", {}, false],
    ["!a", {}, true],
    ["! a", { a: "x" }, false],
    ["a in (b, c)", { a: "c" }, true],
    ["a in (b,c)", {}, false],
    ["a in ()", { a: "" }, true],
    ["a in (b,)", { a: "" }, true],
    ["a in (,b)", { a: "" }, true],
    ["a in (b,,c)", { a: "" }, true],
    ["a in (b)", { a: "" }, false],
    ["a notin (b)", {}, true],
    ["a notin (b)", { a: "b" }, false],
    ["a notin (b)", { a: "c" }, true],
    ["a>5", { a: "6" }, true],
    ["a>5", { a: "5" }, false],
    ["a<5", { a: "4" }, true],
    ["a<5", {}, false],
    ["a>5", { a: "six" }, false],
    ["a>9223372036854775806", { a: "9223372036854775807" }, true],
    ["a>5", { a: "9223372036854775808" }, false],
    // Keys and values may be called like the operators.
    ["in in (notin),notin", { in: "notin", notin: "in" }, true],
    ["in=in", { in: "in" }, true],
    ["app.io/name=x, tier in (web), !gone", { "app.io/name": "x", tier: "web" }, true],
    ["a=b,a!=b", { a: "b" }, false],
    // Not a label of the object, though every object has it in the language.
    ["constructor", {}, false],
  ])("%j on %j is %j", (text, labels, expected) => {
    expect(selects(text, labels)).toBe(expected);
  });

  const binary = "in, notin, =, ==, !=, gt, lt";
  test.each([
    ["=", "found '=', expected: !, identifier, or 'end of string'"],
    [",a", "found ',', expected: !, identifier, or 'end of string'"],
    ["a,", "found '', expected: identifier after ','"],
    ["a,,b", "found ',', expected: identifier after ','"],
    ["a b", `unable to parse requirement: found 'b', expected: ${binary}`],
    ["a=b c", "found 'c', expected: ',' or 'end of string'"],
    ["a===b", "unable to parse requirement: found '=', expected: identifier"],
    ["!", "unable to parse requirement: found '', expected: identifier"],
    ["!a=b", "found '=', expected: ',' or 'end of string'"],
    ["a in", "unable to parse requirement: found '' expected: '('"],
    ["a in b", "unable to parse requirement: found 'b' expected: '('"],
    ["a in (", "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ["a in (b", "unable to parse requirement: found '', expected: ',' or ')'"],
    ["a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'"],
    ["a in (b,", "unable to parse requirement: found '', expected: ',', or identifier"],
    ["a>=5", "unable to parse requirement: found '=', expected: identifier"],
    ["a>x", "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"],
    [
      "app=a/b",
      'unable to parse requirement: values[0][app]: Invalid value: "a/b": a valid label must be an empty string or consist of alphanumeric characters, ' +
        "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', " +
        "regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
    [
      "-a",
      "unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and " +
        "end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
  ])("%j is refused with the API server's words", (text, message) => {
    expect(selects(text, {})).toBe(message);
  });

  test("requirements are sorted by key, values by text", () => {
    expect(parseLabelSelector("z,a in (c,b,c),m!=1")).toEqual({
      ok: true,
      selector: [
        { key: "a", operator: "in", values: ["b", "c"] },
        { key: "m", operator: "!=", values: ["1"] },
        { key: "z", operator: "exists", values: [] },
      ],
    });
  });
});

describe("label syntax", () => {
  test.each(["a", "A.b-c_d", "0", "example.com/a", "a.b.c/D", "x".repeat(63), `${"a".repeat(253)}/x`])("%s is a key", (key) => {
    expect(faultsOfLabelKey(key)).toEqual([]);
  });
  test.each<[string, number]>([
    ["", 2],
    ["/a", 1],
    ["a/", 2],
    ["a/b/c", 1],
    ["Example.com/a", 1],
    ["a..b/c", 1],
    ["-a", 1],
    ["a_", 1],
    ["ä", 1],
    ["a b", 1],
    ["x".repeat(64), 1],
    [`${"a".repeat(254)}/x`, 1],
  ])("%s is none, with %d faults", (key, count) => {
    expect(faultsOfLabelKey(key)).toHaveLength(count);
  });
  test("a value may be empty, and has at most 63 characters", () => {
    expect(["", "a", "1.2-3_4", "x".repeat(63)].flatMap(faultsOfLabelValue)).toEqual([]);
    expect(faultsOfLabelValue("x".repeat(64))).toEqual(["must be no more than 63 bytes"]);
    expect(["-", "a.", "a b", "a/b", "é"].map((value) => faultsOfLabelValue(value).length)).toEqual([1, 1, 1, 1, 1]);
  });
});

describe("a budget's selector", () => {
  const cases: readonly [string, LabelSelector | null | undefined, StringMap | undefined, boolean][] = [
    ["absent matches nothing", undefined, { a: "b" }, false],
    ["null matches nothing", null, { a: "b" }, false],
    ["empty matches everything", {}, { a: "b" }, true],
    ["empty matches a pod without labels", {}, undefined, true],
    ["empty lists match everything", { matchLabels: {}, matchExpressions: [] }, {}, true],
    ["labels are joined by and", { matchLabels: { a: "b", c: "d" } }, { a: "b" }, false],
    ["labels", { matchLabels: { a: "b", c: "d" } }, { a: "b", c: "d", e: "f" }, true],
    ["In", { matchExpressions: [{ key: "a", operator: "In", values: ["x", "y"] }] }, { a: "y" }, true],
    ["NotIn holds without the label", { matchExpressions: [{ key: "a", operator: "NotIn", values: ["x"] }] }, {}, true],
    ["NotIn", { matchExpressions: [{ key: "a", operator: "NotIn", values: ["x"] }] }, { a: "x" }, false],
    ["Exists", { matchExpressions: [{ key: "a", operator: "Exists" }] }, { a: "" }, true],
    ["DoesNotExist", { matchExpressions: [{ key: "a", operator: "DoesNotExist" }] }, { a: "" }, false],
    [
      "expressions and labels are joined by and",
      { matchLabels: { a: "b" }, matchExpressions: [{ key: "c", operator: "Exists" }] },
      { a: "b" },
      false,
    ],
    [
      "an In without values is invalid and matches nothing",
      { matchExpressions: [{ key: "a", operator: "In", values: [] }] },
      { a: "x" },
      false,
    ],
    ["a NotIn without values too, also where it would hold", { matchExpressions: [{ key: "a", operator: "NotIn" }] }, {}, false],
    ["an Exists with values is invalid", { matchExpressions: [{ key: "a", operator: "Exists", values: ["x"] }] }, { a: "x" }, false],
    ["an invalid value is invalid", { matchExpressions: [{ key: "a", operator: "NotIn", values: ["x/y"] }] }, {}, false],
  ];
  test.each(cases)("%s", (_name, selector, labels, expected) => {
    expect(matchesLabelSelector(selector, labels)).toBe(expected);
  });

  test("an operator this version does not know is told", () => {
    const selector = JSON.parse('{"matchExpressions":[{"key":"a","operator":"Near","values":["b"]}]}') as LabelSelector;
    expect(readLabelSelector(selector)).toEqual({ ok: false, message: '"Near" is not a valid label selector operator' });
  });
});

const key = fc.constantFrom("a", "b", "app.io/c", "in", "notin");
const value = fc.constantFrom("", "x", "y", "in", "5", "7");
const requirement = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom("In" as const, "NotIn" as const),
    values: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key, operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const) }),
);
const labelSets = fc.dictionary(key, value);

test("text and structure of one selector choose the same objects", () => {
  fc.assert(
    fc.property(fc.array(requirement, { maxLength: 4 }), labelSets, (matchExpressions, labels) => {
      const text = matchExpressions
        .map((each) => {
          if (each.operator === "Exists") return each.key;
          if (each.operator === "DoesNotExist") return `!${each.key}`;
          return `${each.key} ${each.operator.toLowerCase()} (${"values" in each ? each.values.join(",") : ""})`;
        })
        .join(" , ");
      expect(selects(text, labels)).toBe(matchesLabelSelector({ matchExpressions }, labels));
    }),
  );
});

test("no text breaks the parser, and a selector negated by != never agrees with its =", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab=!<>(), in".split("")), maxLength: 12 }), (text) => {
      const read = parseLabelSelector(text);
      expect(read.ok || read.message.length > 0).toBe(true);
    }),
  );
  fc.assert(
    fc.property(key, value, labelSets, (k, v, labels) => {
      expect(selects(`${k}=${v}`, labels)).toBe(selects(`${k}!=${v}`, labels) === false);
    }),
  );
});
