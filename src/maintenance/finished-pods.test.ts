import { expect, test } from "vitest";
import { DrainWorld, statesOf } from "../../test/support/drain-world.ts";

test("a finished pod is told to have gone although the drain ends, blocked, the moment it is marked", async () => {
  const world = new DrainWorld({
    nodes: [{ name: "n" }],
    workloads: [{ kind: "Deployment", namespace: "shop", name: "db", replicas: 1, on: ["n"] }],
    budgets: [{ namespace: "shop", name: "db", spec: { minAvailable: 1, selector: { matchLabels: { app: "db" } } } }],
    pods: [{ namespace: "shop", name: "done", on: "n", phase: "Succeeded", gone: 60_000 }],
  });
  const outcome = await world.drain({ allow: new Set(["partial", "unmanaged"] as const) });
  expect(statesOf(outcome)).toEqual(["n blocked"]);
  expect(world.events.flatMap((event) => (event.kind === "gone" ? [event.pod.name] : []))).toEqual(["done"]);
});
