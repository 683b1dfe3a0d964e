import { type Permission, permissions, type RoleName, roleNames } from "../../src/maintenance/role.ts";
import { permissionWords, permittedOn } from "../../src/present/permission-words.ts";
import { roleYaml } from "../../src/present/role-yaml.ts";

/** Every permission of a drain with what is lost without it, from the table that roles and `check cluster` are made of. */
export function permissionTable(): string {
  const rows = permissions
    .filter(({ by }) => by !== "objects")
    .map((each) => `| ${may(each)} | ${each.need} | ${permissionWords[each.name]} |`);
  return ["| Permission | | Without it |", "|---|---|---|", ...rows].join("\n");
}

/** Those of the commands that speak to the operator. */
export function objectPermissionTable(): string {
  const rows = permissions.filter(({ by }) => by === "objects").map((each) => `| ${may(each)} | ${permissionWords[each.name]} |`);
  return ["| Permission | Without it |", "|---|---|", ...rows].join("\n");
}

function may({ verbs, ...permission }: Permission): string {
  return `${verbs.map((verb) => `\`${verb}\``).join(" and ")} ${permittedOn(permission)}`;
}

/** A role as `check cluster --print-role` prints it. */
export function roleBlock(name: string): string {
  const role = roleNames.find((one): one is RoleName => one === name);
  if (role === undefined) throw new Error(`no such role: ${name}`);
  return ["```yaml", roleYaml(role), "```"].join("\n");
}
