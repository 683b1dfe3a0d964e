import { expect, test } from "vitest";
import { phrases } from "../maintenance/crafts.ts";
import type { Finding } from "../plan/finding.ts";
import { type Refusal, refusals } from "../plan/judge.ts";
import { exitCodeOf } from "./exit-code.ts";
import { textOf } from "./line.ts";
import { noticesOf } from "./notice-lines.ts";
import { previewDocument } from "./preview-document.ts";
import { previewText } from "./preview-text.ts";
import { refusalLines, wayOnFrom } from "./refusal-lines.ts";
import { planOf, start } from "./testing/plans.ts";

const voice = { phrases, speaker: { program: "drydock" } };
const finding: Finding = {
  code: "last-of-role",
  severity: "warning",
  consent: "last-of-role",
  objects: [{ kind: "Node", name: "cp-1", uid: "u" }],
  args: { node: "cp-1", roles: ["node-role.kubernetes.io/control-plane"], unfit: [] },
};
const plan = { ...planOf([]), findings: [finding] };
const missing: readonly Refusal[] = refusals(plan, new Set());

test("a finding that asks for consent is shown once, with the flag that gives it and who else could stand in", () => {
  const lines = refusalLines(missing, voice).map(textOf);
  expect(lines).toEqual([
    "  missing  cp-1 is the last Ready, schedulable node with the role node-role.kubernetes.io/control-plane (use --allow=last-of-role to accept)",
    "           → what needs that role has nowhere to go: make another node ready for it (kubectl label node NODE node-role.kubernetes.io/control-plane=)",
  ]);
  const text = previewText(plan, missing, { wide: false, command: "drydock drain cp-1 --allow=last-of-role" }, voice).map(textOf);
  expect(text.filter((line) => line.includes("is the last Ready"))).toHaveLength(1);
  expect(text).toContain("Needs your consent");
});

test("the way on is to agree, and a preview ends with 0: its last line supplies the consent", () => {
  expect(wayOnFrom(missing)).toEqual({ kind: "agree", consents: new Set(["last-of-role"]) });
  expect(exitCodeOf({ kind: "previewed", plan, refusals: missing }, { partial: false, dryRun: true, stopped: false })).toBe(0);
  expect(previewDocument(plan, missing, { command: "", left: [] }, voice)).toMatchObject({
    missing: [{ object: "node cp-1", consents: ["last-of-role"] }],
  });
});

test("agreed to, it is a warning like others", () => {
  expect(refusals(plan, new Set(["last-of-role"]))).toEqual([]);
});

test("a warning is said in every mode; a note only where progress is", () => {
  const told = (severity: Finding["severity"]) =>
    noticesOf({ at: start, kind: "finding", finding: { ...finding, severity } }, voice).map(({ line, important }) => [
      textOf(line).slice(0, 14),
      important,
    ]);
  expect(told("warning")[0]).toEqual(["Warning: cp-1 ", true]);
  expect(told("info")[0]).toEqual(["Note: cp-1 is ", false]);
});
