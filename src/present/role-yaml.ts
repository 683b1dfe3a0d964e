import { type RoleName, rulesOf } from "../maintenance/role.ts";

/** A whole ClusterRole for `kubectl apply -f -`. */
export function roleYaml(role: RoleName): string {
  return [
    "apiVersion: rbac.authorization.k8s.io/v1",
    "kind: ClusterRole",
    "metadata:",
    `  name: ${nameOf[role]}`,
    "rules:",
    ...rulesOf(role).flatMap(({ apiGroups, resources, resourceNames, verbs }) => [
      `  - apiGroups: ${flow(apiGroups)}`,
      `    resources: ${flow(resources)}`,
      ...(resourceNames === undefined ? [] : [`    resourceNames: ${flow(resourceNames)}`]),
      `    verbs: ${flow(verbs)}`,
    ]),
  ].join("\n");
}

const nameOf: Readonly<Record<RoleName, string>> = {
  drain: "drydock-drain",
  least: "drydock-drain-least",
  preview: "drydock-preview",
  maintain: "drydock-maintain",
};

function flow(words: readonly string[]): string {
  return `[${words.map((word) => (word === "" ? '""' : word)).join(", ")}]`;
}
