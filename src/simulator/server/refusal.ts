import { KubeError, type KubeErrorCode } from "../../client/errors.ts";
import { qualifiedName, type Resource } from "../../kube/resource.ts";
import type { Status, StatusDetails } from "../../kube/status.ts";
import { type FieldError, invalidStatus } from "../../kube/structural-schema/field-error.ts";

/** Answers that are no success, in the API server's words. Each is the error that an HTTP client would throw for it. */

const codes: Readonly<Record<number, KubeErrorCode>> = {
  400: "bad-request",
  403: "forbidden",
  404: "not-found",
  405: "unsupported",
  409: "conflict",
  410: "expired",
  415: "unsupported",
  422: "invalid",
  429: "too-many-requests",
  501: "unsupported",
};

/** The error for a Status; a `retryAfterSeconds` in it is also a Retry-After header. */
export function refusal(status: Status, http = status.code ?? 500): KubeError {
  const retryAfter = status.details?.retryAfterSeconds;
  const code = status.reason === "AlreadyExists" ? "already-exists" : (codes[http] ?? "server-error");
  return new KubeError(code, status.message ?? `the server answered ${http}`, {
    http,
    status,
    retryable: http === 429 || (http >= 500 && http !== 501),
    ...(retryAfter === undefined || retryAfter <= 0 ? {} : { retryAfter }),
  });
}

function failure(code: number, reason: string, message: string, details?: StatusDetails): KubeError {
  return refusal({ kind: "Status", status: "Failure", message, reason, ...(details === undefined ? {} : { details }), code });
}

function detailsOf(r: Resource, name: string): StatusDetails {
  return { name, ...(r.group === "" ? {} : { group: r.group }), kind: r.plural };
}

export function notFound(r: Resource, name: string): KubeError {
  return failure(404, "NotFound", `${qualifiedName(r)} "${name}" not found`, detailsOf(r, name));
}

export function alreadyExists(r: Resource, name: string): KubeError {
  return failure(409, "AlreadyExists", `${qualifiedName(r)} "${name}" already exists`, detailsOf(r, name));
}

export function conflict(r: Resource, name: string, why: string): KubeError {
  return failure(409, "Conflict", `Operation cannot be fulfilled on ${qualifiedName(r)} "${name}": ${why}`, detailsOf(r, name));
}

/** A precondition of a deletion does not hold: BeforeDelete of the generic registry, which names the kind. */
export function unmet(r: Resource, name: string, why: string): KubeError {
  return conflict({ ...r, plural: r.kind }, name, why);
}

export const modified = "the object has been modified; please apply your changes to the latest version and try again";

export function otherUid(wanted: string, present: string): string {
  return `the UID in the precondition (${wanted}) does not match the UID in record (${present}). The object might have been deleted and then recreated`;
}

export function otherVersion(wanted: string, present: string): string {
  return `the ResourceVersion in the precondition (${wanted}) does not match the ResourceVersion in record (${present}). The object might have been modified`;
}

export function invalid(r: Resource, name: string, why: string): KubeError {
  const details = { ...detailsOf(r, name), kind: r.kind, causes: [{ reason: "FieldValueInvalid", message: why }] };
  return failure(422, "Invalid", `${r.kind}${r.group === "" ? "" : `.${r.group}`} "${name}" is invalid: ${why}`, details);
}

/** Every field that is wrong, in the words of the kind's validation. */
export function invalidFields(r: Resource, name: string, errors: readonly FieldError[]): KubeError {
  return refusal(invalidStatus(r, name, errors));
}

/** 403 by an admission plugin. */
export function refused(r: Resource, name: string, why: string): KubeError {
  return failure(403, "Forbidden", `${qualifiedName(r)} ${JSON.stringify(name)} is forbidden: ${why}`, detailsOf(r, name));
}

export function badRequest(message: string): KubeError {
  return failure(400, "BadRequest", message);
}

export function unsupportedMediaType(message: string): KubeError {
  return failure(415, "UnsupportedMediaType", message);
}

export function tooLargeVersion(asked: string, present: number): KubeError {
  const message = `Too large resource version: ${asked}, current: ${present}`;
  return failure(504, "Timeout", message, { causes: [{ reason: "ResourceVersionTooLarge", message }], retryAfterSeconds: 1 });
}

export function expired(what: string): KubeError {
  return failure(410, "Expired", what);
}

export function forbidden(
  user: string,
  verb: string,
  r: Resource,
  subresource: string | undefined,
  at: { namespace?: string; name?: string },
): KubeError {
  const resource = subresource === undefined ? r.plural : `${r.plural}/${subresource}`;
  const where = at.namespace === undefined ? "at the cluster scope" : `in the namespace "${at.namespace}"`;
  const object = `${qualifiedName({ ...r, plural: resource })}${at.name === undefined ? "" : ` "${at.name}"`}`;
  const message = `${object} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${r.group}" ${where}`;
  return failure(403, "Forbidden", message, detailsOf(r, at.name ?? ""));
}

/** A resource the embedded cluster does not have. Told with all that it has: silence here would be taken for a cluster without such objects. */
export function notServed(r: Resource, served: readonly string[]): KubeError {
  const message = `the embedded cluster does not serve ${qualifiedName(r)} (${r.version}); it serves ${served.join(", ")}`;
  return failure(404, "NotFound", message, detailsOf(r, ""));
}

/** Something real clusters do and this one does not. */
export function notImplemented(message: string): KubeError {
  return failure(501, "NotImplemented", `the embedded cluster does not implement this: ${message}`);
}
