import { type Permission, permissions, type RoleName, roleNames } from "../../src/maintenance/role.ts";
import { permissionWords } from "../../src/present/permission-words.ts";
import { roleYaml } from "../../src/present/role-yaml.ts";

/** Every permission with what is lost without it, from the table that roles and `check cluster` are made of. */
export function permissionTable(): string {
  return ["| Permission | | Without it |", "|---|---|---|", ...permissions.map(row)].join("\n");
}

function row({ name, group, resource, verbs, need }: Permission): string {
  const what = `${verbs.map((verb) => `\`${verb}\``).join(" and ")} ${group === "" ? resource : `${resource}.${group}`}`;
  return `| ${what} | ${need} | ${permissionWords[name]} |`;
}

/** A role as `check cluster --print-role` prints it. */
export function roleBlock(name: string): string {
  const role = roleNames.find((one): one is RoleName => one === name);
  if (role === undefined) throw new Error(`no such role: ${name}`);
  return ["```yaml", roleYaml(role), "```"].join("\n");
}
