import type { Args, Step } from "../plan/step.ts";
import type { Millis } from "../runtime/clock.ts";
import { unreachable } from "../runtime/errors.ts";
import type { Reading } from "./answers.ts";
import type { ExecutionCode } from "./codes.ts";

/** An answer, or that none came. */
export type Response = Reading | { readonly kind: "no-answer"; readonly message: string };

/** When to ask again where no watched object says so: after a fixed pause, or after growing ones. */
export type Pause =
  | { readonly kind: "fixed"; readonly ms: Millis }
  | { readonly kind: "growing"; readonly first: Millis; readonly cap: Millis };

/** What a response means for the budget's account, for the limiter, and for the step itself. */
export interface Consequence {
  readonly budget: "granted" | "refused" | "neither";
  readonly limiter: "succeeded" | "failed" | "throttled";
  /** Seconds, where the server named them. */
  readonly retryAfter?: number;
  readonly setback?: { readonly code: ExecutionCode; readonly args: Args; readonly pause: Pause; readonly endsBy: "cluster" | "person" };
}

const webhookPause: Pause = { kind: "growing", first: 5_000, cap: 60_000 };
const watchPause: Pause = { kind: "fixed", ms: 5_000 };
/** The watch tells of a pod that is gone; only an event that was lost is worth asking again. */
const missedPause: Pause = { kind: "fixed", ms: 30_000 };
const personPause: Pause = { kind: "fixed", ms: 30_000 };
/** Without sight of budgets the server's refusals drive, at kubectl's own pace. */
const blindPause: Pause = { kind: "fixed", ms: 5_000 };

/** Every class of answer, and what follows from it. */
export function consequenceOf(response: Response, step: Step): Consequence {
  const calm = { budget: "neither", limiter: "succeeded" } as const;
  switch (response.kind) {
    case "accepted":
      return { budget: "granted", limiter: "succeeded" };
    case "gone":
      return { ...calm, setback: { code: "awaiting-watch", args: {}, pause: missedPause, endsBy: "cluster" } };
    case "conflict":
      // The server spends budget before it compares uids (measured on 1.36.3). A Pending pod is
      // deleted under the version that was read, so this very pod may still be there: asked again soon.
      return {
        budget: "granted",
        limiter: "succeeded",
        setback: { code: "awaiting-watch", args: {}, pause: watchPause, endsBy: "cluster" },
      };
    case "budget": {
      const unread = { code: "budget-unread", args: {}, pause: blindPause, endsBy: "cluster" } as const;
      const { retryAfter } = response;
      return {
        budget: "refused",
        limiter: "succeeded",
        ...(retryAfter === undefined ? {} : { retryAfter }),
        ...(step.budgets.length === 0 ? { setback: unread } : {}),
      };
    }
    case "throttled":
      return { budget: "neither", limiter: "throttled", retryAfter: response.retryAfter };
    case "webhook":
      return {
        ...calm,
        setback: {
          code: "webhook-denied",
          args: { webhook: response.name, message: response.message },
          pause: webhookPause,
          endsBy: "cluster",
        },
      };
    case "namespace-terminating":
      return {
        ...calm,
        setback: { code: "namespace-terminating", args: { namespace: step.subject.namespace }, pause: webhookPause, endsBy: "cluster" },
      };
    case "two-budgets":
      return {
        ...calm,
        setback: {
          code: "two-budgets",
          args: { budgets: step.budgets.map((budget) => budget.name) },
          pause: personPause,
          endsBy: "person",
        },
      };
    case "denied":
      return { ...calm, setback: { code: "denied", args: { message: response.message }, pause: personPause, endsBy: "person" } };
    case "rejected": {
      // A 429 is somebody's "not now"; any other 4xx is a "no".
      const endsBy = response.http === 429 ? "cluster" : "person";
      return {
        ...calm,
        setback: { code: "rejected", args: { http: response.http, message: response.message }, pause: webhookPause, endsBy },
      };
    }
    case "server-error": {
      const pause: Pause = { kind: "growing", first: 500, cap: 30_000 };
      return {
        budget: "neither",
        limiter: "failed",
        setback: { code: "server-error", args: { http: response.http, message: response.message }, pause, endsBy: "cluster" },
      };
    }
    case "no-answer": {
      const pause: Pause = { kind: "growing", first: 250, cap: 10_000 };
      return {
        budget: "neither",
        limiter: "failed",
        setback: { code: "no-answer", args: { message: response.message }, pause, endsBy: "cluster" },
      };
    }
    default:
      return unreachable(response);
  }
}
