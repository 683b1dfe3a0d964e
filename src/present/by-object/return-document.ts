import type { Json } from "../../kube/object.ts";
import type { ReturnByRecordOutcome } from "../../maintenance/by-object/return-checked.ts";
import { textOf } from "../line.ts";
import { documentVersion } from "../preview-document.ts";
import { returnText } from "./return-text.ts";
import type { OutcomeWords } from "../outcome-text.ts";

/** How a way back by the record ended, for programs. */
export function returnDocument(outcome: ReturnByRecordOutcome, exitCode: number, words: Omit<OutcomeWords, "verb">): Json {
  return {
    apiVersion: documentVersion,
    kind: "ReturnResult",
    exitCode,
    dryRun: words.dryRun,
    result: outcome.kind,
    nodes:
      outcome.kind === "returned"
        ? outcome.nodes.map(({ plan, result }) => ({
            node: plan.node,
            result: result.kind,
            undone: result.kind === "released" || result.kind === "kept" ? [...result.undone] : [...plan.undoes],
          }))
        : [],
    messages: returnText(outcome, words).map(textOf),
  };
}
