import { expect, test } from "vitest";
import type { Refusal } from "../maintenance/outcome.ts";
import { refusalLines } from "./refusal-lines.ts";
import { podStep, voice } from "./testing/plans.ts";

const session = (name: string, person?: string): Refusal => ({
  kind: "consent",
  missing: ["emptydir", "interactive"],
  step: podStep(name, {
    reason: { code: "session", args: { product: "JupyterHub", kind: "Server", session: name, person }, evidence: [] },
  }),
});

test("whose session would be ended is said where it can be told, so that somebody can ask", () => {
  const lines = refusalLines([session("jupyter-ann", "ann"), session("lab-0")], voice).map((line) => line.map(({ text }) => text).join(""));
  expect(lines).toEqual([
    "  missing  cannot delete Pods with local storage (use --delete-emptydir-data to override): web/jupyter-ann, web/lab-0",
    "  missing  people's sessions would be ended (use --allow=interactive to accept): web/jupyter-ann (ann), web/lab-0",
  ]);
});
