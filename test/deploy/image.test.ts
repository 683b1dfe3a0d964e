import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { operatorArguments } from "../../src/operator/manifests/workload.ts";
import { defaultOptions } from "../../src/operator/manifests/options.ts";

// No image is built here: what the Dockerfile claims is read from it.
const root = resolve(import.meta.dirname, "../..");
const read = (name: string): string => readFileSync(resolve(root, name), "utf8");
/** Instructions without comments, each on one line. */
const instructions = read("Dockerfile")
  .replaceAll(/\\\n/g, " ")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith("FROM ")));
const argumentsOf = (word: string): readonly string[] =>
  last.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

test("it is built and run by the Node that Drydock is developed with", () => {
  const { devDependencies } = JSON.parse(read("package.json")) as { readonly devDependencies: { readonly node: string } };
  const bases = instructions.filter((line) => line.startsWith("FROM ")).map((line) => line.split(" ")[1]);
  expect(new Set(bases)).toEqual(new Set([`node:${devDependencies.node}-alpine`]));
});

test("it runs as a number that is not root, so that runAsNonRoot can be checked", () => {
  expect(argumentsOf("USER")).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
});

test("its entry takes the arguments of the Deployment, and is the operator without any", () => {
  expect(argumentsOf("ENTRYPOINT")).toEqual(['["node", "/app/drydock.js"]']);
  expect(JSON.parse(argumentsOf("CMD").join(""))).toEqual([operatorArguments(defaultOptions("1.2.3"))[0]]);
});

test("nothing of what it copies is kept from it", () => {
  const allowed = read(".dockerignore")
    .split("\n")
    .flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
  const copied = instructions
    .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));
  expect(copied.length).toBeGreaterThan(4);
  expect(copied.filter((path) => !allowed.includes(path))).toEqual([]);
});

test("it says no secret, and carries no package manager", () => {
  expect(instructions.filter((line) => /^(ARG|ENV) .*(TOKEN|SECRET|PASSWORD|KEY)/i.test(line))).toEqual([]);
  expect(argumentsOf("RUN").join(" ")).toContain("rm -rf /usr/local/lib/node_modules /usr/local/bin/npm");
});
