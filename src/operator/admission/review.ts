import type { ObjectMeta, StringMap } from "../../kube/object.ts";

// What the API server sends to a webhook and expects back: admission.k8s.io/v1.

export const admissionApiVersion = "admission.k8s.io/v1";

/** An object as it is under admission: what the server fills in (uid, resourceVersion) may not be there yet. */
export interface ReviewedObject {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: unknown;
}

export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  /** Empty on CREATE with generateName. */
  readonly name?: string;
  readonly namespace?: string;
  readonly subResource?: string;
  readonly userInfo?: { readonly username?: string };
  readonly dryRun?: boolean;
  readonly object?: ReviewedObject | null;
  readonly oldObject?: ReviewedObject | null;
}

export interface AdmissionReview {
  readonly apiVersion: typeof admissionApiVersion;
  readonly kind: "AdmissionReview";
  readonly request: AdmissionRequest;
}

export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  /** `message` is what kubectl shows after `admission webhook "NAME" denied the request: `. */
  readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
  /** Shown by kubectl as `Warning: …`, one line each. */
  readonly warnings?: readonly string[];
  /** In the server's audit log under `WEBHOOK-NAME/KEY`. */
  readonly auditAnnotations?: StringMap;
}
