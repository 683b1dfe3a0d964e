import { KubeError, type KubeErrorCode } from "../client/errors.ts";
import { DrydockError } from "../runtime/errors.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { bad, dim, type Line, plain } from "./line.ts";

export interface Failure {
  readonly exitCode: ExitCode;
  readonly lines: readonly Line[];
}

interface Handling {
  readonly exitCode: ExitCode;
  /** The next step; "" where the message names it. */
  readonly next: string;
}

/** What each failure of a call means to the one who typed the command. */
const handlings: Readonly<Record<KubeErrorCode, Handling>> = {
  unreachable: {
    exitCode: exitCodes.unexpected,
    next: "check the address (kubectl config view --minify), your network or VPN, and that the server runs",
  },
  lost: { exitCode: exitCodes.unexpected, next: "run the same command again: it goes on from what the cluster looks like" },
  tls: { exitCode: exitCodes.unexpected, next: "" },
  unauthorized: {
    exitCode: exitCodes.denied,
    next: "your credentials are missing, wrong or expired: log in again, or choose others with --context, --user or --token",
  },
  forbidden: { exitCode: exitCodes.denied, next: "have a role with this permission bound to you, or act as someone who has it" },
  "not-kubernetes": { exitCode: exitCodes.usage, next: "check the server in your kubeconfig, or --server" },
  identity: { exitCode: exitCodes.usage, next: "" },
  "not-found": { exitCode: exitCodes.usage, next: "" },
  conflict: { exitCode: exitCodes.unexpected, next: "somebody changed it at the same time: run the same command again" },
  "already-exists": { exitCode: exitCodes.unexpected, next: "" },
  invalid: { exitCode: exitCodes.unexpected, next: "" },
  "bad-request": { exitCode: exitCodes.usage, next: "" },
  unsupported: { exitCode: exitCodes.unexpected, next: "the server may be too old: Kubernetes 1.31 or newer is supported" },
  expired: { exitCode: exitCodes.unexpected, next: "run the same command again" },
  "too-many-requests": { exitCode: exitCodes.unexpected, next: "the server is overloaded: run the same command again in a while" },
  "server-error": { exitCode: exitCodes.unexpected, next: "run the same command again; if it stays, the API server's log says why" },
};

/** One clear line and the next step for whatever went wrong. Only a fault of our own is shown with its stack. */
export function failureText(error: unknown): Failure {
  if (error instanceof KubeError) {
    const { exitCode, next } = handlings[error.code];
    return { exitCode, lines: withNext(error.message, next) };
  }
  if (error instanceof DrydockError && error.code === "deadline") {
    return { exitCode: exitCodes.unexpected, lines: withNext(`the API server gave ${error.message}`, handlings.unreachable.next) };
  }
  if (error instanceof Error) {
    const stack = (error.stack ?? "")
      .split("\n")
      .slice(1)
      .map((line): Line => [dim(line)]);
    return {
      exitCode: exitCodes.unexpected,
      lines: [...withNext(error.message, "this is a fault of Drydock: please report it with the lines below"), ...stack],
    };
  }
  return { exitCode: exitCodes.unexpected, lines: withNext(String(error), "") };
}

export function withNext(message: string, next: string): readonly Line[] {
  return [[bad("error"), plain(`: ${message}`)], ...(next === "" ? [] : [[dim(`  → ${next}`)]])];
}
