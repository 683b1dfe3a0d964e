import type { Status } from "../kube/status.ts";
import { DrydockError } from "../runtime/errors.ts";

/**
 * Why a call failed. "unreachable": no connection could be made (nothing was applied). "lost": the connection broke before the answer
 * (a write may have been applied). The rest are answers of the server.
 */
export type KubeErrorCode =
  | "unreachable"
  | "tls"
  | "lost"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "already-exists"
  | "invalid"
  | "bad-request"
  | "unsupported"
  | "expired"
  | "too-many-requests"
  | "server-error"
  | "not-kubernetes"
  | "identity";

/** A call to the API server failed. Keeps the Status object where the server sent one. */
export class KubeError extends DrydockError<KubeErrorCode> {
  readonly http: number | undefined;
  readonly status: Status | undefined;
  /** Seconds, from Retry-After. */
  readonly retryAfter: number | undefined;
  constructor(
    code: KubeErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly retryable?: boolean;
      readonly http?: number;
      readonly status?: Status;
      readonly retryAfter?: number;
    } = {},
  ) {
    super(code, message, options);
    this.http = options.http;
    this.status = options.status;
    this.retryAfter = options.retryAfter;
  }
}

/** No answer came at all. `applied` says what that means for a write: "no" when no byte of it left, else "unknown". */
export class NoAnswerError extends KubeError {
  readonly applied: "no" | "unknown";
  constructor(applied: "no" | "unknown", message: string, options: { readonly cause?: unknown } = {}) {
    super(applied === "no" ? "unreachable" : "lost", message, { ...options, retryable: true });
    this.applied = applied;
  }
}

export function isKubeError(error: unknown, ...codes: readonly KubeErrorCode[]): error is KubeError {
  return error instanceof KubeError && (codes.length === 0 || codes.includes(error.code));
}
