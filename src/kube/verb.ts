/** What RBAC allows or denies. */
export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete";
