import type { PlanRequest } from "../plan/request.ts";
import { kubectlGuide } from "../present/kubectl-steps.ts";
import type { Voice } from "../present/speak.ts";
import { readConsents } from "./drain-flags.ts";
import type { FlagValues } from "./flag-values.ts";
import { kubectlOf } from "./program-name.ts";
import { voiceOf, type World } from "./world.ts";

/** The voice of a command that plans; with `--show-kubectl` it says each step in kubectl's words as well, and with
 * `--allow=partial` it advises nobody to leave what cannot go. */
export function guidedVoice(world: World, values: FlagValues, request: Omit<PlanRequest, "nodes">): Voice {
  const base = voiceOf(world);
  const voice: Voice = readConsents(values).has("partial") ? { ...base, speaker: { ...base.speaker, leaves: true } } : base;
  return values.on("show-kubectl") ? { ...voice, kubectl: kubectlGuide(kubectlOf(world.program), request) } : voice;
}
