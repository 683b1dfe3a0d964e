import type { ClusterView } from "../../../cluster/view/cluster-view.ts";
import type { Finding } from "../../../plan/finding.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import type { NodeFindingCode } from "../codes.ts";
import { healthCheckFindings } from "./health-checks.ts";
import { quorumFindings } from "./quorum.ts";
import { reachFindings } from "./reach.ts";
import { roleFindings } from "./roles.ts";
import { toolFindings } from "./tools.ts";

/** All that should be known of the nodes themselves. What rests on the surroundings comes beside the plan, when it has been read. */
export function allNodeFindings(view: ClusterView, request: PlanRequest): readonly Finding<NodeFindingCode>[] {
  return [
    ...roleFindings(view, request),
    ...toolFindings(view, request),
    ...quorumFindings(view, request),
    ...reachFindings(view, request),
    ...healthCheckFindings(view, request),
    ...uncheckedFindings(view),
  ];
}

/** What is optional and may not be read: named once, never an error. */
function uncheckedFindings({ surroundings }: ClusterView): readonly Finding<NodeFindingCode>[] {
  return surroundings.unread.map(({ verb, resource, message }) => ({
    code: "not-checked",
    severity: "info",
    objects: [],
    args: { verb, resource, message },
    beside: true,
  }));
}
