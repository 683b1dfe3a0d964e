import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { manifests } from "./manifests.ts";
import { defaultOptions } from "./options.ts";
import { manifestYaml } from "./yaml.ts";

const all = manifests(defaultOptions("1.2.3"));

test("what is written reads as the same objects", () => {
  expect(parseAllDocuments(manifestYaml(all)).map((document): unknown => document.toJS())).toEqual(all);
});

test("each rule of the operator says above it what it is for", () => {
  const text = manifestYaml(all.filter(({ metadata, kind }) => kind.endsWith("Role") && metadata.name === "drydock-operator"));
  const lines = text.split("\n");
  const rules = lines.flatMap((line, i) => (line.includes("- apiGroups:") ? [lines[i - 1] ?? ""] : []));
  expect(rules.length).toBeGreaterThan(10);
  expect(rules.filter((above) => !/^ +# \w/.test(above))).toEqual([]);
});
