import type { PlanRequest } from "../plan/request.ts";
import { kubectlGuide } from "../present/kubectl-steps.ts";
import type { Voice } from "../present/speak.ts";
import type { FlagValues } from "./flag-values.ts";
import { kubectlOf } from "./program-name.ts";
import { voiceOf, type World } from "./world.ts";

/** The voice of a command that plans; with `--show-kubectl` it says each step in kubectl's words as well. */
export function guidedVoice(world: World, values: FlagValues, request: Omit<PlanRequest, "nodes">): Voice {
  const voice = voiceOf(world);
  return values.on("show-kubectl") ? { ...voice, kubectl: kubectlGuide(kubectlOf(world.program), request) } : voice;
}
