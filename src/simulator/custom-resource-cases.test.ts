import { expect, test } from "vitest";
import { customResourceCases } from "../../test/custom-resources/all-cases.ts";
import { Rig } from "./testing/rig.ts";

test.each(customResourceCases)("$name", async ({ run, gives }) => {
  await using rig = new Rig();
  rig.control.addNamespace("case");
  const got = await rig.run(
    run({ api: rig.api, signal: rig.call.signal, namespace: "case", group: "case.example.com", commonGroup: "example.com" }),
  );
  expect(got).toEqual(gives);
});
