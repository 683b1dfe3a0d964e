import type { EvictionAnswer } from "../client/kube-api.ts";
import { disruptionBudgetCause, hasCause, namespaceTerminatingCause } from "../kube/status.ts";

/** What the server's answer to an eviction means for what comes next. Closed: every answer is one of these. */
export type Reading =
  | { readonly kind: "accepted" }
  | { readonly kind: "gone" }
  /** Most often the uid precondition: somebody else carries the name now (the server has spent budget all the same). */
  | { readonly kind: "conflict" }
  /** Refused by a budget. `retryAfter` seconds, where the server only asks for patience (it has not seen the budget's newest spec). */
  | { readonly kind: "budget"; readonly retryAfter?: number }
  /** Priority and fairness, or the server's own limit: everybody shall slow down. */
  | { readonly kind: "throttled"; readonly retryAfter: number }
  | { readonly kind: "webhook"; readonly name: string; readonly message: string }
  | { readonly kind: "namespace-terminating" }
  | { readonly kind: "two-budgets" }
  | { readonly kind: "denied"; readonly message: string }
  | { readonly kind: "server-error"; readonly http: number; readonly message: string }
  | { readonly kind: "rejected"; readonly http: number; readonly message: string };

/** The API server's own sentence around a webhook's refusal (apiserver pkg/admission/plugin/webhook/errors); the name stands nowhere else. */
const webhookDenial = /^admission webhook "([^"]+)" denied the request/;

const defaultRetryAfter = 1;

/**
 * Reads an answer by its types: code, Status reason and causes, headers; by its text only for the webhook's name.
 * `twoBudgets`: the view holds two budgets on this pod, which the server answers with a bare 500.
 */
export function readEviction(answer: EvictionAnswer, twoBudgets: boolean): Reading {
  const { http, status, retryAfter } = answer;
  const message = status?.message ?? answer.text ?? "";
  const webhook = webhookDenial.exec(message)?.[1];
  if (http >= 200 && http < 300) return { kind: "accepted" };
  if (webhook !== undefined) return { kind: "webhook", name: webhook, message };
  if (http === 404) return { kind: "gone" };
  if (http === 409) return { kind: "conflict" };
  if (http === 429) {
    if (hasCause(status, disruptionBudgetCause)) {
      const patience = retryAfter ?? status?.details?.retryAfterSeconds;
      return { kind: "budget", ...(patience === undefined || patience === 0 ? {} : { retryAfter: patience }) };
    }
    // With Retry-After it is the server speaking of itself; without, somebody's admission: that pod only.
    if (retryAfter !== undefined || status === undefined) return { kind: "throttled", retryAfter: retryAfter ?? defaultRetryAfter };
    return { kind: "rejected", http, message };
  }
  if (http === 403) return hasCause(status, namespaceTerminatingCause) ? { kind: "namespace-terminating" } : { kind: "denied", message };
  if (http === 500 && twoBudgets) return { kind: "two-budgets" };
  if (http >= 500) return { kind: "server-error", http, message };
  return { kind: "rejected", http, message };
}
