import type { Craft } from "../../plan/craft.ts";
import { advanceDrain } from "./advance.ts";
import type { DrainCode } from "./codes.ts";
import { proposeFixes } from "./fixes.ts";
import { craftName, planDrain } from "./plan.ts";
import { predictDrain } from "./predict/predict.ts";

/** Empties nodes of pods: what `kubectl drain` does, known beforehand and driven by what is watched. */
export const drain: Craft<DrainCode> = {
  name: craftName,
  plan: planDrain,
  advance: advanceDrain,
  predict: predictDrain,
  propose: proposeFixes,
};
