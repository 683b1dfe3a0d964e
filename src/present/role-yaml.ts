import { type RoleName, rulesOf } from "../maintenance/role.ts";

/** A whole ClusterRole for `kubectl apply -f -`. */
export function roleYaml(role: RoleName): string {
  return [
    "apiVersion: rbac.authorization.k8s.io/v1",
    "kind: ClusterRole",
    "metadata:",
    `  name: ${{ drain: "drydock-drain", least: "drydock-drain-least", preview: "drydock-preview" }[role]}`,
    "rules:",
    ...rulesOf(role).flatMap(({ apiGroups, resources, verbs }) => [
      `  - apiGroups: ${flow(apiGroups)}`,
      `    resources: ${flow(resources)}`,
      `    verbs: ${flow(verbs)}`,
    ]),
  ].join("\n");
}

function flow(words: readonly string[]): string {
  return `[${words.map((word) => (word === "" ? '""' : word)).join(", ")}]`;
}
