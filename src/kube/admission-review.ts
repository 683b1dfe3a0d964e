import type { KubeObject } from "./object.ts";
import type { Status } from "./status.ts";

/** admission.k8s.io/v1, as far as a validating webhook reads and answers it. */
export interface AdmissionReview {
  readonly apiVersion: "admission.k8s.io/v1";
  readonly kind: "AdmissionReview";
  readonly request?: AdmissionRequest;
  readonly response?: AdmissionResponse;
}

export type AdmissionOperation = "CREATE" | "UPDATE" | "DELETE";

export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly subResource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: AdmissionOperation;
  readonly userInfo: { readonly username?: string; readonly groups?: readonly string[]; readonly uid?: string };
  /** null for DELETE. */
  readonly object: KubeObject | null;
  /** null for CREATE. */
  readonly oldObject: KubeObject | null;
  readonly dryRun?: boolean;
}

export interface AdmissionResponse {
  /** Of the request. */
  readonly uid: string;
  readonly allowed: boolean;
  /** Why not. Without a code of 400 or more the API server answers 400. */
  readonly status?: Omit<Status, "kind"> & { readonly kind?: "Status" };
  /** Told to whoever asked, whether allowed or not. */
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}
