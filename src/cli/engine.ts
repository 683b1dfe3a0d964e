import type { ClusterCheck } from "../maintenance/check-cluster.ts";
import type { Outcome, PreviewOutcome } from "../maintenance/outcome.ts";
import type { CordonOptions, DrainOptions, Surroundings } from "../maintenance/work.ts";

/** What the commands ask for; the rooms below do it. Injected, so that what the command line says can be tested without a cluster. */
export interface Engine {
  drain(s: Surroundings, o: DrainOptions): Promise<Outcome>;
  previewNodes(s: Surroundings, o: DrainOptions): Promise<PreviewOutcome>;
  cordonNodes(s: Surroundings, o: CordonOptions): Promise<Outcome>;
  uncordonNodes(s: Surroundings, o: CordonOptions): Promise<Outcome>;
  checkCluster(s: Surroundings): Promise<ClusterCheck>;
}
