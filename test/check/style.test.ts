import { describe, expect, test } from "vitest";
import { faultsIn } from "./planted.ts";

describe("names", () => {
  test.each([
    "src/kube/utils.ts",
    "src/kube/helpers/x.ts",
    "src/cli/index.ts",
    "scripts/common.ts",
    "test/helpers.ts",
    "src/kube/utils.test-data.ts",
  ])("%s says nothing", (path) => {
    expect(faultsIn({ [path]: "" })).toEqual([`names ${path}:1`]);
  });

  test.each(["src/kube/podSpec.ts", "src/kube/Pod.ts", "src/kube/pod_spec.ts"])("%s is not kebab-case", (path) => {
    expect(faultsIn({ [path]: "" })).toEqual([`names ${path}:1`]);
  });
});

describe("exports", () => {
  test.each(["export default 1;", "const x = 1;\nexport { x as default };".replace("\n", " "), 'export { default } from "./y.ts";'])(
    "%s is a default",
    (code) => {
      expect(faultsIn({ "src/kube/x.ts": code })).toEqual(["exports src/kube/x.ts:1"]);
    },
  );

  test("export * is a barrel", () => {
    expect(faultsIn({ "src/kube/x.ts": 'export * from "./y.ts";' })).toEqual(["exports src/kube/x.ts:1"]);
  });
});

test("a file of more than 350 lines is too long, a test may have 700", () => {
  const lines = "export {};\n".repeat(351);
  expect(faultsIn({ "src/kube/x.ts": lines, "test/x.ts": lines })).toEqual(["length src/kube/x.ts:351"]);
});

test.each(["// TODO later", "/* FIXME */", "// @ts-ignore", "// @ts-expect-error: wrong types"])("%s is not left behind", (code) => {
  expect(faultsIn({ "src/kube/x.ts": code })).toEqual(["comments src/kube/x.ts:1"]);
});

test("a file that does not parse is one fault", () => {
  expect(faultsIn({ "src/kube/x.ts": "const = ;" })).toEqual(["syntax src/kube/x.ts:1"]);
});
