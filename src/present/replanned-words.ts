import type { ExecutionEvent } from "../execution/event.ts";
import { kindAndName, nameOf } from "./names.ts";
import { speak, type Voice } from "./speak.ts";

export type Replanned = Extract<ExecutionEvent, { readonly kind: "replanned" }>;

/** "pod web/a can go now: its budget web-pdb was changed (version 123)". */
export function replannedWords(event: Replanned, voice: Voice): string {
  const { subject, node, from } = event;
  const what = kindAndName(subject);
  // It is there because it came; nothing else needs to have changed.
  if (from === undefined) return `${what} came to ${node} meanwhile: it ${nowWords(event, voice)}`;
  return `${what} ${nowWords(event, voice)}: ${causeWords(event)}`;
}

/** What becomes of it now; goes on from its name. A decision reads "action/code". */
function nowWords({ from, to, args }: Replanned, voice: Voice): string {
  if (to === undefined) return "is left alone now";
  const [action = "", code = ""] = to.split("/");
  const before = from?.split("/")[0];
  const { text } = speak(code, args ?? {}, voice);
  switch (action) {
    case "evict":
    case "delete":
    case "migrate":
      if (before === undefined) return "is to go too";
      return before === "ask" || before === "stay" ? "can go now" : `still goes (${text})`;
    case "wait":
      return before === undefined ? `is waited for (${text})` : `is only waited for now (${text})`;
    case "stay":
      return before === undefined ? `stays (${text})` : `stays now (${text})`;
    case "ask":
      return before === undefined ? `cannot go (${text})` : `cannot go any more (${text})`;
    default:
      return `is decided anew (${text})`;
  }
}

function causeWords({ subject, cause }: Replanned): string {
  const { object, resourceVersion, how } = cause;
  const isItself = object.uid === subject.uid && object.kind === subject.kind;
  const name = isItself ? "it" : object.kind === "PodDisruptionBudget" ? `its budget ${object.name}` : kindAndName(object);
  const version = resourceVersion === "" ? "" : ` (version ${resourceVersion})`;
  switch (how) {
    case "deleted":
      return `${name} was deleted`;
    case "covers":
      return `the budget ${nameOf(object)} covers it now${version}`;
    case "left":
      return `the budget ${nameOf(object)} covers it no more${version}`;
    case "changed":
      return `${name} was changed${version}`;
  }
}
