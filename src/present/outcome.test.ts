import { describe, expect, test } from "vitest";
import { KubeError, type KubeErrorCode, NoAnswerError } from "../client/errors.ts";
import type { NodeOutcome, Outcome, Refusal } from "../maintenance/outcome.ts";
import type { Finding } from "../plan/finding.ts";
import { DeadlineError } from "../runtime/errors.ts";
import { type Circumstances, exitCodeOf } from "./exit-code.ts";
import { failureText } from "./failure-text.ts";
import { textOf } from "./line.ts";
import { eventDocument } from "./event-document.ts";
import { outcomeDocument } from "./outcome-document.ts";
import { type OutcomeWords, outcomeText } from "./outcome-text.ts";
import { noticesOf } from "./notice-lines.ts";
import { atBudget, blockerOf, daemonStep, drainEvents, nodeOutcome, planOf, podRef, podStep, start, voice } from "./testing/plans.ts";

const words: OutcomeWords = {
  ...voice,
  verb: "drain",
  dryRun: false,
  again: (more) => ["drydock drain worker-1", ...[...more].toSorted().map((consent) => `--allow=${consent}`)].join(" "),
};
const finished = (...nodes: readonly NodeOutcome[]): Outcome => ({ kind: "finished", nodes });
const text = (outcome: Outcome, change: Partial<OutcomeWords> = {}): readonly string[] =>
  outcomeText(outcome, { ...words, ...change }).map(textOf);

describe("exit codes", () => {
  const usual: Circumstances = { partial: false, dryRun: false, stopped: false };
  const refusal: Refusal = { kind: "consent", step: podStep("a"), missing: ["emptydir"] };
  const fatal: Refusal = { kind: "finding", finding: { code: "two-budgets", severity: "fatal", objects: [], args: {} } };
  const plan = planOf([podStep("a")]);

  test.each<readonly [string, number, Outcome | Parameters<typeof exitCodeOf>[0], Partial<Circumstances>]>([
    ["drained", 0, finished(nodeOutcome("drained"), nodeOutcome("unproven")), {}],
    ["cordoned", 0, finished(nodeOutcome("cordoned")), {}],
    ["uncordoned", 0, finished(nodeOutcome("uncordoned")), {}],
    ["no node at all", 0, finished(), {}],
    ["failed", 1, finished(nodeOutcome("failed", { error: { code: "cordon-failed", args: {} } })), {}],
    ["refused", 2, { kind: "refused", plan, refusals: [refusal] }, {}],
    ["blocked", 2, finished(nodeOutcome("blocked")), {}],
    ["all blocked", 2, finished(nodeOutcome("blocked"), nodeOutcome("blocked")), {}],
    ["timed out", 3, finished(nodeOutcome("timed-out")), {}],
    ["timed out before", 3, { kind: "stopped-before", why: "timed-out" }, {}],
    ["no such node", 4, { kind: "no-such-node", names: ["x"], near: {} }, {}],
    ["nothing selected", 4, { kind: "no-node-selected", selector: "a=b" }, {}],
    ["denied", 5, { kind: "denied", missing: [] }, {}],
    ["denied on the way", 5, finished(nodeOutcome("failed", { error: { code: "denied", args: {} } })), {}],
    [
      "no longer permitted midway",
      5,
      finished(nodeOutcome("blocked", { blockers: [blockerOf(podStep("a"), "denied", { message: "no" }, "person")] })),
      {},
    ],
    ["one of two drained", 6, finished(nodeOutcome("drained"), nodeOutcome("timed-out")), {}],
    ["gone with its node", 6, finished(nodeOutcome("unproven", { error: { code: "node-deleted", args: {} } })), {}],
    ["blocked, as was agreed to", 6, finished(nodeOutcome("blocked")), { partial: true }],
    ["stopped", 130, finished(nodeOutcome("drained"), nodeOutcome("interrupted")), { stopped: true }],
    ["stopped before any node", 130, finished(nodeOutcome("untouched")), { stopped: true }],
    ["stopped before", 130, { kind: "stopped-before", why: "interrupted" }, { stopped: true }],
    ["the gravest of several", 3, finished(nodeOutcome("blocked"), nodeOutcome("timed-out")), {}],
    ["a dry run", 0, finished(nodeOutcome("untouched")), { dryRun: true }],
    ["a dry run that the server refuses", 2, finished(nodeOutcome("blocked"), nodeOutcome("blocked")), { dryRun: true }],
    ["a preview with consents missing", 0, { kind: "previewed", plan, refusals: [refusal] }, {}],
    ["a preview of a drain that would leave pods, as was agreed to", 6, { kind: "previewed", plan, refusals: [] }, { partial: true }],
    ["a preview with something fatal", 2, { kind: "previewed", plan, refusals: [refusal, fatal] }, {}],
  ])("%s: %d", (_, code, outcome, at) => {
    expect(exitCodeOf(outcome, { ...usual, ...at })).toBe(code);
  });
});

