import { KubeError, NoAnswerError } from "../../client/errors.ts";
import type { Fault } from "../faults.ts";
import { refusal } from "../server/refusal.ts";

export const serverName = "the embedded cluster";

/** What an HTTP client throws when a call meets this fault. A stall is no error by itself. */
export function errorOf(fault: Exclude<Fault, { readonly kind: "stalled" }>): KubeError {
  switch (fault.kind) {
    case "throttled": {
      // Priority and fairness answers in plain text, without a Status.
      const { retryAfter } = fault;
      return new KubeError("too-many-requests", tooManyRequestsText, { http: 429, retryable: true, retryAfter });
    }
    case "internal-error":
      return refusal({
        kind: "Status",
        status: "Failure",
        message: "Internal error occurred: etcdserver: request timed out",
        reason: "InternalError",
        details: { causes: [{ message: "etcdserver: request timed out" }] },
        code: 500,
      });
    case "unavailable":
      return refusal({
        kind: "Status",
        status: "Failure",
        message: "the server is currently unable to handle the request",
        reason: "ServiceUnavailable",
        code: 503,
      });
    case "lost":
      return brokenConnection();
    case "unreachable":
      return new NoAnswerError("no", `${serverName} cannot be reached: connection refused`);
  }
}

export const tooManyRequestsText = "Too many requests, please try again later.";

export function brokenConnection(): NoAnswerError {
  return new NoAnswerError("unknown", `the connection to ${serverName} broke before the answer was complete`);
}
