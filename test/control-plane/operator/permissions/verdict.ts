/** What ran, of all that could. */
export interface Run {
  readonly suites: number;
  readonly ran: number;
  readonly failed: number;
  /** Tests were chosen by name. */
  readonly isOfSomeTests: boolean;
}

export interface Verdict {
  readonly kind: "fine" | "not-judged" | "fault";
  readonly message: string;
}

/** A permission that nothing used is one too many, or a test too few; which of them are unused is known once everything has run. */
export function verdictOn({ suites, ran, failed, isOfSomeTests }: Run, unused: readonly string[]): Verdict {
  const what = "permissions of the operator that are never used";
  const notJudged = (why: string): Verdict => ({ kind: "not-judged", message: `${what}: not judged: ${why}` });
  if (ran < suites) return notJudged(`only ${ran} of ${suites} suites ran`);
  if (isOfSomeTests) return notJudged("only some of the tests ran");
  if (failed > 0) return notJudged(`${failed} of ${suites} suites failed, and may have left out what would have used them`);
  if (unused.length === 0) return { kind: "fine", message: `${what}: none` };
  const list = unused.map((words) => `  ${words}`).join("\n");
  return {
    kind: "fault",
    message: `${what}, in any of ${suites} suites:\n${list}\nTake them away (src/operator/manifests/rules.ts), or add a test of what needs them.`,
  };
}
