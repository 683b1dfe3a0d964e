import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type Metric, metricTable } from "../../src/operator/serving/metric-table.ts";

/** Every metric that the operator writes, from the table that they are made of. */
export function metricReference(): string {
  const rows = Object.entries<Metric>(metricTable).map(([name, { type, labels, help }]) => {
    const by = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${type} | ${by === "" ? "–" : by} | ${help.replaceAll("|", "\\|").replaceAll("<", "&lt;")} |`;
  });
  return ["| Metric | Type | Labels | Tells |", "|---|---|---|---|", ...rows].join("\n");
}

export const alertFile = "deploy/alerts/drydock.rules.yaml";

const rule = z.object({ alert: z.string(), for: z.string(), annotations: z.object({ summary: z.string(), description: z.string() }) });
const ruleFile = z.object({ groups: z.array(z.object({ rules: z.array(rule) })) });

/** Every alert with what it means: its labels stand as NODE, CODE… */
export function alertReference(root: string): string {
  const { groups } = ruleFile.parse(parse(readFileSync(resolve(root, alertFile), "utf8")));
  const plain = (text: string): string =>
    text
      .replaceAll(/\{\{ \$labels\.([a-z_]+) \}\}/g, (_, label: string) => label.toUpperCase())
      .replaceAll(/\{\{ \$value[^}]*\}\}/g, "N")
      .trim();
  const rows = groups
    .flatMap(({ rules }) => rules)
    .map(({ alert, for: long, annotations }) => `| ${alert} | ${long} | ${plain(annotations.summary)} ${plain(annotations.description)} |`);
  return ["| Alert | After | Means |", "|---|---|---|", ...rows].join("\n");
}
