import { expect, test } from "vitest";
import { drainOptions, DrainWorld } from "../../test/support/drain-world.ts";
import { watchCluster } from "../cluster/live/live-cluster.ts";
import type { Craft } from "../plan/craft.ts";
import { composePlan } from "../plan/compose.ts";
import { refusals } from "../plan/judge.ts";
import type { StepId } from "../plan/step.ts";
import { crafts } from "./crafts.ts";

/** A craft that takes the pods of a node for its own, as one for virtual machines takes their launchers. */
function owner(name: string, [drain]: readonly Craft[]): Craft {
  if (drain === undefined) throw new Error("no craft to take from");
  return {
    ...drain,
    name,
    plan: (view, request) => ({
      steps: drain
        .plan(view, request)
        .steps.filter(({ stage }) => stage === "evacuate")
        .map((step) => ({ ...step, craft: name, claim: "owner", id: `${name}/evacuate/${step.subject.uid}` as StepId })),
      findings: [],
    }),
  };
}

test("contested: a pod that two crafts take for their own is drained by neither", async () => {
  const world = new DrainWorld({ nodes: [{ name: "n" }], pods: [{ namespace: "web", name: "a", on: "n" }] });
  const { api, clock, random, stop: signal } = world.surroundings();
  await using live = watchCluster({ api, clock, random, nodes: ["n"], signal });
  await world.until(live.ready);
  const request = { ...drainOptions().request, nodes: ["n"] };
  const plan = composePlan([...crafts, owner("one", crafts), owner("other", crafts)], live.view(), request);
  expect(plan.findings).toMatchObject([{ code: "contested", severity: "fatal", args: { crafts: ["one", "other"] } }]);
  expect(refusals(plan, new Set(["unmanaged"]))).toMatchObject([{ kind: "finding", finding: { code: "contested" } }]);
});
