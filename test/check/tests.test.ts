import { describe, expect, test } from "vitest";
import { faultsIn } from "./planted.ts";

function faultsInTest(code: string): string[] {
  return faultsIn({ "test/x.test.ts": code });
}

const good = 'test("x", () => { expect(1).toBe(1); });';

describe("a test without an assertion is refused", () => {
  test.each([
    'test("x", () => {});',
    'it("x", async () => { await run(); });',
    'test.each([1, 2])("x %s", (n) => { run(n); });',
    'test("x", { timeout: 1000 }, () => { run(); });',
    'test("x", async () => { await settle(); }); async function settle() { await run(); }',
  ])("%s", (code) => {
    expect(faultsInTest(code)).toEqual(["tests test/x.test.ts:1"]);
  });

  test("also when the next one has one", () => {
    expect(faultsInTest(`test("a", () => { run(); });\n${good}`)).toEqual(["tests test/x.test.ts:1"]);
  });

  test("and so is a file without a test", () => {
    expect(faultsInTest("export const x = 1;")).toEqual(["tests test/x.test.ts:1"]);
  });
});

describe("an assertion may stand", () => {
  test.each([
    good,
    'test("x", async () => { await expect(run()).rejects.toThrow(); });',
    'test("x", () => { fc.assert(fc.property(fc.nat(), (n) => n >= 0)); });',
    'test("x", () => { expectDrained(node); });',
    'test("x", () => { cluster.expectGone(pod); });',
    'test("x", () => { check(1); }); function check(n: number) { deeper(n); } const deeper = (n: number) => { expect(n).toBe(1); };',
    'test.each(rows)("x %s", check); function check(n: number) { expect(n).toBe(1); }',
    'test.for(rows)("x %s", ([n]) => { expect(n).toBe(1); });',
  ])("%s", (code) => {
    expect(faultsInTest(code)).toEqual([]);
  });
});

describe("no test is left out or run again in silence", () => {
  test.each([
    'test.only("x", () => { expect(1).toBe(1); });',
    'describe.only("x", () => {});',
    'test.skip("x", () => { expect(1).toBe(1); });',
    'describe.skip("x", () => {});',
    'test.only.each([1])("x", () => { expect(1).toBe(1); });',
    'test.todo("x");',
    'test.fails("x", () => { expect(1).toBe(2); });',
    'describe.skipIf(noGo)("real control plane", () => {});',
    'test("x", { retry: 2 }, () => { expect(1).toBe(1); });',
    'describe("x", { skip: true }, () => {});',
  ])("%s", (code) => {
    const faults = faultsInTest(`${good} ${code}`);
    expect(faults).toEqual(["tests test/x.test.ts:1"]);
  });

  test("a condition that the title names is printed with it", () => {
    expect(faultsInTest(`describe.skipIf(noGo)("real control plane (needs Go)", () => { ${good} });`)).toEqual([]);
  });

  test("a reason given at run time is printed", () => {
    expect(faultsInTest('test("x", (context) => { context.skip("no IPv6 here"); expect(1).toBe(1); });')).toEqual([]);
  });
});
