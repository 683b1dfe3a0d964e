import { deployments } from "../../kube/resource.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { lookForPredecessor } from "./look.ts";
import { type AdoptOutcome, type AdoptionReport, isOfOlm, type Workload } from "./report.ts";

export interface AdoptOptions {
  /** Scale the Node Maintenance Operator down, where it is a plain Deployment and ours is there to take over. */
  readonly scalesDown: boolean;
}

/**
 * Looks at the Node Maintenance Operator and what Drydock would make of its objects. Changes nothing, but for the scale of a plain Deployment
 * where that was asked for.
 *
 * @throws KubeError where something fails that is no missing right
 */
export async function adopt(s: Surroundings, { scalesDown }: AdoptOptions): Promise<AdoptOutcome> {
  const report = await lookForPredecessor(s);
  if (!scalesDown) return { kind: "shown", report };
  const running = report.deployments.filter(({ replicas }) => replicas > 0);
  const why = obstacle(report, running);
  if (why !== undefined) return { kind: "refused", report, why };
  for (const { namespace, name } of running) {
    const body = { spec: { replicas: 0 } };
    await s.api.patch(deployments, { namespace, name }, { kind: "merge", body }, { fieldManager: "drydock" }, { signal: s.stop });
  }
  return { kind: "scaled", report, deployments: running };
}

function obstacle(report: AdoptionReport, running: readonly Workload[]): Extract<AdoptOutcome, { kind: "refused" }>["why"] | undefined {
  if (isOfOlm(report)) return "of-olm";
  // Whether OLM has it decides whether a scale stands.
  if (report.notRead.some(({ resource }) => resource.startsWith("subscriptions") || resource.startsWith("deployments"))) return "not-known";
  if (running.length === 0) return "not-there";
  if (!report.drydock.some(({ ready }) => ready > 0)) return "no-successor";
  return undefined;
}
