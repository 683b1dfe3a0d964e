import { someTime } from "../../../../test/support/cluster-view.ts";
import type { Millis } from "../../../runtime/clock.ts";
import { advance } from "../advance.ts";
import type { Facts } from "../facts.ts";
import type { Advanced } from "../state.ts";
import { drainFacts, factsOf } from "./facts.ts";

type Given = NonNullable<Parameters<typeof factsOf>[0]>;
export type Told = Advanced & { readonly facts: Facts };

/** Tells one maintenance moment by moment: what is given stays so until something else is. `after` milliseconds since the moment before. */
export function storyOf(first: Given = {}): (given?: Given, after?: Millis) => Told {
  let previous: Facts["previous"];
  let known: Given = first;
  let now = someTime;
  return (given = {}, after = 1_000) => {
    known = { ...known, ...given, object: { ...known.object, ...given.object } };
    now += after;
    const facts = factsOf({ now, serverNow: now, ...known, previous });
    const result = advance(facts);
    previous = result.state;
    return { ...result, facts };
  };
}

/** A node with lease and hold, being emptied. */
export const underWay: Given = { lease: { kind: "held" }, hold: { kind: "held" }, drain: drainFacts(2) };
/** The same node, proven empty. */
export const emptied: Given = { ...underWay, drain: drainFacts(0, "settled") };

export const duties = ({ duties: all }: Advanced): readonly string[] =>
  all.map((duty) => (duty.do === "evacuate" ? `evacuate ${duty.reach}` : duty.do === "release" ? `release ${duty.how}` : duty.do));
export const reasons = ({ notices }: Advanced): readonly string[] => notices.map(({ reason }) => reason);
