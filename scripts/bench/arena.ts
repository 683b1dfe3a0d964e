import type { ControlPlane } from "../../test/control-plane/fixture/control-plane.ts";
import type { Scenario } from "./scenarios.ts";

/** Puts the pods of a run on its nodes, and waits until all are Ready and every budget is counted. */
export async function setUp(scenario: Scenario, plane: ControlPlane, nodes: readonly string[], run: string): Promise<void> {
  await scenario.build(plane, nodes, run);
  await plane.podsReady({ labelSelector: `bench=${run}` }, scenario.pods);
  await plane.waitFor("poddisruptionbudgets", {}, (budgets) => budgets.every((budget) => (budget.status?.disruptionsAllowed ?? 0) > 0));
}

/** As if nothing had been: nodes in service, no workload, no budget. */
export async function clear(plane: ControlPlane, nodes: readonly string[], selection: { readonly labelSelector: string }): Promise<void> {
  const now = { gracePeriodSeconds: 0, propagationPolicy: "Background" };
  for (const kind of ["/apis/apps/v1/namespaces/default/replicasets", "/apis/policy/v1/namespaces/default/poddisruptionbudgets"])
    await plane.request("DELETE", kind, now);
  await plane.request("DELETE", `/api/v1/namespaces/default/pods?labelSelector=${encodeURIComponent(selection.labelSelector)}`, now);
  await plane.waitFor("pods", selection, (pods) => pods.length === 0);
  for (const kind of ["/api/v1/namespaces/default/persistentvolumeclaims", "/api/v1/persistentvolumes"])
    await plane.request("DELETE", kind, now);
  await plane.waitFor("volumeattachments", {}, (all) => all.length === 0);
  await plane.waitFor("persistentvolumes", {}, (all) => all.length === 0);
  await plane.kubectl(["uncordon", ...nodes]);
  await plane.kubectl(["annotate", "node", ...nodes, "drydock.dev/held-"]);
}
