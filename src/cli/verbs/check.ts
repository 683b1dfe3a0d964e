import { nearest } from "../../runtime/nearest.ts";
import type { ExitCode } from "../../present/exit-code.ts";
import { type Question, questions } from "../commands/check.ts";
import type { RunLine } from "../command-line.ts";
import { globalFlags } from "../flags.ts";
import { UsageError } from "../usage-error.ts";
import type { World } from "../world.ts";
import { runCheckCluster } from "./check/cluster.ts";
import { runCheckPowerOff } from "./check/power-off.ts";

/** `check QUESTION`: its first word says which; `line` goes on to the question without it. */
export async function runCheck(line: RunLine, world: World): Promise<ExitCode> {
  const [word, ...positionals] = line.positionals;
  const question = questionNamed(word);
  const foreign = line.values.given.find(({ name }) => !question.flags.includes(name) && !globalFlags.includes(name));
  if (foreign !== undefined) throw new UsageError(`check ${question.name} takes no --${foreign.name}`, "see: check --help");
  if (question.arguments === "none" && positionals.length > 0) throw new UsageError(`extra arguments: ${positionals.join(" ")}`);
  const rest: RunLine = { ...line, positionals };
  switch (question.name) {
    case "cluster":
      return await runCheckCluster(rest, world);
    case "power-off":
      return await runCheckPowerOff(rest, world);
  }
}

function questionNamed(word: string | undefined): Question {
  const names = questions.map(({ name }) => name);
  if (word === undefined) throw new UsageError("which question?", `check ${names.join("|")}`);
  const question = questions.find(({ name }) => name === word);
  if (question !== undefined) return question;
  const near = nearest(word, names);
  throw new UsageError(
    `unknown question "${word}"`,
    near === undefined ? `it answers: ${names.join(", ")}` : `did you mean check ${near}?`,
  );
}
