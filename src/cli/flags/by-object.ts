import { waits } from "../../maintenance/by-object/wait-goals.ts";
import { bool, type Flag } from "./flag.ts";

/** Of the commands that speak through objects. */
export const byObjectTable = {
  reason: {
    type: "text",
    word: "TEXT",
    completes: "nothing",
    help: "Why, in words for people. It stands in the object and in the history.",
  },
  ticket: { type: "text", word: "REF", completes: "nothing", help: "Reference of the change or ticket that this belongs to." },
  "hold-until-released": { ...bool, help: "On the way back, wait after the checks until a person releases the node (return --release)." },
  "power-off": {
    type: "text",
    initial: "None",
    word: "HOW",
    values: ["None", "Manual"],
    completes: "values",
    help: "Manual: once a node is empty, wait until somebody has switched it off; on the way back it is expected to have booted anew.",
  },
  "on-delete": {
    type: "text",
    word: "WHAT",
    values: ["Restore", "KeepOut"],
    completes: "values",
    help: "What deleting the object does. Restore: undo our own changes at once, without checks. KeepOut: leave the cordon with its record. Default: Restore, and KeepOut while a hold is set.",
  },
  "no-wait": { ...bool, help: "Write the wish and end: the operator carries it out." },
  for: {
    type: "text",
    word: "WHAT",
    values: waits,
    completes: "values",
    help: "empty: no pod is left that a drain would move, and none followed. power-off-safe: the answer of `check power-off` is yes. ready: the node is Ready. in-service: it is Ready and nothing keeps it out.",
  },
  release: { ...bool, help: "Release the hold too: a person says that the node may come back into service." },
  direct: { ...bool, help: "By the record on the node alone: without checks, and without any operator." },
} as const satisfies Readonly<Record<string, Flag>>;
