import { type CustomResourceDefinition, customResourceDefinitions } from "../../kube/custom-resource-definition.ts";
import type { KubeEvent } from "../../kube/event.ts";
import type { Lease } from "../../kube/lease.ts";
import type { KubeObject } from "../../kube/object.ts";
import { events, leases, type Resource } from "../../kube/resource.ts";
import { type FieldError, invalid } from "../../kube/structural-schema/field-error.ts";
import { isSame } from "../store/store.ts";
import { demandSound } from "./custom-resources/definition-admission.ts";
import { badRequest, invalidFields } from "./refusal.ts";

const microTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}(Z|[+-]\d{2}:\d{2})$/;

/**
 * The rules of built-in kinds that a writer of ours could break. Everything else is stored as it comes.
 *
 * @throws KubeError 400 for a time that is no MicroTime, 422
 */
export function demandValid(r: Resource, object: KubeObject): void {
  if (isSame(r, customResourceDefinitions)) demandSound(object as CustomResourceDefinition);
  const faults = isSame(r, leases) ? faultsOfLease(object) : isSame(r, events) ? faultsOfEvent(object as KubeEvent) : [];
  if (faults.length > 0) throw invalidFields(r, object.metadata.name, faults);
}

/** pkg/apis/coordination/validation; the times are read by their layout alone, which has six digits of a second. */
function faultsOfLease({ spec = {} }: Lease): readonly FieldError[] {
  const { acquireTime, renewTime, leaseDurationSeconds, leaseTransitions } = spec;
  for (const time of [acquireTime, renewTime]) {
    if (time === undefined || time === null || microTime.test(time)) continue;
    const layout = "2006-01-02T15:04:05.000000Z07:00";
    throw badRequest(
      `Lease in version "v1" cannot be handled as a Lease: parsing time ${JSON.stringify(time)} as ${JSON.stringify(layout)}`,
    );
  }
  const faults: FieldError[] = [];
  if (typeof leaseDurationSeconds === "number" && leaseDurationSeconds <= 0) {
    faults.push(invalid("spec.leaseDurationSeconds", leaseDurationSeconds, "must be greater than 0"));
  }
  if (typeof leaseTransitions === "number" && leaseTransitions < 0) {
    faults.push(invalid("spec.leaseTransitions", leaseTransitions, "must be greater than or equal to 0"));
  }
  return faults;
}

/** pkg/apis/core/validation, legacyValidateEvent: an Event about something without a namespace stands in `default`. */
function faultsOfEvent({ metadata, involvedObject }: KubeEvent): readonly FieldError[] {
  const about = involvedObject?.namespace ?? "";
  if (about === (metadata.namespace ?? "") || (about === "" && metadata.namespace === "default")) return [];
  return [invalid("involvedObject.namespace", about, "does not match event.namespace")];
}
