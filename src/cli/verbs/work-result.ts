import type { NodeOutcome, Outcome } from "../../maintenance/outcome.ts";
import type { ExecutionEvent } from "../../execution/event.ts";
import { eventDocument } from "../../present/event-document.ts";
import { type ExitCode, type Circumstances, exitCodeOf } from "../../present/exit-code.ts";
import { type KubectlLine, kubectlLines, type KubectlMode } from "../../present/kubectl-lines.ts";
import { outcomeDocument } from "../../present/outcome-document.ts";
import { type OutcomeWords, outcomeText } from "../../present/outcome-text.ts";
import type { Voice } from "../../present/speak.ts";
import { wideLines } from "../../present/wide-lines.ts";
import { documentText, plainConsole } from "../console.ts";
import type { OutputFormat } from "../output-format.ts";
import type { World } from "../world.ts";

/** What each event puts on stdout: kubectl's lines, or a line of JSON; with a document or names at the end, nothing but warnings for stderr. */
export function linesFor(format: OutputFormat, mode: KubectlMode, voice: Voice): (event: ExecutionEvent) => readonly KubectlLine[] {
  const kubectl = kubectlLines(mode);
  if (format === "text") return kubectl;
  if (format === "wide") {
    const wide = wideLines(voice);
    return (event) => [...kubectl(event), ...wide(event).map((text): KubectlLine => ({ to: "stderr", text }))];
  }
  return (event) => {
    const warnings = kubectl(event).filter((line) => line.to === "stderr");
    return format === "ndjson" ? [...warnings, { to: "stdout", text: JSON.stringify(eventDocument(event, voice)) }] : warnings;
  };
}

const reached: readonly NodeOutcome["state"][] = ["drained", "unproven", "cordoned", "uncordoned", "tainted", "untainted", "modified"];

/** The last words: a document or names on stdout where asked for, words for a person on stderr. Returns the exit code. */
export async function printOutcome(
  world: World,
  format: OutputFormat,
  outcome: Outcome,
  words: OutcomeWords,
  quiet: boolean,
  at: Circumstances,
): Promise<ExitCode> {
  const exitCode = exitCodeOf(outcome, at);
  const print = plainConsole(world);
  const document = outcomeDocument(words.verb, outcome, { exitCode, dryRun: words.dryRun }, words);
  if (format === "json" || format === "yaml") print.out(await documentText(document, format));
  if (format === "ndjson") print.out(JSON.stringify(document));
  if (format === "name" && outcome.kind === "finished") {
    for (const { node, state } of outcome.nodes) if (reached.includes(state)) print.out(`node/${node}`);
  }
  if (!quiet || exitCode !== 0) for (const line of outcomeText(outcome, words)) print.err(line);
  return exitCode;
}
