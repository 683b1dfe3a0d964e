import { describe, expect, test } from "vitest";
import type { Fixes } from "../../plan/fix.ts";
import { planOf, podStep } from "../../present/testing/plans.ts";
import { type FakeWorld, fakeWorld } from "../testing/fake-world.ts";

const plan = planOf([podStep("api-1")]);
const range = (likely: number) => ({ low: likely, likely, high: likely });
const metadata = { name: "api", namespace: "web", uid: "u", resourceVersion: "1" };
const status = { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 2 };
const fixes: Fixes = {
  before: range(0),
  together: range(12_000),
  stuck: { before: 1, after: 0 },
  fixes: [
    {
      reason: "never-allows",
      budget: { metadata, spec: { minAvailable: 2 }, status },
      change: { minAvailable: 1 },
      changed: { metadata, spec: { minAvailable: 1 }, status: { ...status, desiredHealthy: 1 } },
      pods: [{ namespace: "web", name: "api-1", uid: "p" }],
      frees: 1,
      own: { before: range(0), after: range(7_000) },
      after: range(12_000),
    },
  ],
};
const asked: boolean[] = [];
const world = (): FakeWorld =>
  fakeWorld({
    preview: (_, o) => {
      asked.push("fixes" in o && o.fixes === true);
      return { kind: "previewed", plan, refusals: [], ...("fixes" in o && o.fixes === true ? { fixes } : {}) };
    },
  });

const file = `# Changes of budgets for a drain of worker-1. None of them is made by itself.
# As things are: 1 pod can never go.
# With all of these: about 12s; 1 pod more can go.
---
# 1. budget web/api: needs 2 of 2 pods healthy, so it never allows one to go (web/api-1)
#   gain:  1 pod more can go; the drain then takes about 12s
#   price: 1 of 2 pods may be away at a time
#   make:  kubectl patch poddisruptionbudget api -n web --type=merge -p '{"spec":{"minAvailable":1}}'
#   undo:  kubectl patch poddisruptionbudget api -n web --type=merge -p '{"spec":{"minAvailable":2}}'
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: api
  namespace: web
spec:
  minAvailable: 1
`;

describe("preview --fixes", () => {
  test("writes a patch for each change with its reason, its worth, and how it is made and taken back; the preview is printed as ever", async () => {
    const here = world();
    expect(await here.run("preview", "worker-1", "--fixes", "fixes.yaml")).toBe(0);
    expect(here.filesWritten.get("fixes.yaml")).toBe(file);
    expect(here.out.lines().at(-1)).toBe("  drydock drain worker-1");
    expect(here.err.lines()).toEqual(["1 patch written to fixes.yaml; none of them is applied"]);
  });

  test("- prints them on stdout instead of the preview", async () => {
    const here = world();
    expect(await here.run("preview", "worker-1", "--fixes", "-")).toBe(0);
    expect(here.out.written).toBe(file);
  });

  test("costs nothing where it is not asked for", async () => {
    await world().run("preview", "worker-1");
    expect(asked.at(-1)).toBe(false);
  });

  test.each([
    { args: ["--fixes", "-", "-o", "json"], says: "--fixes - and -o both print on stdout: choose one" },
    { args: ["--fixes", "/nowhere/f.yaml"], says: "cannot write --fixes=/nowhere/f.yaml: no /nowhere/f.yaml" },
    { args: ["--fixes="], says: "--fixes needs the name of a file, or - for stdout" },
  ])("$says", async ({ args, says }) => {
    const here = world();
    expect(await here.run("preview", "worker-1", ...args)).toBe(4);
    expect(here.err.written).toContain(says);
  });

  test("says so where no change would help", async () => {
    const none: Fixes = { fixes: [], before: range(5_000), together: range(5_000), stuck: { before: 0, after: 0 } };
    const here = fakeWorld({ preview: () => ({ kind: "previewed", plan, refusals: [], fixes: none }) });
    expect(await here.run("preview", "worker-1", "--fixes", "-")).toBe(0);
    expect(here.out.lines().at(-1)).toBe("# No change of a budget would make this drain possible that is not, or noticeably faster.");
  });
});
