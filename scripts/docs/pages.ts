import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { codeSection } from "./code-reference.ts";
import { commandList, globalFlagTable, referenceOf } from "./flag-tables.ts";
import { operatorPermissionTable } from "./operator-permissions.ts";
import { kindReference } from "./kind-reference.ts";
import { alertReference, metricReference } from "./metric-table.ts";
import { objectPermissionTable, permissionTable, roleBlock } from "./permission-tables.ts";
import { type Region, renewed } from "./regions.ts";
import { schemaTable } from "./schema-files.ts";
import { Stage } from "./stage.ts";

export const root = resolve(import.meta.dirname, "../..");

/** Every page that a reader sees, as a path from the root. */
export function pages(): readonly string[] {
  return globSync(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**/*.md"], { cwd: root }).toSorted();
}

export function readPage(path: string): string {
  return readFileSync(resolve(root, path), "utf8");
}

/** The page with everything that is made by program made anew: tables of flags, codes, and what the examples print. */
export async function madeAnew(path: string): Promise<string> {
  const stages = new Map<string, Stage>();
  return await renewed(readPage(path), async ({ what, body }: Region) => {
    const [kind = "", name = "", part = ""] = what;
    switch (kind) {
      case "reference":
        return referenceOf(name);
      case "commands":
        return commandList();
      case "global-flags":
        return globalFlagTable();
      case "schema":
        return schemaTable();
      case "kind":
        return kindReference(name, part);
      case "permissions":
        return name === "objects" ? objectPermissionTable() : permissionTable();
      case "operator-permissions":
        return operatorPermissionTable();
      case "metrics":
        return metricReference();
      case "alerts":
        return alertReference(root);
      case "role":
        return roleBlock(name);
      case "codes":
        return codeSection(name);
      case "console": {
        const stage = stages.get(name) ?? new Stage();
        stages.set(name, stage);
        return await playedBlock(body, stage);
      }
      default:
        throw new Error(`${path}: nothing is known that makes "${what.join(" ")}"`);
    }
  });
}

/** Keeps the lines after a `$ ` prompt and puts under each what it prints. */
async function playedBlock(body: string, stage: Stage): Promise<string> {
  const lines: string[] = ["```console"];
  for (const [, command = ""] of body.matchAll(/^\$ (.*)$/gm)) {
    const printed = await stage.play(command);
    lines.push(`$ ${command}`, ...printed.trimEnd().split("\n"));
  }
  return [...lines.filter((line, i) => line !== "" || lines[i - 1]?.startsWith("$ ") !== true), "```"].join("\n");
}
