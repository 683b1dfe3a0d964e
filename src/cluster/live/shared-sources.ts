import type { BudgetView, NodeView, PodView } from "../view/cluster-view.ts";
import type { AttachmentView } from "../view/volume-view.ts";
import type { Source } from "./sources.ts";
import type { ObserveWatch } from "./watch-observer.ts";

/** Watched for all views of one process at once. They outlive each of them. */
export interface SharedSources {
  readonly nodes: Source<NodeView>;
  readonly budgets: Source<BudgetView>;
  /** Of all nodes, by index "node". Absent: each view watches the pods of its nodes itself. */
  readonly pods?: Source<PodView>;
  /** Of all nodes, by index "node"; begun when somebody first asks. */
  readonly attachments: () => Source<AttachmentView>;
  /** What such a view watches itself is told to whoever is told of theirs. */
  readonly watchBegan?: ObserveWatch;
  /** Called when it changes how well any of them is known. */
  onStateChange(listener: () => void): Disposable;
}