describe("the last words", () => {
  test("empty: how to bring it back", () => {
    expect(text(finished(nodeOutcome("drained")))).toEqual([
      "node worker-1 is empty: 2 pods moved",
      "  → back into service: drydock uncordon worker-1",
      "  → may it be off?     drydock check power-off worker-1",
    ]);
  });

  test("of a node that is kept out: the way back is the checked one", () => {
    const speaker = { ...words.speaker, keepsOut: true };
    expect(text(finished(nodeOutcome("drained")), { speaker })).toContain("  → back into service: drydock return worker-1");
    expect(text(finished(nodeOutcome("timed-out")), { speaker })).toContain("  → bring it back:    drydock return worker-1");
  });

  test("of a dry run: what is in the way, and no word of a node that changed", () => {
    const blockers = [blockerOf(podStep("a"), "two-budgets", { budgets: ["x", "y"] }, "person")];
    const [first, second, ...more] = text(finished(nodeOutcome("blocked", { blockers })), { dryRun: true });
    expect(first).toBe('error: node "worker-1" would not be emptied now; in the way:');
    expect(second).toMatch(/^ {2}blocked {2}web\/a: /);
    expect(more.join()).not.toContain("unschedulable");
  });

  test("ended with a node that is back in scheduling: that is said too", () => {
    const outcome = nodeOutcome("failed", { cordoned: "no", error: { code: "cordon-lifted", args: { node: "worker-1" } } });
    expect(text(finished(outcome)).at(-1)).toBe("node worker-1 is schedulable: new pods may come to it");
  });

  test("timed out in the quiet after the last pod: no list of nothing", () => {
    expect(text(finished(nodeOutcome("timed-out")))[0]).toBe('error: node "worker-1": global timeout reached; no pod is left');
  });

  test("stopped: which pods are left, and what they wait for", () => {
    const outcome = nodeOutcome("interrupted", { left: [podRef("a")], blockers: [atBudget(podStep("a"))] });
    const lines = text(finished(outcome));
    expect(lines[0]).toBe("node worker-1: stopped; 2 pods moved, 1 pod left: web/a");
    expect(lines[1]).toMatch(/^ {2}waiting {2}web\/a: waits for the budget api/);
  });

  test("an unknown name: what was meant, and that nothing was changed", () => {
    expect(text({ kind: "no-such-node", names: ["worker1", "x"], near: { worker1: "worker-1" } })).toEqual([
      'error: nodes "worker1" not found (did you mean worker-1?); nothing was changed',
      'error: nodes "x" not found; nothing was changed',
    ]);
  });

  test("refused: grouped by cause, in kubectl's words where it has them, and the line to paste", () => {
    const pods = ["d", "b", "a", "c"].map((name) => podStep(name, { consents: ["unmanaged"] }));
    const refusals: readonly Refusal[] = [
      ...pods.map((step): Refusal => ({ kind: "consent", step, missing: ["unmanaged"] })),
      { kind: "consent", step: daemonStep("p"), missing: ["daemonsets"] },
    ];
    expect(text({ kind: "refused", plan: planOf(pods), refusals })).toEqual([
      'error: unable to drain node "worker-1"; nothing was changed. In the way:',
      "  missing  cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): kube-system/p",
      "  missing  cannot delete Pods that declare no controller (use --force to override): web/a, web/b, web/c, … (1 more)",
      "To agree to that, run:",
      "  drydock drain worker-1 --allow=daemonsets --allow=unmanaged",
    ]);
  });

  test("timed out: what is left and waits for what; the node stays cordoned, and both ways on", () => {
    const [a, b] = [podStep("a"), podStep("b")];
    expect(text(finished(nodeOutcome("timed-out", { left: [podRef("b"), podRef("a")], blockers: [atBudget(b), atBudget(a)] })))).toEqual([
      'error: node "worker-1": global timeout reached; 2 pods left: web/a, web/b',
      "  waiting  web/a, web/b: waits for the budget api: no healthy pod to spare (needs 2, has 2)",
      "           → it goes on when a replacement is Ready; to hasten it, scale the workload up or relax the budget",
      "node worker-1 stays unschedulable",
      "  → go on:            drydock drain worker-1",
      "  → bring it back:    drydock uncordon worker-1",
      "  → how it stands:    drydock status worker-1",
    ]);
  });

  test("a foreign cordon is not offered as ours", () => {
    expect(text(finished(nodeOutcome("interrupted", { cordoned: "by-others", left: [podRef("a")] })))).toContain(
      "node worker-1 stays unschedulable (it was before)",
    );
  });

  test("denied: which permission, with the server's own reason", () => {
    expect(
      text({
        kind: "denied",
        missing: [{ verb: "create", resource: "pods/eviction", namespace: "web", reason: "no RBAC policy matched" }],
      }),
    ).toEqual([
      "error: not permitted: create pods/eviction in web; nothing was changed",
      "  → no RBAC policy matched",
      "  → have a cluster role with these verbs bound to you, or pass --as, --context or --token of someone who has it",
    ]);
  });

  test("a cordon that failed says so for its node", () => {
    const error = { code: "cordon-failed", args: { node: "worker-1", message: "the server is on fire" } };
    expect(text(finished(nodeOutcome("failed", { error })), { verb: "cordon" })).toEqual([
      'error: unable to cordon node "worker-1": the cordon of node worker-1 failed: the server is on fire',
    ]);
  });

  test("a node that vanished is not called empty", () => {
    const error = { code: "node-deleted", args: { node: "worker-1" } };
    expect(text(finished(nodeOutcome("unproven", { error, cordoned: "unknown", blockers: [] })))).toEqual([
      'error: unable to drain node "worker-1": node worker-1 was deleted while it was drained',
    ]);
  });

  test("unproven is not called proven", () => {
    expect(text(finished(nodeOutcome("unproven")))[0]).toBe("node worker-1 is empty: 2 pods moved; not all of it is proven");
  });
});

