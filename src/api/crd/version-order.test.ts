import { expect, test } from "vitest";
import { compareVersions } from "./version-order.ts";

test("versions are ordered as semver does", () => {
  const ordered = ["0.1.0", "0.2.0-alpha", "0.2.0-alpha.1", "0.2.0-alpha.beta", "0.2.0-rc.2", "0.2.0-rc.10", "0.2.0", "0.10.0", "1.0.0"];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries())
      expect([a, b, Math.sign(compareVersions(a, b) ?? Number.NaN)]).toEqual([a, b, Math.sign(i - j)]);
  }
  expect(compareVersions("v1.0.0+build", "1.0.0")).toBe(0);
});

test("what is no version is neither older nor newer", () => {
  expect(compareVersions("main", "1.0.0")).toBeUndefined();
  expect(compareVersions("1.0.0", "1.0")).toBeUndefined();
});
