import type { Phrase, Speaker } from "../plan/phrase.ts";
import type { Args } from "../plan/step.ts";
import type { KubectlGuide } from "./kubectl-steps.ts";

/** Every code's words, from all their owners. */
export type Phrasebook = Readonly<Record<string, Phrase>>;

/** What is needed to make words of codes: the words, and the name that hints call the program by. */
export interface Voice {
  readonly phrases: Phrasebook;
  readonly speaker: Speaker;
  /** With `--show-kubectl`: beside each step what one would type by hand. */
  readonly kubectl?: KubectlGuide;
}

export interface Spoken {
  readonly text: string;
  /** The next step for the reader; "" where there is none. */
  readonly hint: string;
}

/** The words for a code. One that nobody has words for is shown as it is, so that a live drain never ends over a missing sentence. */
export function speak(code: string, args: Args, voice: Voice): Spoken {
  const phrase = Object.hasOwn(voice.phrases, code) ? voice.phrases[code] : undefined;
  if (phrase !== undefined) return { text: phrase.text(args), hint: phrase.hint(args, voice.speaker) };
  const values = Object.entries(args).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${String(value)}`]));
  return { text: values.length === 0 ? code : `${code} (${values.join(", ")})`, hint: "" };
}
