import type { StringMap } from "../../kube/object.ts";

/** What we say to a request for admission. */
export interface Decision {
  readonly allowed: boolean;
  /** Why not: complete, for a person; the server puts `admission webhook "NAME" denied the request: ` before it. */
  readonly message?: string;
  /** For the person who asks, refused or not. One line each; the server cuts them at 256 characters. */
  readonly warnings: readonly string[];
  /** For whoever reads the audit log later: keys without a slash. */
  readonly auditAnnotations: StringMap;
}

export function allow(warnings: readonly string[] = [], auditAnnotations: StringMap = {}): Decision {
  return { allowed: true, warnings, auditAnnotations };
}

export function refuse(message: string, warnings: readonly string[] = []): Decision {
  return { allowed: false, message, warnings, auditAnnotations: {} };
}
