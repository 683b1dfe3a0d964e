import type { ClusterView, PodView } from "../../../cluster/view/cluster-view.ts";
import { formatTime } from "../../../kube/time.ts";
import type { Mark } from "../../../plan/request.ts";
import { type Decision, leave, seen } from "../decision.ts";
import { fieldOf, type MarkOnPod } from "./marks.ts";

/**
 * What the marks make of a decision, where they are to be obeyed: the first that applies decides.
 *
 * `safe-to-evict: "false"` never says until when. Of a pod that can end by itself (restartPolicy OnFailure or Never) it protects the work that
 * is under way, so that end is waited for; any other would be waited for in vain, so a person is asked before anything is touched.
 */
export function obeying(
  decided: Decision,
  pod: PodView,
  marks: readonly MarkOnPod[],
  honor: readonly Mark[],
  view: ClusterView,
): Decision | undefined {
  for (const mark of marks) {
    if (!honor.includes(mark.tool)) continue;
    const evidence = [seen(pod, fieldOf(mark), mark.value)];
    const args = { obeyed: true, value: mark.value };
    switch (mark.wish) {
      case "drain-skip":
        return leave("stay", "drain-skip", evidence, args);
      case "drain-wait-completed":
        return leave("wait", "drain-wait-completed", evidence, args);
      case "not-safe-to-evict":
        return leave(pod.runsToCompletion ? "wait" : "ask", "not-safe-to-evict", evidence, args);
      case "do-not-disrupt":
        if (mark.value === "true") return leave("wait", "do-not-disrupt", evidence, args);
        if (mark.until !== undefined && view.serverNow >= mark.until) continue;
        // It goes when its time has passed: what that needs, and what would forbid it for ever, is said now.
        if (decided.action === "ask") return decided;
        return {
          ...decided,
          action: "wait",
          code: "do-not-disrupt",
          args: { ...args, until: mark.until === undefined ? undefined : formatTime(mark.until) },
          evidence: [...evidence, ...decided.evidence],
        };
      case undefined:
        continue;
    }
  }
  return undefined;
}
