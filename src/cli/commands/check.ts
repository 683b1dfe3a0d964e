import type { FlagName } from "../flags.ts";
import type { Command } from "./command.ts";

/** A question that `check` answers. */
export interface Question {
  readonly name: "cluster" | "power-off";
  /** What follows the question in the usage line. */
  readonly usage: string;
  readonly summary: string;
  /** Those of `check` that it takes; any other given with it is refused. */
  readonly flags: readonly FlagName[];
  readonly arguments: "nodes" | "none";
}

export type QuestionName = Question["name"];

/** Every question, in the order in which help shows them. One more: its name above, its line here, its file in `verbs/check/`. */
export const questions: readonly Question[] = [
  {
    name: "cluster",
    usage: "",
    summary: "Which permission, part or version is missing?",
    flags: ["print-role", "output"],
    arguments: "none",
  },
  {
    name: "power-off",
    usage: "NODE",
    summary: "Is it safe to switch this machine off?",
    flags: ["output"],
    arguments: "nodes",
  },
];

/** WATCH AND PROVE, its questions. */
export const checkCommands: readonly Command[] = [
  {
    name: "check",
    group: "WATCH AND PROVE",
    summary: "Answer one question with evidence: exit 0 yes, 2 no or unknown",
    usage: "QUESTION",
    about: [
      "Asks the cluster one question and answers it with what the answer rests on. Changes nothing. Exit code 0 says yes; 2 says no, or that it cannot be known.",
      ...questions.map(({ name, usage, summary }) => `check ${`${name} ${usage}`.trim()}: ${summary}`),
    ],
    examples: [
      { what: "May the machine be switched off?", line: "{p} check power-off worker-3 && ipmitool …" },
      { what: "Could I drain here, and what would I not see?", line: "{p} check cluster" },
      { what: "The role that leaves nothing unseen", line: "{p} check cluster --print-role > drydock-role.yaml" },
    ],
    flags: [...new Set(questions.flatMap(({ flags }) => flags))],
    outputs: ["wide", "json", "yaml"],
    arguments: "question",
  },
];
