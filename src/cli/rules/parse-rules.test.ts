import { describe, expect, test } from "vitest";
import { UsageError } from "../usage-error.ts";
import { parseRules } from "./parse-rules.ts";

const complaintOf = (text: string): string => {
  try {
    parseRules(text, "r.yaml");
  } catch (error) {
    if (error instanceof UsageError) return error.next === "" ? error.message : `${error.message} → ${error.next}`;
    throw error;
  }
  return "no complaint";
};

test("rules are read from YAML and from JSON alike, in order", () => {
  const yaml = `
rules:
  - namespaces: { names: [shop] }
    pods:
      matchLabels: { app: db }
      matchExpressions: [{ key: tier, operator: In, values: [data] }]
    action: wait
    wave: -1
  - namespaces: { selector: { matchLabels: { env: prod } } }
    action: ask
  - action: evict
`;
  const rules = [
    {
      namespaces: { names: ["shop"] },
      pods: { matchLabels: { app: "db" }, matchExpressions: [{ key: "tier", operator: "In", values: ["data"] }] },
      action: "wait",
      wave: -1,
    },
    { namespaces: { selector: { matchLabels: { env: "prod" } } }, action: "ask" },
    { action: "evict" },
  ];
  expect(parseRules(yaml, "r.yaml")).toEqual(rules);
  expect(parseRules(JSON.stringify({ rules }), "r.json")).toEqual(rules);
});

describe("a file that is no rules is answered with the place, what is expected, and what was found", () => {
  test.each([
    ["", "r.yaml: no rules in it → it begins with `rules:`"],
    ["- action: evict", "r.yaml: expected a mapping, found a list"],
    ["rules: evict", 'r.yaml: rules: expected a list, found "evict"'],
    ["rules: [{}]", "r.yaml: rules[0].action: expected evict, delete, wait, stay or ask, found nothing"],
    ["rules: [{action: evcit}]", 'r.yaml: rules[0].action: expected evict, delete, wait, stay or ask, found "evcit" → did you mean evict?'],
    ["rules: [{action: stay, namespace: web}]", 'r.yaml: rules[0]: unknown field "namespace" → did you mean namespaces?'],
    ["rules: [{action: stay}, {action: stay, wave: soon}]", 'r.yaml: rules[1].wave: expected a number, found "soon"'],
    ["rules: [{action: stay, wave: 1.5}]", "r.yaml: rules[0].wave: expected a whole number, found 1.5"],
    ["rules: [{action: stay, wave: 2000000000}]", "r.yaml: rules[0].wave: must not be more than 1000000000, found 2000000000"],
    ["rules: [{action: stay, namespaces: [web]}]", "r.yaml: rules[0].namespaces: expected a mapping, found a list"],
    ["rules: [{action: stay, namespaces: {}}]", "r.yaml: rules[0].namespaces: expected either names or selector"],
    ["rules: [{action: stay, namespaces: {names: []}}]", "r.yaml: rules[0].namespaces.names: must not be empty"],
    ["rules: [{action: stay, namespaces: {names: [a], selector: {}}}]", "r.yaml: rules[0].namespaces: expected either names or selector"],
    ["rules: [{action: stay, pods: {matchLabels: {app: 1}}}]", "r.yaml: rules[0].pods.matchLabels.app: expected text, found 1"],
    [
      "rules: [{action: stay, pods: {matchExpressions: [{key: a, operator: Has}]}}]",
      'r.yaml: rules[0].pods.matchExpressions[0].operator: expected In, NotIn, Exists or DoesNotExist, found "Has"',
    ],
    [
      "rules: [{action: stay, pods: {matchExpressions: [{key: a, operator: In}]}}]",
      "r.yaml: rules[0].pods: is no valid label selector: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
    ],
    ["rules: [{action: x}, {action: y}]", 'r.yaml: rules[0].action: expected evict, delete, wait, stay or ask, found "x" (and 1 more)'],
    ["rules: [", "r.yaml: neither YAML nor JSON: "],
  ])("%s", (text, complaint) => {
    expect(complaintOf(text).slice(0, complaint.length)).toBe(complaint);
  });
});
