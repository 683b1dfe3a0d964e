import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isPodReady } from "../../../src/kube/pod.ts";
import type { ControlPlane } from "../fixture/control-plane.ts";
import { type CliLine, ndjson } from "./drydock.ts";
import type { Scene } from "./scene.ts";

/** What kubectl's own drain needs, and the right to read budgets: neither namespaces nor scales of workloads. */
export async function allowKubectlsRights(plane: ControlPlane, user: string): Promise<void> {
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const rules = [
    { apiGroups: [""], resources: ["nodes", "pods"], verbs: ["get", "list", "watch", "patch"] },
    { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: ["list", "watch"] },
    { apiGroups: ["apps"], resources: ["daemonsets"], verbs: ["get", "list"] },
    { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  ];
  await plane.call("POST", `${rbac}/clusterroles`, { metadata: { name: user }, rules });
  await plane.call("POST", `${rbac}/clusterrolebindings`, {
    metadata: { name: user },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: user },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
  });
}

/** What the preview of the scene's first node says, by the names of its pods. */
export interface Previewed {
  readonly code: number | null;
  /** "evict/managed" by the pod's name. */
  readonly pods: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, string>>;
  readonly waves: Readonly<Record<string, number>>;
  readonly evidence: Readonly<Record<string, readonly string[]>>;
  readonly consents: Readonly<Record<string, readonly string[]>>;
  /** "warning drain-skip" */
  readonly findings: readonly string[];
  readonly says: readonly string[];
}

interface PodDocument {
  readonly name: string;
  readonly action: string;
  readonly wave: number;
  readonly consents: readonly string[];
  readonly reason: {
    readonly code: string;
    readonly message: string;
    readonly evidence: readonly { readonly field: string; readonly value: string }[];
  };
}

export async function preview(scene: Scene, ...args: string[]): Promise<Previewed> {
  const { code, stdout, stderr } = await scene.drydock("preview", scene.nodes[0], ...args, "-o", "json");
  if (stdout === "") throw new Error(stderr);
  const document = JSON.parse(stdout) as {
    readonly nodes: readonly { readonly pods: readonly PodDocument[] }[];
    readonly findings: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
  };
  const pods = document.nodes.flatMap((node) => node.pods);
  const byName = <T>(of: (pod: PodDocument) => T): Readonly<Record<string, T>> =>
    Object.fromEntries(pods.map((pod) => [pod.name, of(pod)]));
  return {
    code,
    pods: byName(({ action, reason }) => `${action}/${reason.code}`),
    messages: byName(({ reason }) => reason.message),
    waves: byName(({ wave }) => wave),
    evidence: byName(({ reason }) => reason.evidence.map(({ field, value }) => `${field}=${value}`)),
    consents: byName(({ consents }) => consents),
    findings: document.findings.map(({ severity, code: found }) => `${severity} ${found}`),
    says: document.findings.map(({ message }) => message),
  };
}

/** A file of rules, by its path. */
export async function rulesFile(plane: ControlPlane, scene: Scene, text: string): Promise<string> {
  const path = join(plane.directory, `${scene.namespace}.yaml`);
  await writeFile(path, text);
  return path;
}

/** db-1 has gone and is not made anew before db-0 is Ready, which it is once this is called. */
export async function betweenTwoLives(plane: ControlPlane, scene: Scene): Promise<() => Promise<void>> {
  const [node, other = ""] = scene.nodes;
  await scene.statefulSet({ name: "db", replicas: 3, on: [other, other, node], pods: { grace: 1 } });
  await scene.budget({ name: "db", minAvailable: 2 });
  const mood = (unready: string | null): Promise<void> =>
    scene.patchPod("db-0", { metadata: { annotations: { "drydock.test/unready": unready } } });
  await mood("true");
  await scene.until((all) => all.some(({ metadata, status }) => metadata.name === "db-0" && !isPodReady(status)));
  await plane.call("DELETE", `/api/v1/namespaces/${scene.namespace}/pods/db-1`, { gracePeriodSeconds: 0 });
  await plane.waitFor("poddisruptionbudgets", { namespace: scene.namespace }, ([found]) => found?.status?.expectedPods === 2);
  return () => mood(null);
}

export const blocked =
  (code: string) =>
  (line: CliLine): boolean =>
    line.event === "blocked" && (line["blocker"] as { readonly code: string }).code === code;
export const messageOf = (line: CliLine): string => (line["blocker"] as { readonly message: string }).message;
export const resultOf = (stdout: string): CliLine | undefined => ndjson(stdout).at(-1);
