import { Document, isMap, isScalar, isSeq, visit, type YAMLMap } from "yaml";
import type { Manifest } from "./manifest.ts";
import type { OperatorRule } from "./rules.ts";
import { clusterRules, eventRules, leaseRules, ownRules } from "./rules.ts";
import { written } from "./access.ts";

/** Objects as one YAML file for `kubectl apply -f`. Beside each rule of the operator stands what it is for. */
export function manifestYaml(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => `---\n${documentOf(manifest).toString({ lineWidth: 0, flowCollectionPadding: false })}`).join("");
}

function documentOf(manifest: Manifest): Document {
  const document = new Document(manifest, { aliasDuplicateObjects: false });
  const rules = document.get("rules");
  if (isSeq(rules)) for (const rule of rules.items) if (isMap(rule)) explain(rule);
  flowWords(document);
  return document;
}

const purposes: ReadonlyMap<string, string> = new Map(
  [
    { withoutWebhooks: false, withoutMedik8s: false },
    { withoutWebhooks: false, withoutMedik8s: true },
  ]
    .flatMap((wishes): readonly OperatorRule[] => [...clusterRules(wishes), ...ownRules(wishes), ...leaseRules, ...eventRules])
    .map((rule) => [JSON.stringify(written(rule)), rule.purpose]),
);

function explain(rule: YAMLMap): void {
  const purpose = purposes.get(JSON.stringify(rule));
  if (purpose !== undefined) rule.commentBefore = ` ${purpose}`;
}

/** Short lists of single words on one line, as people write rules. */
function flowWords(document: Document): void {
  visit(document, {
    Seq: (_, list) => {
      const words = list.items.map((item) => (isScalar(item) && typeof item.value === "string" ? item.value : " "));
      if (words.every((word) => !/\s/.test(word)) && words.join(", ").length < 100) list.flow = true;
    },
  });
}
