import { expect, test } from "vitest";
import { drainEvents, planOf, podStep, start, voice } from "./testing/plans.ts";
import { wideLines } from "./wide-lines.ts";

test("why each pod goes, how long it took, and what shows that it ended", () => {
  const budgets = [{ kind: "PodDisruptionBudget", namespace: "web", name: "api", uid: "uid-budget-api" }];
  const lines = wideLines(voice);
  const events = drainEvents(planOf([podStep("a", { budgets })])).map((event) =>
    event.kind === "gone" ? { ...event, at: start + 3_000 } : event,
  );
  expect(events.flatMap(lines)).toEqual([
    "plan c0ffee, 0 budgets",
    "  worker-1  web/a  evict: ReplicaSet/api replaces it elsewhere, under web/api",
    "  worker-1  web/a  gone after 3s: ended: all containers terminated, on a Ready node",
  ]);
});
