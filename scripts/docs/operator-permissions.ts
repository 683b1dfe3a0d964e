import { clusterEventNamespace, leaseNamespace, names } from "../../src/operator/manifests/names.ts";
import { clusterRules, eventRules, leaseRules, type OperatorRule, ownRules } from "../../src/operator/manifests/rules.ts";

const everything = { withoutWebhooks: false, withoutMedik8s: false };

/** Every rule of the operator with what it is for, from the table that its roles are made of. */
export function operatorPermissionTable(): string {
  const rows = [
    ...rowsOf("the cluster", clusterRules(everything)),
    ...rowsOf(`\`${names.namespace}\``, ownRules(everything)),
    ...rowsOf(`\`${leaseNamespace}\``, leaseRules),
    ...rowsOf(`\`${clusterEventNamespace}\``, eventRules),
  ];
  return ["| In | May | It |", "|---|---|---|", ...rows].join("\n");
}

function rowsOf(where: string, rules: readonly OperatorRule[]): readonly string[] {
  return rules.map(({ apiGroups: [group = ""], resources, resourceNames, verbs, purpose }) => {
    const what = resources.map((resource) => (group === "" ? resource : `${resource}.${group}`)).join(", ");
    const which = resourceNames === undefined ? "" : ` named ${resourceNames.map((name) => `\`${name}\``).join(", ")}`;
    return `| ${where} | ${verbs.map((verb) => `\`${verb}\``).join(", ")} ${what}${which} | ${purpose} |`;
  });
}
