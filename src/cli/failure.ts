import { exitCodes } from "../present/exit-code.ts";
import { type Failure, failureText, withNext } from "../present/failure-text.ts";
import { StoppedError } from "./session.ts";
import { UsageError } from "./usage-error.ts";

/** What a thrown error means to the one who typed the command: those of the command line itself, and all others. */
export function failureOf(error: unknown, program: string): Failure {
  if (error instanceof UsageError) {
    return { exitCode: exitCodes.usage, lines: withNext(error.message, error.next.replace(/^see: /, `see: ${program} `)) };
  }
  const stopped = [error, error instanceof Error ? error.cause : undefined].find((one) => one instanceof StoppedError);
  if (stopped !== undefined) return { exitCode: exitCodes.interrupted, lines: withNext(stopped.message, "") };
  return failureText(error);
}
