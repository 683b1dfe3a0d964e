import { describe, expect, test } from "vitest";
import type { EvictionAnswer } from "../client/kube-api.ts";
import type { Status } from "../kube/status.ts";
import { readEviction } from "./answers.ts";

const status = (given: Partial<Status>): Status => ({ kind: "Status", status: "Failure", ...given });
const byBudget = status({
  code: 429,
  reason: "TooManyRequests",
  message: "Cannot evict pod as it would violate the pod's disruption budget.",
  details: { causes: [{ reason: "DisruptionBudget", message: "The disruption budget web needs 2 healthy pods and has 2 currently" }] },
});
const webhookWords = 'admission webhook "guard.example.org" denied the request: not on Fridays';

interface Row {
  readonly what: string;
  readonly answer: EvictionAnswer;
  readonly kind: string;
  readonly more?: object;
  readonly twoBudgets?: boolean;
}

const rows: readonly Row[] = [
  { what: "200", answer: { http: 200 }, kind: "accepted" },
  { what: "201", answer: { http: 201 }, kind: "accepted" },
  { what: "404", answer: { http: 404, status: status({ code: 404, reason: "NotFound" }) }, kind: "gone" },
  { what: "409", answer: { http: 409, status: status({ code: 409, reason: "Conflict" }) }, kind: "conflict" },
  { what: "a budget's 429", answer: { http: 429, status: byBudget }, kind: "budget" },
  {
    what: "a budget's 429 with patience in the header",
    answer: { http: 429, status: byBudget, retryAfter: 10 },
    kind: "budget",
    more: { retryAfter: 10 },
  },
  {
    what: "a budget's 429 with patience in its details",
    answer: { http: 429, status: { ...byBudget, details: { ...byBudget.details, retryAfterSeconds: 10 } } },
    kind: "budget",
    more: { retryAfter: 10 },
  },
  {
    what: "priority and fairness: text and Retry-After",
    answer: { http: 429, text: "Too many requests, please try again later.", retryAfter: 2 },
    kind: "throttled",
    more: { retryAfter: 2 },
  },
  {
    what: "a 429 that is no Status and names no time",
    answer: { http: 429, text: "slow down" },
    kind: "throttled",
    more: { retryAfter: 1 },
  },
  {
    what: "a Status 429 with Retry-After but without the cause",
    answer: { http: 429, status: status({ code: 429 }), retryAfter: 3 },
    kind: "throttled",
    more: { retryAfter: 3 },
  },
  {
    what: "a Status 429 without cause and time",
    answer: { http: 429, status: status({ code: 429, message: "not now" }) },
    kind: "rejected",
    more: { http: 429, message: "not now" },
  },
  {
    what: "a webhook's 403",
    answer: { http: 403, status: status({ code: 403, reason: "Forbidden", message: webhookWords }) },
    kind: "webhook",
    more: { name: "guard.example.org", message: webhookWords },
  },
  {
    what: "a webhook's 429, whatever code it chose",
    answer: { http: 429, status: status({ code: 429, message: webhookWords }) },
    kind: "webhook",
    more: { name: "guard.example.org" },
  },
  {
    what: "a webhook's 500 where two budgets cover the pod",
    answer: { http: 500, status: status({ code: 500, message: webhookWords }) },
    kind: "webhook",
    twoBudgets: true,
  },
  {
    what: "a namespace on its way out",
    answer: { http: 403, status: status({ code: 403, details: { causes: [{ reason: "NamespaceTerminating" }] } }) },
    kind: "namespace-terminating",
  },
  { what: "403", answer: { http: 403, status: status({ code: 403, message: "no" }) }, kind: "denied", more: { message: "no" } },
  {
    what: "500 where the view holds two budgets",
    answer: { http: 500, status: status({ code: 500 }) },
    kind: "two-budgets",
    twoBudgets: true,
  },
  { what: "500 otherwise", answer: { http: 500, status: status({ code: 500 }) }, kind: "server-error" },
  { what: "503 where the view holds two budgets", answer: { http: 503, text: "overloaded" }, kind: "server-error", twoBudgets: true },
  {
    what: "504 after conflicts on the budget",
    answer: { http: 504, status: status({ code: 504 }) },
    kind: "server-error",
    more: { http: 504 },
  },
  { what: "400", answer: { http: 400, status: status({ code: 400, message: "name mismatch" }) }, kind: "rejected", more: { http: 400 } },
];

describe("what the answer to an eviction means", () => {
  test.each(rows)("$what: $kind", ({ answer, kind, more = {}, twoBudgets = false }) => {
    expect(readEviction(answer, twoBudgets)).toMatchObject({ kind, ...more });
  });

  test("a budget's refusal without a time names none", () => {
    expect(readEviction({ http: 429, status: byBudget }, false)).toEqual({ kind: "budget" });
  });

  test("the two-budget answer is known by the view, not by its words", () => {
    const words = status({
      code: 500,
      message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    });
    expect(readEviction({ http: 500, status: words }, false).kind).toBe("server-error");
  });
});
