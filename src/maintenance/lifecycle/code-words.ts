import type { ObjectRef } from "../../kube/object.ts";
import { word } from "../../plan/args.ts";
import { allowable, type Consent } from "../../plan/consent.ts";
import type { Args } from "../../plan/step.ts";
import { phrases as codePhrases } from "../crafts.ts";
import type { Facts } from "./facts.ts";
import { specInvalid } from "./refusals.ts";

interface Words {
  readonly text: string;
  /** The next step; empty where there is none for a person. */
  readonly hint: string;
}

const speaker = { program: "drydock", leaves: true };

/** The words for a code of the crafts or the executor. */
export function wordsOf(code: string, args: Args): Words {
  if (code === specInvalid)
    return { text: `the spec cannot be carried out: ${word(args, "message")}`, hint: "nothing is begun until it is mended" };
  const book: Readonly<Record<string, (typeof codePhrases)[keyof typeof codePhrases]>> = codePhrases;
  const phrase = Object.hasOwn(book, code) ? book[code] : undefined;
  return phrase === undefined ? { text: code, hint: "" } : { text: phrase.text(args), hint: phrase.hint(args, speaker) };
}

interface InTheWay {
  readonly code: string;
  readonly args: Args;
  readonly consents?: readonly Consent[];
}

/** The same of what is in the way of an object: a Maintenance is agreed to by `approve`, whatever flag a drain by hand would take. */
export function wayOn({ code, args, consents = [] }: InTheWay, { object: { face, nodeName } }: Facts): Words {
  const words = wordsOf(code, args);
  const asked = allowable.filter((consent) => consents.includes(consent));
  if (face !== "drydock" || asked.length === 0) return words;
  const approve = `to agree: drydock approve ${nodeName} --allow=${asked.join(",")}`;
  return { text: words.text, hint: code === "consent-missing" || words.hint === "" ? approve : `${words.hint}; ${approve}` };
}

/** Ahead of a sentence about it: "web/a", "node n". */
export function subjectOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind === "Pod" ? "" : `${kind.toLowerCase()} `}${namespace === undefined ? name : `${namespace}/${name}`}`;
}
