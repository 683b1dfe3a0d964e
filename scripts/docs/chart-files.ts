import type { Manifest } from "../../src/operator/manifests/manifest.ts";
import { lasting, operator } from "../../src/operator/manifests/manifests.ts";
import { defaultOptions, type ManifestOptions } from "../../src/operator/manifests/options.ts";
import { manifestYaml } from "../../src/operator/manifests/yaml.ts";

const folder = "deploy/charts/drydock/templates";
/** Stands for the release's namespace until the YAML is text. */
const anyNamespace = "drydock-namespace-of-the-release";

/** What a chart's values can leave out, and what a template asks for it. */
const choices = [
  { option: "withoutMedik8s", asks: ".Values.medik8s.enabled" },
  { option: "withoutWebhooks", asks: ".Values.webhooks.enabled" },
] as const;

/** Every way to choose. */
const variants: readonly ManifestOptions[] = [0, 1, 2, 3].map((bits) => ({
  ...defaultOptions("VERSION"),
  namespace: anyNamespace,
  ...Object.fromEntries(choices.map(({ option }, n) => [option, (bits & (1 << n)) !== 0])),
}));

/** One object as each variant that has it makes it. */
type Versions = ReadonlyMap<ManifestOptions, Manifest>;

/**
 * The templates that are made by program: everything but the Deployment and its budget, which values shape in many ways, and the namespace,
 * which is the release's.
 */
export function chartFiles(): ReadonlyMap<string, string> {
  const inOperator = objects(operator);
  const of = (...kinds: readonly string[]): string =>
    inOperator
      .filter(({ kind }) => kinds.includes(kind))
      .map(objectTemplate)
      .join("");
  const files = {
    "lasting.yaml": objects(lasting).map(lastingTemplate).join(""),
    "access.yaml": of("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
    "services.yaml": of("Service", "Secret"),
    "webhooks.yaml": of("ValidatingWebhookConfiguration"),
  };
  const head = "{{- /* Made by `npm run docs` from src/operator/manifests/: change it there. */}}\n";
  return new Map(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, `${head}${text}`]));
}

interface Versioned {
  readonly kind: string;
  readonly newest: Manifest;
  readonly versions: Versions;
}

function objects(make: (o: ManifestOptions) => readonly Manifest[]): readonly Versioned[] {
  const found = new Map<string, { readonly newest: Manifest; readonly versions: Map<ManifestOptions, Manifest> }>();
  for (const variant of variants)
    for (const manifest of make(variant)) {
      const { kind, metadata } = manifest;
      const id = `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
      const known = found.get(id) ?? { newest: manifest, versions: new Map<ManifestOptions, Manifest>() };
      known.versions.set(variant, manifest);
      found.set(id, known);
    }
  return [...found.values()].map(({ newest, versions }) => ({ kind: newest.kind, newest, versions }));
}

function objectTemplate({ newest, versions }: Versioned): string {
  const text = versions.size > 0 && Array.isArray(newest["rules"]) ? withRules(newest, versions) : sameText(newest, versions);
  return guarded(conditionOf([...versions.keys()], variants), text);
}

/** Kept by Helm when the release goes, and never taken over by it: whoever made it, the operator brings it to its own version. */
function lastingTemplate(object: Versioned): string {
  const { newest, versions } = object;
  const annotations = { ...newest.metadata.annotations, "helm.sh/resource-policy": "keep" };
  const kept = (manifest: Manifest): Manifest => ({ ...manifest, metadata: { ...manifest.metadata, annotations } });
  const text = sameText(kept(newest), new Map([...versions].map(([variant, manifest]) => [variant, kept(manifest)])));
  const absent = `not (lookup "${newest.apiVersion}" "${newest.kind}" "" "${newest.metadata.name}")`;
  const condition = conditionOf([...versions.keys()], variants);
  return guarded(condition === undefined ? absent : `and ${condition} (${absent})`, text);
}

function sameText(newest: Manifest, versions: Versions): string {
  const texts = new Set([...versions.values()].map((manifest) => templated(manifestYaml([manifest]))));
  if (texts.size !== 1) throw new Error(`${newest.kind} ${newest.metadata.name} differs between variants, and no template says how`);
  return [...texts].join("");
}

/** Each rule once, under the condition in which the role has it. */
function withRules(newest: Manifest, versions: Versions): string {
  const { rules: _, ...head } = newest;
  const having = new Map<string, ManifestOptions[]>();
  for (const [variant, { rules }] of versions)
    for (const rule of rules as readonly Manifest[string][]) {
      const alone = manifestYaml([{ ...head, rules: [rule ?? null] } as Manifest]);
      const text = templated(alone.slice(alone.indexOf("\nrules:\n") + "\nrules:\n".length));
      having.set(text, [...(having.get(text) ?? []), variant]);
    }
  const rules = [...having].map(([text, in_]) => guarded(conditionOf(in_, [...versions.keys()]), text));
  return `${templated(manifestYaml([head as Manifest]))}rules:\n${rules.join("")}`;
}

function guarded(condition: string | undefined, text: string): string {
  return condition === undefined ? text : `{{- if ${condition} }}\n${text}{{- end }}\n`;
}

/** What a template asks to tell these variants from the others of `among`; undefined where they are all. */
function conditionOf(some: readonly ManifestOptions[], among: readonly ManifestOptions[]): string | undefined {
  const asked = choices.flatMap(({ option, asks }) => {
    const [value, another] = new Set(some.map((variant) => variant[option]));
    const isTelling = another === undefined && among.some((variant) => variant[option] !== value);
    return isTelling
      ? [{ asks: value === true ? `(not ${asks})` : asks, holds: (variant: ManifestOptions) => variant[option] === value }]
      : [];
  });
  if (among.filter((variant) => asked.every(({ holds }) => holds(variant))).length !== some.length)
    throw new Error("no condition of a template tells these variants from the others");
  if (asked.length === 0) return undefined;
  return asked.length === 1 ? asked.map(({ asks }) => asks).join("") : `(and ${asked.map(({ asks }) => asks).join(" ")})`;
}

function templated(yaml: string): string {
  if (yaml.includes("{{")) throw new Error("a manifest holds what a template would read");
  return yaml
    .replaceAll(anyNamespace, '{{ include "drydock.namespace" . }}')
    .replaceAll("app.kubernetes.io/version: VERSION", "app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}")
    .replaceAll("drydock.dev/version: VERSION", "drydock.dev/version: {{ .Chart.AppVersion | quote }}");
}
