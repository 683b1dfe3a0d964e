import { expect, test } from "vitest";
import { apiCases } from "../../test/api-cases.ts";
import { Rig } from "./testing/rig.ts";

test.each(apiCases)("$name", async ({ run, gives }) => {
  await using rig = new Rig();
  rig.control.addNamespace("case");
  const got = await rig.run(run({ api: rig.api, signal: rig.call.signal, namespace: "case" }));
  expect(got).toEqual(gives);
});
