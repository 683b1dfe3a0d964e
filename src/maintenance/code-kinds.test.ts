import { expect, test } from "vitest";
import { type Appearance, codeKinds } from "./code-kinds.ts";
import { type Code, phrases } from "./crafts.ts";

const needsAnEnd: readonly Appearance[] = ["fatal finding", "blocker", "failure"];

test.each(Object.keys(codeKinds) as Code[])("%s: whatever stops or holds up a drain says how it ends", (code) => {
  const { appears, ends } = codeKinds[code];
  expect(appears.length).toBeGreaterThan(0);
  expect(phrases[code].explain).toMatch(/\.$/);
  if (ends !== undefined) expect(ends).toMatch(/\.$/);
  if (appears.some((one) => needsAnEnd.includes(one))) expect(ends).toBeDefined();
});
