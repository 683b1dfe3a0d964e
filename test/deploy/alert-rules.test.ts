import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { names } from "../../src/operator/manifests/names.ts";
import { type Metric, metricTable } from "../../src/operator/serving/metric-table.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const file = join(import.meta.dirname, "../../deploy/alerts/drydock.rules.yaml");
const { groups } = parse(readFileSync(file, "utf8")) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

interface Series {
  readonly name: string;
  readonly labels: readonly string[];
}

/** The series that an expression reads, with the labels it selects by. Everything it reads has a selector: the job. */
function seriesOf(expr: string): readonly Series[] {
  return [...expr.matchAll(/([a-z_:][a-z0-9_:]*)\{([^}]*)\}/g)].map(([, name = "", selector = ""]) => ({
    name,
    labels: [...selector.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label),
  }));
}

/** What is grouped by, in the whole expression. */
const groupedBy = (expr: string): readonly string[] =>
  [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = ""]) => labels.split(",").map((label) => label.trim()));

/** The metric of a series: a histogram has three. */
function metricOf(name: string): Metric | undefined {
  const table: Readonly<Record<string, Metric>> = metricTable;
  const base = table[name.replace(/_(bucket|sum|count)$/, "")];
  return base?.type === "histogram" ? base : table[name];
}

describe("the alert rules", () => {
  test("are there, each once", () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  test.each(rules.map((rule) => [rule.alert, rule] as const))("%s reads metrics that exist, by labels that they have", (_, { expr }) => {
    const series = seriesOf(expr);
    expect(series.length).toBeGreaterThan(0);
    for (const { name, labels } of series) {
      const metric = metricOf(name);
      expect({ name, exists: metric !== undefined }).toEqual({ name, exists: true });
      const known = ["job", ...(metric?.labels ?? []), ...(metric?.type === "histogram" ? ["le"] : [])];
      expect(known).toEqual(expect.arrayContaining([...labels, ...groupedBy(expr)]));
      expect(expr).toContain(`job="${names.operator}"`);
    }
    // No metric without a selector: it would read that of any other operator.
    const functions = expr.replace(/\{[^}]*\}/g, "{}").replace(/by \([^)]*\)/g, "");
    const bare = [...functions.matchAll(/\b([a-z]+_[a-z0-9_:]*)\b(?!\s*[{(])/g)].map(([, name]) => name);
    expect(bare).toEqual([]);
  });

  test.each(rules.map((rule) => [rule.alert, rule] as const))(
    "%s says what is wrong and what to do, by labels that its series have",
    (_, rule) => {
      expect(rule.labels.severity).toMatch(/^(critical|warning)$/);
      expect(rule.for).toMatch(/^\d+[mh]$/);
      const { summary, description } = rule.annotations;
      expect(description.length).toBeGreaterThan(40);
      const used = [...`${summary}${description}`.matchAll(/\$labels\.([a-z_]+)/g)].map(([, label]) => label);
      expect(groupedBy(rule.expr)).toEqual(expect.arrayContaining(used));
    },
  );
});
