import { describe, expect, test } from "vitest";
import { someTime } from "../../../test/support/cluster-view.ts";
import { advance } from "./advance.ts";
import type { Facts } from "./facts.ts";
import type { Advanced } from "./state.ts";
import { drainFacts, factsOf, passed } from "./testing/facts.ts";

type Given = Parameters<typeof factsOf>[0];

/** Goes on from the state before with these facts, a second later each time. */
function storyOf(): (given?: Given) => Advanced {
  let previous: Facts["previous"];
  let known: NonNullable<Given> = {};
  let now = someTime;
  return (given = {}) => {
    known = { ...known, ...given, object: { ...known.object, ...given.object } };
    now += 1_000;
    const result = advance(factsOf({ now, serverNow: now, ...known, previous }));
    previous = result.state;
    return result;
  };
}

const duties = ({ duties }: Advanced): readonly string[] =>
  duties.map((duty) => (duty.do === "evacuate" ? `evacuate ${duty.reach}` : duty.do === "release" ? `release ${duty.how}` : duty.do));
const reasons = ({ notices }: Advanced): readonly string[] => notices.map(({ reason }) => reason);

describe("a maintenance from its beginning to its end", () => {
  test("out, and checked back in", () => {
    const next = storyOf();
    const begun = next({ object: { isFinalizerOurs: false } });
    expect(begun.state.phase).toBe("Pending");
    expect(duties(begun)).toEqual(["add-finalizer", "stop-evicting"]);
    expect(reasons(begun)).toEqual(["Began"]);
    const looking = next({ object: { isFinalizerOurs: true } });
    expect(looking.state.phase).toBe("Checking");
    expect(duties(looking)).toEqual(["keep-lease", "evacuate nowhere"]);
    const cleared = next({ lease: { kind: "held" }, drain: drainFacts(0, "unseen") });
    expect(cleared.state.phase).toBe("Cordoned");
    expect(duties(cleared)).toEqual(["keep-lease", "hold", "stop-evicting"]);
    const held = next({ hold: { kind: "held" } });
    expect(held.state).toMatchObject({ phase: "Draining", machine: { uid: "uid-n", bootID: "boot-1", allocatable: { cpu: "4" } } });
    expect(duties(held)).toEqual(["keep-lease", "hold", "evacuate verdict"]);
    expect(reasons(held)).toEqual(["OutOfScheduling"]);
    expect(next({ drain: drainFacts(2) }).state.phase).toBe("Draining");
    expect(next({ drain: drainFacts(0) }).state.phase).toBe("Draining");
    const empty = next({ drain: drainFacts(0, "settled") });
    expect(empty.state.phase).toBe("Drained");
    expect(reasons(empty)).toEqual(["Drained"]);
    expect(duties(empty)).toEqual(["keep-lease", "hold", "evacuate verdict"]);
    const back = next({ object: { desired: "In" } });
    expect(back.state.phase).toBe("Returning");
    expect(duties(back)).toEqual(["keep-lease", "hold", "stop-evicting", "run-return-checks"]);
    expect(next({ checks: { failed: [{ name: "Ready", message: "no" }], pending: [] } }).state.phase).toBe("Returning");
    const open = next({ checks: passed });
    expect(duties(open)).toEqual(["stop-evicting", "release restore"]);
    const left = next({ hold: { kind: "none" } });
    expect(duties(left)).toEqual(["stop-evicting", "release-lease"]);
    const over = next({ lease: { kind: "none" } });
    expect(over.state).toMatchObject({ phase: "Finished", ended: "returned" });
    expect(duties(over)).toEqual(["drop-finalizer"]);
    expect(reasons(over)).toEqual(["Returned"]);
  });
});
