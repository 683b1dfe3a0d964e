import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { operatorArguments } from "../../src/operator/manifests/workload.ts";
import { defaultOptions } from "../../src/operator/manifests/options.ts";
import { copies, Dockerfile } from "../support/dockerfile.ts";

// No image is built here: what the Dockerfile claims is read from it. What it holds runs in test/control-plane/operator-image.test.ts.
const root = resolve(import.meta.dirname, "../..");
const read = (name: string): string => readFileSync(resolve(root, name), "utf8");
const dockerfile = new Dockerfile(root);
const { instructions } = dockerfile;

test("it is built and run by the Node that Drydock is developed with", () => {
  const { devDependencies } = JSON.parse(read("package.json")) as { readonly devDependencies: { readonly node: string } };
  const bases = instructions.filter((line) => line.startsWith("FROM ")).map((line) => line.split(" ")[1]);
  expect(new Set(bases)).toEqual(new Set([`node:${devDependencies.node}-alpine`]));
});

test("it runs as a number that is not root, so that runAsNonRoot can be checked", () => {
  expect(dockerfile.argumentsOf("USER")).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
});

test("its entry takes the arguments of the Deployment, and is the operator without any", () => {
  expect(dockerfile.words("ENTRYPOINT")).toEqual(["node", "/app/drydock.js"]);
  expect(dockerfile.words("CMD")).toEqual([operatorArguments(defaultOptions("1.2.3"))[0]]);
});

test("nothing of what it copies is missing, or kept from it", () => {
  const allowed = read(".dockerignore")
    .split("\n")
    .flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
  const copied = copies(instructions).flatMap(({ from, sources }) => (from === undefined ? sources : []));
  expect(copied.length).toBeGreaterThan(4);
  expect(copied.filter((path) => !allowed.includes(path) || !existsSync(resolve(root, path)))).toEqual([]);
});

test("it says no secret, and carries no package manager", () => {
  expect(instructions.filter((line) => /^(ARG|ENV) .*(TOKEN|SECRET|PASSWORD|KEY)/i.test(line))).toEqual([]);
  expect(dockerfile.argumentsOf("RUN").join(" ")).toContain("rm -rf /usr/local/lib/node_modules /usr/local/bin/npm");
});
