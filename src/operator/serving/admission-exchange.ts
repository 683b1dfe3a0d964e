import type { AdmissionHandler } from "../admission/handler.ts";
import type { AdmissionRequest, AdmissionResponse, AdmissionReview } from "../../kube/admission-review.ts";
import type { Clock, Millis } from "../../runtime/clock.ts";
import { DeadlineError } from "../../runtime/errors.ts";
import type { Logger } from "./logger.ts";
import { BadBody } from "./request-body.ts";

export interface AdmissionExchange {
  readonly handler: AdmissionHandler;
  readonly path: string;
  readonly deadline: Millis;
  readonly clock: Clock;
  readonly log: Logger;
}

const apiVersion = "admission.k8s.io/v1";

/**
 * The AdmissionReview that answers the one in `body`. A handler that fails, or is not done in time, refuses: an object that nobody judged must
 * not be stored.
 *
 * @throws BadBody where it is no review
 */
export async function answerReview(body: string, exchange: AdmissionExchange, signal: AbortSignal): Promise<string> {
  const request = readReview(body);
  const response = await decide(request, exchange, signal);
  const review: AdmissionReview = { apiVersion, kind: "AdmissionReview", response };
  return JSON.stringify(review);
}

async function decide(request: AdmissionRequest, exchange: AdmissionExchange, signal: AbortSignal): Promise<AdmissionResponse> {
  const { handler, path, deadline, clock, log } = exchange;
  const { uid, name, operation, kind } = request;
  const about = { path, review: uid, operation, kind: kind.kind, object: name, user: request.userInfo?.username };
  using limit = clock.deadline(deadline, signal);
  try {
    const response = await Promise.race([handler(request, limit.signal), rejected(limit.signal)]);
    log[response.allowed ? "debug" : "info"](response.allowed ? "allowed" : "refused", { ...about, message: response.status?.message });
    return { ...response, uid };
  } catch (error) {
    log.error("a review could not be judged, and was refused", { ...about, error });
    if (limit.signal.reason instanceof DeadlineError) {
      const message = `not judged within ${deadline / 1000} s, so refused: the API server answers Drydock slowly; try again`;
      return { uid, allowed: false, status: { code: 504, reason: "Timeout", message } };
    }
    const message = `not judged because of an error, so refused: see the log of Drydock's operator for review ${uid}`;
    return { uid, allowed: false, status: { code: 500, reason: "InternalError", message } };
  }
}

/** A handler that does not hear the signal must not keep the API server waiting. */
function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function readReview(body: string): AdmissionRequest {
  let review: unknown;
  try {
    review = JSON.parse(body);
  } catch {
    throw new BadBody(400, "the body is no JSON");
  }
  if (!isReview(review)) throw new BadBody(400, `the body is no AdmissionReview of ${apiVersion} with a request`);
  const { request } = review;
  // What is null on the wire may be left out too.
  return { ...request, object: request.object ?? null, oldObject: request.oldObject ?? null, userInfo: request.userInfo ?? {} };
}

function isReview(value: unknown): value is AdmissionReview & { readonly request: AdmissionRequest } {
  if (!isRecord(value) || value["apiVersion"] !== apiVersion || value["kind"] !== "AdmissionReview") return false;
  const { request } = value;
  if (!isRecord(request) || !isRecord(request["kind"])) return false;
  const { uid, operation, object, oldObject } = request;
  const isObject = (each: unknown): boolean => each === undefined || each === null || (isRecord(each) && isRecord(each["metadata"]));
  const isKind = typeof request["kind"]["kind"] === "string" && typeof request["kind"]["group"] === "string";
  const isOperation = operation === "CREATE" || operation === "UPDATE" || operation === "DELETE";
  return typeof uid === "string" && uid !== "" && isKind && isOperation && isObject(object) && isObject(oldObject);
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
