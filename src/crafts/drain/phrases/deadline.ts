import { word } from "../../../plan/args.ts";
import { none, phrase, type Phrases } from "../../../plan/phrase.ts";
import type { DeadlineCode } from "../codes.ts";

/** What is said of a deadline. Sentences go on from the object's name: "pod web/a: …". */
export const deadlinePhrases: Phrases<DeadlineCode> = {
  deadline: phrase(
    (a) =>
      `what is left on node ${word(a, "node")} is deleted, past budgets, so early that it has ended ${word(a, "seconds")} s after the first eviction`,
    none,
    "With --deadline a pod that is still there when its grace period just fits before the deadline is deleted instead of evicted, past budgets and waves, with the time that is left as its grace (a second at least).",
  ),
  "grace-exceeds-deadline": phrase(
    (a) =>
      `has a grace period of ${word(a, "grace")} s, longer than the deadline of ${word(a, "seconds")} s: it is deleted at once, and given less`,
    () => "choose a longer --deadline, if it needs its time",
    "The pod's grace period does not fit before the deadline. It is never evicted: its deletion is due from the beginning.",
  ),
  "deadline-unrecorded": phrase(
    (a) => `the deadline could not be written on node ${word(a, "node")}: ${word(a, "message")}`,
    () => "if this command has to be started again, it counts from its beginning anew",
    "The deadline stands in the record on the node, so that a command that is started again goes on with it. The drain goes on without.",
  ),
};
