import { word } from "../plan/args.ts";
import { none, phrase, type Phrases } from "../plan/phrase.ts";
import type { ExecutionCode } from "./codes.ts";

const flagOf: Readonly<Record<string, string>> = {
  unmanaged: "--force",
  emptydir: "--delete-emptydir-data",
  daemonsets: "--ignore-daemonsets",
  "budget-violation": "--allow=budget-violation",
};

function count(pods: number): string {
  return pods === 1 ? "1 pod" : `${pods} pods`;
}

/** The words of what the executor meets. Sentences go on from the object's name: "pod web/a: …". */
export const executionPhrases: Phrases<ExecutionCode> = {
  "budget-exhausted": phrase(
    (a) =>
      a["needs"] === a["has"]
        ? `waits for the budget ${word(a, "budget")}: no healthy pod to spare (needs ${word(a, "needs")}, has ${word(a, "has")})`
        : `waits for the budget ${word(a, "budget")}: it needs ${word(a, "needs")} healthy pods and has ${word(a, "has")}`,
    () => "it goes on when a replacement is Ready; to hasten it, scale the workload up or relax the budget",
    "The PodDisruptionBudget allows no disruption now. The next eviction follows its next status at once.",
  ),
  "budget-recount": phrase(
    (a) => `waits for the budget ${word(a, "budget")} to be counted again`,
    none,
    "The budget has been spent and the disruption controller has not counted again yet (kubernetes#106286). It takes well under a second.",
  ),
  "budget-behind": phrase(
    (a) => `waits for the budget ${word(a, "budget")}: its newest spec has not been processed`,
    none,
    "status.observedGeneration is behind metadata.generation: the server refuses evictions until the disruption controller has caught up.",
  ),
  "budget-broken": phrase(
    (a) => `waits for the budget ${word(a, "budget")}, which the server cannot count`,
    (a) => `see its condition DisruptionAllowed: kubectl describe pdb ${word(a, "budget")}`,
    "The disruption controller failed to count the budget (SyncFailed: most often the owner of its pods has no scale), so it allows nothing.",
  ),
  "budget-in-flight": phrase(
    (a) => `is next under the budget ${word(a, "budget")}`,
    none,
    "One request is under way per budget: the server serialises them, and each conflict would cost half a second.",
  ),
  "budget-unread": phrase(
    () => "is refused by a budget that may not be read; asked again every 5 s",
    () => "allow list and watch on poddisruptionbudgets.policy",
    "The server refused because of a PodDisruptionBudget. Without permission to read budgets neither its name nor its state is known.",
  ),
  throttled: phrase(
    () => "waits: the API server asked for fewer requests",
    none,
    "API priority and fairness, or the server's own limit, answered 429 with Retry-After; all evictions heed it.",
  ),
  "webhook-denied": phrase(
    (a) => `the admission webhook ${word(a, "webhook")} refuses: ${word(a, "message")}`,
    (a) => `ask the owner of the webhook ${word(a, "webhook")}; it is asked again with growing pauses (5 s to 60 s)`,
    "An admission webhook denied the eviction. Nothing that can be watched says when it changes its mind.",
  ),
  "namespace-terminating": phrase(
    (a) => `the namespace ${word(a, "namespace")} is being deleted, and its pods with it`,
    none,
    "The server takes no evictions in a namespace on its way out; the pod is deleted with the namespace.",
  ),
  "two-budgets": phrase(
    (a) => `is selected by ${word(a, "budgets")}: the server evicts no pod that two budgets select`,
    () => "change the selector of one of them",
    "More than one PodDisruptionBudget selects the pod. The eviction API answers 500 until a selector is changed (kubernetes#75957).",
  ),
  denied: phrase(
    (a) => `is not permitted: ${word(a, "message")}`,
    () => "let this identity create pods/eviction (and patch nodes)",
    "The server's authorization refused the request.",
  ),
  rejected: phrase(
    (a) => `the server rejects the request (${word(a, "http")}): ${word(a, "message")}`,
    none,
    "An answer that no waiting is known to change; it is asked again with growing pauses.",
  ),
  "server-error": phrase(
    (a) => `the server failed (${word(a, "http")}): ${word(a, "message")}; asked again`,
    none,
    "A 5xx answer. The request is repeated with growing, jittered pauses.",
  ),
  "no-answer": phrase(
    () => "the server did not answer; asked again once the view is up to date",
    none,
    "The connection broke or timed out. Whether the request was carried out shows in the pod itself.",
  ),
  "awaiting-watch": phrase(
    () => "the server says it is gone or going; waiting to see it",
    none,
    "The answer was 404, or that another pod has this name by now; or an answer was lost, and the pod, read again, is being deleted.",
  ),
  "view-stale": phrase(
    () => "waits until the connection to the API server is back",
    none,
    "Nothing is evicted on old knowledge: the node's pods must be known as they are now. Told when that has lasted for five seconds.",
  ),
  "earlier-wave": phrase(
    (a) => `waits for its turn: ${count(Number(a["pods"]))} of node ${word(a, "node")} ${a["pods"] === 1 ? "goes" : "go"} before it`,
    none,
    "Pods leave in waves. The next wave begins when nothing of those before it is left on the node; what is to be done after the pods waits for the last of them.",
  ),
  "consent-missing": phrase(
    (a) => `needs your consent: ${word(a, "consents")}${a["person"] === undefined ? "" : ` (${word(a, "person")} works in it)`}`,
    (a, say) => {
      const consents = a["consents"];
      if (a["approve"] !== undefined)
        return `to agree: ${say.program} approve ${word(a, "approve")} --allow=${word(a, "consents").replaceAll(", ", ",")}`;
      return `agree with ${(typeof consents === "object" ? consents : []).map((consent) => flagOf[consent] ?? `--allow=${consent}`).join(" ")}`;
    },
    "The pod came later, or was left out on purpose: nothing is done to it without the consent that its decision names.",
  ),
  "cordon-failed": phrase(
    (a) => `the cordon of node ${word(a, "node")} failed: ${word(a, "message")}`,
    none,
    "The write of the node failed; nothing is evicted from a node that still takes pods.",
  ),
  "taint-failed": phrase(
    (a) => `the taint ${word(a, "taint")} of node ${word(a, "node")} failed: ${word(a, "message")}`,
    none,
    "The write of the node failed; its taints are as they were.",
  ),
  "taint-present": phrase(
    (a) => `node ${word(a, "node")} already has ${word(a, "names")} taint(s) with same effect(s) and --overwrite is false`,
    () => "replace it with --overwrite, or leave it",
    "A node has at most one taint of each key and effect. The words are kubectl's.",
  ),
  "taint-absent": phrase(
    (a) => `taint "${word(a, "names")}" not found on node ${word(a, "node")}`,
    () => "see them: kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints",
    "The taint that is to be removed is not on the node.",
  ),
  "record-unreadable": phrase(
    (a) => `the annotation drydock.dev/held of node ${word(a, "node")} cannot be read`,
    (a) => `look at it, and remove it if nothing needs it: kubectl annotate node ${word(a, "node")} drydock.dev/held-`,
    "The record of who holds the node is damaged. Nothing is changed on a node whose record would be lost.",
  ),
  "record-too-large": phrase(
    (a) => `the record on node ${word(a, "node")} would grow above 32 KiB`,
    () => "end some of the maintenances that hold the node",
    "Record and change are one write; a record that does not fit means no change.",
  ),
  "node-deleted": phrase(
    (a) => `node ${word(a, "node")} was deleted while it was drained`,
    none,
    "The Node object is gone; whether its pods have ended cannot be confirmed any more.",
  ),
  contested: phrase(
    (a) => `is claimed by ${word(a, "crafts")}`,
    none,
    "Two parts of Drydock claim the same pod; this is a bug worth reporting.",
  ),
};
