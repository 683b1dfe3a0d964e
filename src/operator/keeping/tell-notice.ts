import type { EventRecorder } from "../../client/event-recorder.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import type { KubeObject } from "../../kube/object.ts";
import { apiVersionOf, nodes, type Resource } from "../../kube/resource.ts";
import type { Notice } from "../../maintenance/lifecycle/state.ts";

/** Whom a notice is about, and who says it. */
export interface Told {
  readonly object: KubeObject;
  readonly resource: Resource;
  readonly node: NodeView | undefined;
  readonly component: string;
}

/** As an Event of the object, or of its node. Of a node that is gone nothing is told. */
export function tellNotice(recorder: EventRecorder, notice: Notice, { object, resource, node, component }: Told): void {
  const { reason, type, message, key } = notice;
  if (notice.on === "node" && node === undefined) return;
  const about =
    notice.on === "node" && node !== undefined
      ? { apiVersion: apiVersionOf(nodes), kind: nodes.kind, name: node.name, uid: node.uid }
      : { apiVersion: apiVersionOf(resource), kind: resource.kind, name: object.metadata.name, uid: object.metadata.uid };
  recorder.record({ about, component, type, reason, message, key });
}