describe("what went wrong", () => {
  const codes: readonly KubeErrorCode[] = [
    "unreachable",
    "tls",
    "lost",
    "unauthorized",
    "forbidden",
    "not-kubernetes",
    "identity",
    "conflict",
    "server-error",
  ];

  test.each(codes.map((code) => [code] as const))("%s: one clear line first", (code) => {
    const { lines } = failureText(new KubeError(code, "it did not work"));
    expect(lines.map(textOf)[0]).toBe("error: it did not work");
    expect(lines.length).toBeLessThanOrEqual(2);
  });

  test("exit codes by kind: no server, wrong configuration, denied", () => {
    const code = (error: unknown) => failureText(error).exitCode;
    expect(code(new NoAnswerError("no", "x"))).toBe(1);
    expect(code(new DeadlineError(5))).toBe(1);
    expect(code(new KubeError("identity", "x"))).toBe(4);
    expect(code(new KubeError("unauthorized", "x"))).toBe(5);
    expect(code(new KubeError("forbidden", "x"))).toBe(5);
  });

  test("a fault of our own shows where it happened and asks for a report", () => {
    const lines = failureText(new TypeError("x is not a function")).lines.map(textOf);
    expect(lines[0]).toBe("error: x is not a function");
    expect(lines[1]).toContain("report");
    expect(lines[2]).toContain("outcome.test.ts");
  });
});

