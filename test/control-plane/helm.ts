import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Manifest } from "../../src/operator/manifests/manifest.ts";
import { findBinaries } from "./binaries.ts";
import type { ControlPlane } from "./fixture/control-plane.ts";
import { type KubectlResult, runKubectl } from "./fixture/kubectl.ts";

export const chart = resolve(import.meta.dirname, "../../deploy/charts/drydock");

/** Runs the helm that was built with the control plane, as the admin of the cluster. */
export async function helm(plane: ControlPlane, ...args: readonly string[]): Promise<KubectlResult> {
  const found = findBinaries();
  if (found.kind === "missing") throw new Error(`no helm: ${found.why}`);
  return await runKubectl(join(found.folder, "helm"), plane.directory, plane.kubeconfigPath, args, {});
}

/** What the chart makes with these values, where no cluster is asked. */
export async function rendered(plane: ControlPlane, namespace: string, values: readonly string[]): Promise<readonly Manifest[]> {
  const { code, stdout, stderr } = await helm(
    plane,
    "template",
    "drydock",
    chart,
    "--namespace",
    namespace,
    ...values.map((value) => `--set=${value}`),
  );
  if (code !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).flatMap((document) => {
    const manifest = document.toJS() as Manifest | null;
    return manifest === null ? [] : [manifest];
  });
}

/** The same objects by name, without the order of objects and rules, and without what only Helm reads. */
export function comparable(manifests: readonly Manifest[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    manifests.map((manifest) => {
      const { kind, metadata, rules, ...rest } = manifest;
      const { annotations: { "helm.sh/resource-policy": _, ...annotations } = {}, ...others } = metadata;
      const sorted = Array.isArray(rules) ? rules.map((rule) => JSON.stringify(rule)).toSorted() : undefined;
      return [`${kind}/${metadata.namespace ?? ""}/${metadata.name}`, { ...rest, metadata: { ...others, annotations }, rules: sorted }];
    }),
  );
}
