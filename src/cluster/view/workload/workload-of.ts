import { oncePer } from "../../../runtime/once-per.ts";
import type { PodView } from "../cluster-view.ts";
import { generalWorkload } from "./general.ts";
import { runAiWorkload } from "./run-ai.ts";
import { sessionOf } from "./sessions.ts";
import type { Workload } from "./workload.ts";

/** Pure, and never asks the API: only what the pod itself says counts, so an unknown product is what Kubernetes calls it. */
export const workloadOf: (pod: PodView) => Workload = oncePer(
  (pod: PodView) => runAiWorkload(pod) ?? sessionOf(pod) ?? generalWorkload(pod),
);
