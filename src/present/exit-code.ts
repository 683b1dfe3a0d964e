import type { NodeOutcome, Outcome, PreviewOutcome } from "../maintenance/outcome.ts";

/** What the exit code of every command means; scripts rely on it. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  blocked: 2,
  timedOut: 3,
  usage: 4,
  denied: 5,
  partly: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface Circumstances {
  /** The consent was given, so pods that cannot go were expected to be left. */
  readonly partial: boolean;
  /** Nothing was to be changed, so an untouched node is what was asked for. */
  readonly dryRun: boolean;
  /** Somebody stopped it. */
  readonly stopped: boolean;
}

export function exitCodeOf(outcome: Outcome | PreviewOutcome, at: Circumstances): ExitCode {
  switch (outcome.kind) {
    case "no-such-node":
    case "no-node-selected":
      return exitCodes.usage;
    case "denied":
      return exitCodes.denied;
    case "refused":
      return exitCodes.blocked;
    case "stopped-before":
      return { interrupted: exitCodes.interrupted, "timed-out": exitCodes.timedOut, declined: exitCodes.blocked }[outcome.why];
    case "previewed":
      // Missing consents are what the line to paste supplies; a fatal finding is removed by no flag.
      if (outcome.refusals.some((refusal) => refusal.kind === "finding" && refusal.finding.severity === "fatal")) return exitCodes.blocked;
      // As the drain's own: what cannot go would be left, and that was agreed to.
      return at.partial ? exitCodes.partly : exitCodes.done;
    case "finished":
      return exitCodeOfNodes(outcome.nodes, at);
  }
}

/** The gravest first: where several nodes failed differently and none is done, this decides. */
const gravity: readonly Exclude<ExitCode, 0>[] = [
  exitCodes.denied,
  exitCodes.unexpected,
  exitCodes.timedOut,
  exitCodes.blocked,
  exitCodes.partly,
];

function exitCodeOfNodes(nodes: readonly NodeOutcome[], at: Circumstances): ExitCode {
  const codes = nodes.map((node) => exitCodeOfNode(node, at));
  if (codes.includes(exitCodes.interrupted)) return exitCodes.interrupted;
  const failed = codes.filter((code) => code !== exitCodes.done);
  if (failed.length === 0) return exitCodes.done;
  if (failed.length < codes.length) return exitCodes.partly;
  return gravity.find((grave) => failed.includes(grave)) ?? exitCodes.unexpected;
}

function exitCodeOfNode(node: NodeOutcome, { partial, dryRun, stopped }: Circumstances): ExitCode {
  switch (node.state) {
    case "drained":
    case "cordoned":
    case "uncordoned":
    case "tainted":
    case "untainted":
    case "modified":
      return exitCodes.done;
    // As kubectl's drain: nothing of the plan is left on the node. What is not proven is said in words; power is another command's question.
    // A node that vanished under its drain was not emptied, whatever became of its pods.
    case "unproven":
      return node.error === undefined ? exitCodes.done : exitCodes.partly;
    case "blocked":
      // A right that was taken away midway: nobody agreed to that, and no budget is in the way.
      if (node.blockers.length > 0 && node.blockers.every(({ code }) => code === "denied")) return exitCodes.denied;
      return partial ? exitCodes.partly : exitCodes.blocked;
    case "timed-out":
      return exitCodes.timedOut;
    case "interrupted":
      return exitCodes.interrupted;
    case "failed":
      return node.error?.code === "denied" ? exitCodes.denied : exitCodes.unexpected;
    case "untouched":
      return stopped ? exitCodes.interrupted : dryRun ? exitCodes.done : exitCodes.unexpected;
  }
}
