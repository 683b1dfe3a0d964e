import type { Phrases } from "../../plan/phrase.ts";
import type { DrainCode } from "./codes.ts";
import { blockerPhrases } from "./phrases/blockers.ts";
import { decisionPhrases } from "./phrases/decisions.ts";
import { findingPhrases } from "./phrases/findings.ts";
import { nodePhrases } from "./phrases/node.ts";
import { proofPhrases } from "./phrases/proofs.ts";
import { volumePhrases } from "./phrases/volumes.ts";

/** The words of every code of this craft; a code without words does not compile. */
export const drainPhrases: Phrases<DrainCode> = {
  ...decisionPhrases,
  ...findingPhrases,
  ...nodePhrases,
  ...blockerPhrases,
  ...proofPhrases,
  ...volumePhrases,
};
