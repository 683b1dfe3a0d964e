import { describe, expect, test } from "vitest";
import { violationsIn } from "./planted.ts";

function messages(files: Readonly<Record<string, string>>): string[] {
  return violationsIn(files).map(({ rule, message }) => `[${rule}] ${message}`);
}

describe("import cycles", () => {
  test("of two files", () => {
    expect(messages({ "src/kube/a.ts": 'import "./b.ts";', "src/kube/b.ts": 'import "./a.ts";' })).toEqual([
      "[cycles] import cycle: src/kube/a.ts → src/kube/b.ts → src/kube/a.ts",
    ]);
  });

  test("of three, one way of types only, one at run time", () => {
    expect(
      messages({
        "src/kube/a.ts": 'import type { B } from "./b.ts";',
        "src/kube/b.ts": 'export const c = await import("./c.ts");',
        "src/kube/c.ts": 'export type { A } from "./a.ts";',
      }),
    ).toEqual(["[cycles] import cycle: src/kube/a.ts → src/kube/b.ts → src/kube/c.ts → src/kube/a.ts"]);
  });

  test("of a file with itself", () => {
    expect(messages({ "src/kube/a.ts": 'import "./a.ts";' })).toEqual(["[cycles] import cycle: src/kube/a.ts → src/kube/a.ts"]);
  });

  test("two cycles are two messages", () => {
    expect(
      messages({
        "src/kube/a.ts": 'import "./b.ts";',
        "src/kube/b.ts": 'import "./a.ts";',
        "src/plan/a.ts": 'import "./b.ts"; import "../kube/a.ts";',
        "src/plan/b.ts": 'import "./a.ts";',
      }),
    ).toHaveLength(2);
  });

  test("of folders side by side, though no file reaches itself", () => {
    expect(
      messages({
        "src/client/http/a.ts": 'import "../watch/a.ts";',
        "src/client/http/b.ts": "",
        "src/client/watch/a.ts": "",
        "src/client/watch/b.ts": 'import "../http/b.ts";',
      }),
    ).toEqual(["[cycles] folders import each other: src/client/http → src/client/watch → src/client/http"]);
  });

  test("a diamond is none, nor is a folder that uses one inside it", () => {
    expect(
      messages({
        "src/client/connect.ts": 'import "./http/a.ts"; import "./http/b.ts";',
        "src/client/http/a.ts": 'import "./c.ts";',
        "src/client/http/b.ts": 'import "./c.ts"; import "../errors.ts";',
        "src/client/http/c.ts": "",
        "src/client/errors.ts": "",
      }),
    ).toEqual([]);
  });
});
