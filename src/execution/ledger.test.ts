import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budgetView, podView, someTime } from "../../test/support/cluster-view.ts";
import { createLedger, type Ledger } from "./ledger.ts";

const pod = (name: string, given = {}) => podView({ name, ...given });
const a = pod("a");
const open = budgetView({ name: "web", status: { disruptionsAllowed: 2, currentHealthy: 4 } });
const one = budgetView({ name: "web" });
const none = budgetView({ name: "web", resourceVersion: "201", status: { disruptionsAllowed: 0, currentHealthy: 2 } });
const unmarked = () => undefined;

function ledgerAt(start = someTime): { ledger: Ledger; pass: (ms: number) => void; now: () => number } {
  let now = start;
  return {
    ledger: createLedger(() => now),
    pass: (ms) => {
      now += ms;
    },
    now: () => now,
  };
}

const codeOf = (ledger: Ledger, name: string, budget = one, now = someTime): string => {
  const gate = ledger.gate(pod(name), budget, now);
  return gate.open ? "open" : gate.code;
};

describe("the gate of a budget", () => {
  test("one request at a time, even where the budget allows more", () => {
    const { ledger } = ledgerAt();
    expect(codeOf(ledger, "a", open)).toBe("open");
    ledger.sent(open);
    expect(codeOf(ledger, "b", open)).toBe("budget-in-flight");
    ledger.granted(open, a);
    expect(codeOf(ledger, "b", open)).toBe("open");
  });

  test("at 0 left it is closed until the budget's own event, which settles the grant", () => {
    const { ledger } = ledgerAt();
    ledger.sent(one);
    ledger.granted(one, a);
    expect(codeOf(ledger, "b")).toBe("budget-recount");
    const counted = budgetView({ name: "web", resourceVersion: "202", status: { disruptedPods: { a: "2026-01-01T00:10:00Z" } } });
    ledger.settle([counted], unmarked, someTime);
    expect(codeOf(ledger, "b", counted)).toBe("open");
  });

  test("a grant is settled by any version newer than the pod's mark, even where the controller has struck the name already", () => {
    const { ledger } = ledgerAt();
    ledger.sent(one);
    ledger.granted(one, a);
    ledger.settle([one], () => "300", someTime);
    expect(codeOf(ledger, "b")).toBe("budget-recount");
    const later = budgetView({ name: "web", resourceVersion: "301" });
    ledger.settle([later], () => "300", someTime);
    expect(codeOf(ledger, "b", later)).toBe("open");
  });

  test("a grant that no status ever shows is forgotten after 5 s, and the gate says when to look again", () => {
    const { ledger, now, pass } = ledgerAt();
    ledger.sent(one);
    ledger.granted(one, a);
    expect(ledger.gate(pod("b"), one, now())).toMatchObject({ open: false, until: someTime + 5_000 });
    pass(5_000);
    ledger.settle([one], unmarked, now());
    expect(codeOf(ledger, "b", one, now())).toBe("open");
  });

  test.each([
    { what: "a Pending pod", free: pod("a", { phase: "Pending", ready: false }) },
    { what: "a pod that terminates", free: pod("a", { deletionTimestamp: someTime }) },
    { what: "a finished pod", free: pod("a", { phase: "Failed", ready: false }) },
    { what: "a pod that is not Ready beside enough healthy ones", free: pod("a", { ready: false }) },
  ])("$what spends nothing, so the next goes at once", ({ free }) => {
    const { ledger } = ledgerAt();
    ledger.sent(one);
    ledger.granted(one, free);
    expect(codeOf(ledger, "b")).toBe("open");
  });

  test("a virtual machine's own is asked at 0 too, for the request makes the machine migrate; again when it has changed, or after 30 s", () => {
    const { ledger } = ledgerAt();
    const machine = budgetView({ name: "web", ownedByVmi: true, status: { disruptionsAllowed: 0, currentHealthy: 1 } });
    expect(codeOf(ledger, "a", machine)).toBe("open");
    ledger.sent(machine);
    expect(codeOf(ledger, "b", machine)).toBe("budget-in-flight");
    ledger.refused(machine, undefined);
    expect(codeOf(ledger, "a", machine)).toBe("budget-exhausted");
    expect(codeOf(ledger, "a", machine, someTime + 30_000)).toBe("open");
    expect(codeOf(ledger, "a", { ...machine, resourceVersion: "201" })).toBe("open");
  });

  test("no answer is neither spent nor refused", () => {
    const { ledger } = ledgerAt();
    ledger.sent(one);
    ledger.failed(one);
    expect(codeOf(ledger, "a")).toBe("open");
  });
});

