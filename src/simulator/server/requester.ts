/** Who calls. */
export interface Requester {
  /** As the record and RBAC's refusals name it. */
  readonly name: string;
  /** For managedFields. */
  readonly manager: string;
}
