/** The API server's own error object (meta/v1 Status). */
export interface Status {
  readonly kind: "Status";
  readonly status?: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: StatusDetails;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
}

export function isStatus(value: unknown): value is Status {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "Status";
}

/** Reason of the cause that marks a refusal by a budget, and a namespace on its way out. */
export const disruptionBudgetCause = "DisruptionBudget";
export const namespaceTerminatingCause = "NamespaceTerminating";

export function hasCause(status: Status | undefined, reason: string): boolean {
  return status?.details?.causes?.some((cause) => cause.reason === reason) ?? false;
}