describe("after a refusal", () => {
  test("nothing is asked until the budget has changed from what was seen when asking", () => {
    const { ledger } = ledgerAt();
    ledger.sent(one);
    ledger.refused(one, undefined);
    expect(codeOf(ledger, "a")).toBe("budget-exhausted");
    expect(codeOf(ledger, "a", budgetView({ name: "web", resourceVersion: "201" }))).toBe("open");
  });

  test("an event that came while the request was under way counts: the wake-up is not lost", () => {
    const { ledger } = ledgerAt();
    ledger.sent(one);
    const meanwhile = budgetView({ name: "web", resourceVersion: "205" });
    ledger.settle([meanwhile], unmarked, someTime);
    ledger.refused(one, undefined);
    expect(codeOf(ledger, "a", meanwhile)).toBe("open");
  });

  test("one attempt is made after 30 s without any event, and the gate says so", () => {
    const { ledger } = ledgerAt();
    ledger.sent(one);
    ledger.refused(one, undefined);
    expect(ledger.gate(a, one, someTime)).toMatchObject({ open: false, until: someTime + 30_000 });
    expect(codeOf(ledger, "a", one, someTime + 29_999)).toBe("budget-exhausted");
    expect(codeOf(ledger, "a", one, someTime + 30_000)).toBe("open");
  });

  test("with a time named by the server, it is that time", () => {
    const { ledger } = ledgerAt();
    ledger.sent(one);
    ledger.refused(one, someTime + 10_000);
    expect(ledger.gate(a, one, someTime)).toMatchObject({ until: someTime + 10_000 });
    expect(codeOf(ledger, "a", one, someTime + 10_000)).toBe("open");
  });
});

describe("what the seen status says", () => {
  test.each([
    { what: "none left", budget: none, code: "budget-exhausted" },
    { what: "spent and not counted again", budget: budgetView({ name: "web", status: { disruptionsAllowed: 0 } }), code: "budget-recount" },
    {
      what: "a spec that the controller has not seen",
      budget: budgetView({ name: "web", generation: 2, status: { observedGeneration: 1 } }),
      code: "budget-behind",
    },
    {
      what: "a count that failed",
      budget: budgetView({
        name: "web",
        status: { disruptionsAllowed: 0, conditions: [{ type: "DisruptionAllowed", status: "False", reason: "SyncFailed" }] },
      }),
      code: "budget-broken",
    },
    {
      what: "a first count that failed, so that no spec was ever observed",
      budget: budgetView({
        name: "web",
        status: {
          observedGeneration: 0,
          disruptionsAllowed: 0,
          conditions: [{ type: "DisruptionAllowed", status: "False", reason: "SyncFailed" }],
        },
      }),
      code: "budget-broken",
    },
  ])("$what: $code", ({ budget, code }) => {
    expect(codeOf(ledgerAt().ledger, "a", budget)).toBe(code);
  });

  test("a pod that the server lets go for nothing does not wait for the budget", () => {
    const gate = ledgerAt().ledger.gate(pod("a", { phase: "Pending", ready: false }), none, someTime);
    expect(gate.open).toBe(true);
  });
});

test("whatever is answered, no more is granted than was seen to be allowed before a newer status is seen", () => {
  const answers = fc.array(fc.constantFrom("granted" as const, "failed" as const), { maxLength: 20 });
  fc.assert(
    fc.property(fc.nat(5), answers, (allowed, script) => {
      const { ledger } = ledgerAt();
      const budget = budgetView({ name: "web", status: { disruptionsAllowed: allowed, currentHealthy: 10, desiredHealthy: 5 } });
      let granted = 0;
      for (const [i, answer] of script.entries()) {
        if (codeOf(ledger, `p${i}`, budget) !== "open") continue;
        ledger.sent(budget);
        if (answer === "granted") {
          granted += 1;
          ledger.granted(budget, pod(`p${i}`));
        } else ledger.failed(budget);
      }
      expect(granted).toBeLessThanOrEqual(allowed);
    }),
  );
});