describe("for programs", () => {
  test("the result names every node's state, what is left and why", () => {
    const blocked = nodeOutcome("blocked", {
      left: [podRef("a")],
      blockers: [blockerOf(podStep("a"), "two-budgets", { budgets: ["x", "y"] }, "person")],
    });
    expect(outcomeDocument("drain", finished(blocked), { exitCode: 2, dryRun: false }, voice)).toMatchObject({
      kind: "Result",
      command: "drain",
      exitCode: 2,
      result: "finished",
      nodes: [
        {
          node: "worker-1",
          state: "blocked",
          cordoned: "by-us",
          moved: 2,
          left: ["web/a"],
          blockers: [
            {
              code: "two-budgets",
              object: "pod web/a",
              since: "2026-01-05T09:00:00Z",
              endsBy: "person",
              hint: "change the selector of one of them, or agree to leave the pod behind with --allow=partial",
            },
          ],
          error: null,
        },
      ],
    });
  });

  test("every event is one object with its time and kind", () => {
    const documents = drainEvents(planOf([podStep("a")])).map((event) => eventDocument(event, voice));
    expect(documents.map((document) => (document as { readonly event?: string }).event)).toEqual([
      "planned",
      "cordoned",
      "started",
      "accepted",
      "gone",
      "drained",
    ]);
    expect(documents[4]).toMatchObject({
      time: "2026-01-05T09:00:00Z",
      node: "worker-1",
      pod: "web/a",
      uid: "uid-web-a",
      action: "evict",
      proof: { proven: true },
    });
  });
});

describe("notices", () => {
  test("a drain begins with what is worth knowing of its plan; what is fatal is said by the refusal", () => {
    const node = { kind: "Node", name: "worker-1" };
    const findings: Finding[] = [
      { code: "node-not-ready", severity: "warning", objects: [node], args: { node: "worker-1" } },
      { code: "two-budgets", severity: "fatal", objects: [], args: {} },
    ];
    const notices = noticesOf({ at: start, kind: "planned", plan: planOf([podStep("a")], { findings }) }, voice);
    expect(notices.filter(({ important }) => important).map(({ line }) => textOf(line))).toEqual([
      "Warning: node worker-1 is not Ready: its kubelet may not confirm that pods have ended",
    ]);
  });

  test("a finding that comes midway names the pod that it is about", () => {
    const pod = { kind: "Pod", ...podRef("stuck-1") };
    const finding: Finding = { code: "two-budgets", severity: "fatal", objects: [pod], args: { budgets: ["all", "web"] } };
    const [notice] = noticesOf({ at: start, kind: "finding", finding }, voice);
    expect(notice === undefined ? "" : textOf(notice.line)).toMatch(/^Warning: web\/stuck-1: is selected by all, web/);
  });

  test("a cordon that somebody lifted and that was set again is said, even with --quiet", () => {
    const [notice] = noticesOf({ at: start, kind: "recordoned", node: "worker-1" }, voice);
    expect(notice).toMatchObject({ important: true });
    expect(notice === undefined ? "" : textOf(notice.line)).toBe(
      "Warning: somebody made node worker-1 schedulable again; cordoned it once more to go on",
    );
  });

  test("whose cordon is lifted", () => {
    const overrides = [{ who: "kubectl (anna)", since: "2026-01-05T08:00:00Z", record: "held" as const }];
    const notices = noticesOf(
      { at: start, kind: "uncordoned", taints: [], node: "worker-1", already: false, overrides, dryRun: false },
      voice,
    );
    expect(notices.map(({ line, important }) => [textOf(line), important])).toEqual([
      ["Warning: lifts the cordon of kubectl (anna) (since 2026-01-05T08:00:00Z)", true],
    ]);
  });
});
