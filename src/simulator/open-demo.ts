import { pods } from "../kube/resource.ts";
import { formatTime, parseTime } from "../kube/time.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { lifeOf } from "./controllers/pod-script.ts";
import { demoCluster } from "./demo-cluster.ts";
import { createEmbeddedCluster, type EmbeddedCluster } from "./embedded-cluster.ts";

/** The cluster of the demo, up and settled. Dispose it when the demo is over. */
export function openDemoCluster(clock: Clock, random: Random): EmbeddedCluster {
  const cluster = createEmbeddedCluster({ clock, random });
  cluster.control.build(demoCluster);
  age(cluster);
  return cluster;
}

/** As if the pods had come up in their usual time: a prediction is made of what the pods there took from scheduled to Ready. */
function age(cluster: EmbeddedCluster): void {
  for (const pod of cluster.control.all(pods)) {
    const { namespace = "", name } = pod.metadata;
    const conditions = (pod.status?.conditions ?? []).map((condition) => {
      const at = parseTime(condition.lastTransitionTime);
      if (condition.type !== "PodScheduled" || at === undefined) return { ...condition };
      return { ...condition, lastTransitionTime: formatTime(at - lifeOf(pod).ready) };
    });
    cluster.control.edit(pods, { namespace, name }, { kind: "merge", body: { status: { conditions } } }, { subresource: "status" });
  }
}
