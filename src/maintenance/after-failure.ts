import type { LiveCluster } from "../cluster/live/live-cluster.ts";
import { ourTaints } from "../cluster/view/held-record.ts";
import type { Holder } from "../cluster/view/holder.ts";
import { releaseNode } from "../execution/node-requests.ts";
import { formatTaint } from "../kube/taint-spec.ts";
import type { Millis } from "../runtime/clock.ts";
import type { AfterFailure, NodeOutcome, NodeState } from "./outcome.ts";
import type { OnFailure, Surroundings } from "./work.ts";

const failures: ReadonlySet<NodeState> = new Set(["blocked", "timed-out", "interrupted", "failed"]);

/** Also after Ctrl-C, whose second one ends everything at once. */
const patience: Millis = 10_000;

/**
 * `--on-failure=uncordon`: lifts our own cordon from nodes that could not be emptied, so that a fleet does not run out of nodes that nobody
 * remembers (kubernetes#37592). Never a foreign one, and never while somebody else holds the node too: the last to leave brings it back.
 */
export async function afterFailure(
  outcomes: readonly NodeOutcome[],
  onFailure: OnFailure | undefined,
  { live, holder }: { readonly live: LiveCluster; readonly holder: Holder },
  s: Surroundings,
): Promise<readonly NodeOutcome[]> {
  if (onFailure !== "uncordon") return outcomes;
  using deadline = s.clock.deadline(patience, new AbortController().signal);
  const { signal } = deadline;
  return await Promise.all(
    outcomes.map(async (outcome): Promise<NodeOutcome> => {
      const node = live.view().node(outcome.node);
      if (!failures.has(outcome.state) || node === undefined || outcome.cordoned === "no" || outcome.cordoned === "unknown") return outcome;
      const result = await releaseNode(node, holder, { api: s.api, signal });
      const done = toldAs(result);
      if (done.kind === "uncordoned")
        s.observe({
          kind: "uncordoned",
          at: s.clock.now(),
          node: outcome.node,
          already: false,
          overrides: [],
          taints: ourTaints(node.held, node).map(formatTaint),
          dryRun: false,
        });
      return { ...outcome, ...(done.kind === "uncordoned" ? { cordoned: "no" } : {}), afterFailure: done };
    }),
  );
}

function toldAs(result: Awaited<ReturnType<typeof releaseNode>>): AfterFailure {
  switch (result.kind) {
    case "released":
      return { kind: "uncordoned" };
    case "kept":
      return { kind: "kept", why: result.why, by: result.by };
    case "failed":
      return { kind: "kept", why: "failed", by: [result.error.message] };
  }
}
