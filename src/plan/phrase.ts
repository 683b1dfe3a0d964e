import type { Args } from "./step.ts";

/** "kubectl drydock", "drydock": hints print the form in which it was called. */
export interface Speaker {
  readonly program: string;
  /** What cannot go is left, as was agreed to: nobody is advised to agree again. */
  readonly leaves?: boolean;
  /** Nodes are kept out until they are returned: that, and not uncordon, is the way back. */
  readonly keepsOut?: boolean;
}

export interface Phrase {
  /** One line, present tense, names the objects. */
  text(args: Args): string;
  /** The next step for the reader: a command or the name of who can act. "" where there is none. */
  hint(args: Args, say: Speaker): string;
  /** A paragraph for `drydock explain CODE`. */
  readonly explain: string;
}

/** Every code of an owner has its words; a missing one does not compile. */
export type Phrases<C extends string> = { readonly [K in C]: Phrase };

export function phrase(text: Phrase["text"], hint: Phrase["hint"], explain: string): Phrase {
  return { text, hint, explain };
}

/** How it is mended; and, unless that is agreed to already, that the rest can go without it. */
export function orLeave(mend: string, { leaves }: Speaker): string {
  return leaves === true ? mend : `${mend}, or agree to leave the pod behind with --allow=partial`;
}

/** The hint of what needs none. */
export const none = (): string => "";
