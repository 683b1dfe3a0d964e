import { expect, test } from "vitest";
import { kindCases, runKindCase } from "../../test/kind-cases.ts";
import { definitions } from "../api/crd.ts";
import { seededRandom } from "../runtime/random.ts";
import { Rig } from "../simulator/testing/rig.ts";
import { applyDefinitions } from "./crds.ts";

test.each(kindCases)("$kind: $name", async (given) => {
  await using rig = new Rig();
  const needs = { api: rig.api, clock: rig.clock, random: seededRandom("kinds"), stop: rig.call.signal };
  await rig.run(applyDefinitions(definitions, { version: "0.1.0" }, needs));
  expect(await rig.run(runKindCase(given, { api: rig.api, signal: rig.call.signal, name: "a" }))).toEqual(given.gives);
});
