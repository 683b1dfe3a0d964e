import type { KubeObject } from "./object.ts";

export type EventType = "Normal" | "Warning";

/** core/v1 ObjectReference, as an Event names what it is about. */
export interface InvolvedObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** core/v1 Event: what `kubectl describe` and `kubectl get events` show. The server forgets it after an hour (--event-ttl). */
export interface KubeEvent extends KubeObject {
  readonly involvedObject: InvolvedObject;
  /** UpperCamelCase, for machines: "BeginMaintenance". */
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  /** How often it happened between the two times. */
  readonly count?: number;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
}
