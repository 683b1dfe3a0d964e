import type { Phrases } from "../../plan/phrase.ts";
import type { DrainCode } from "./codes.ts";
import { blockerPhrases } from "./phrases/blockers.ts";
import { deadlinePhrases } from "./phrases/deadline.ts";
import { decisionPhrases } from "./phrases/decisions.ts";
import { findingPhrases } from "./phrases/findings.ts";
import { nodePhrases } from "./phrases/node.ts";
import { proofPhrases } from "./phrases/proofs.ts";
import { notePhrases } from "./phrases/notes.ts";
import { patiencePhrases } from "./phrases/patience.ts";
import { taintDecisionPhrases, taintPhrases } from "./phrases/taint.ts";
import { volumePhrases } from "./phrases/volumes.ts";
import { wishPhrases } from "./phrases/wishes.ts";

/** The words of every code of this craft; a code without words does not compile. */
export const drainPhrases: Phrases<DrainCode> = {
  ...decisionPhrases,
  ...taintDecisionPhrases,
  ...taintPhrases,
  ...wishPhrases,
  ...findingPhrases,
  ...nodePhrases,
  ...notePhrases,
  ...blockerPhrases,
  ...patiencePhrases,
  ...proofPhrases,
  ...volumePhrases,
  ...deadlinePhrases,
};
