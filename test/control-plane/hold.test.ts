import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../src/client/http/connect.ts";
import type { HttpKubeApi } from "../../src/client/http/http-kube-api.ts";
import { identify } from "../../src/client/http/identity.ts";
import { driftOf } from "../../src/cluster/view/drift.ts";
import { heldAnnotation, type HeldRecord } from "../../src/cluster/view/held-record.ts";
import type { ObjectHolder } from "../../src/cluster/view/holder.ts";
import { projectNode } from "../../src/cluster/view/project.ts";
import { holdNode, releaseNode } from "../../src/execution/node-requests.ts";
import type { Node, Taint } from "../../src/kube/node.ts";
import { formatTaint } from "../../src/kube/taint-spec.ts";
import { objectWish } from "../../src/plan/wish.ts";
import { undoScript } from "../../src/present/undo-script.ts";
import { systemRandom } from "../../src/runtime/random.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { findBinaries } from "./binaries.ts";
import type { AuditEvent } from "./fixture/audit.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";

// What a holder wants of a node, in one write, beside a real node lifecycle controller and real kubectls.
const { signal } = new AbortController();
const run = promisify(execFile);
const userAgent = "drydock/test (hold)";
const exclude = "remediation.medik8s.io/exclude-from-remediation";
const team: Taint = { key: "team", value: "night", effect: "PreferNoSchedule" };
const wish = objectWish({ keepFromAutoscalers: true, medik8sTaints: true, excludeFromRemediation: true });
const cases = ["once", "conflict", "meanwhile", "foreign", "twice", "drift", "script", "label", "replaced"];

let plane: ControlPlane;
let api: HttpKubeApi;

beforeAll(async () => {
  plane = await startControlPlane();
  const kubeconfig = await plane.kubeconfig("admin");
  const identity = await identify({ kubeconfig }, { env: {}, home: undefined, serviceAccount: "/nonexistent", terminal: false }, realClock);
  api = await connect({ identity, clock: realClock, random: systemRandom, userAgent });
  await plane.createNodes(cases.map((name) => ({ name, taints: [team], labels: { [exclude]: "false" } })));
  // The node lifecycle controller completes the labels of new nodes.
  const isComplete = ({ metadata }: Node): boolean => metadata.labels?.["beta.kubernetes.io/arch"] !== undefined;
  await plane.waitFor("nodes", {}, (all) => all.every(isComplete));
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

const holderOf = (node: string): ObjectHolder => ({
  kind: "NodeMaintenance",
  name: node,
  uid: `nm-${node}`,
  since: "2026-01-01T00:00:00Z",
});
const read = (name: string): Promise<Node> => plane.call<Node>("GET", `/api/v1/nodes/${name}`);
const viewOf = async (name: string) => projectNode(await read(name));
const hold = async (name: string, seen?: Node) =>
  await holdNode(seen === undefined ? await viewOf(name) : projectNode(seen), holderOf(name), { api, signal, wish });
const release = async (name: string) => await releaseNode(await viewOf(name), holderOf(name), { api, signal });

async function kubectl(...args: string[]): Promise<void> {
  const { code, stderr } = await plane.kubectl(args);
  if (code !== 0) throw new Error(stderr);
}

/** What several hands change of a node. */
function faceOf({ metadata, spec }: Node): object {
  return {
    labels: metadata.labels,
    annotations: metadata.annotations,
    unschedulable: spec?.unschedulable ?? false,
    taints: spec?.taints ?? [],
  };
}

async function attemptsOn(name: string): Promise<readonly AuditEvent[]> {
  const events = await plane.audit();
  return events.filter((event) => event.userAgent === userAgent && event.verb === "patch" && event.objectRef?.name === name);
}

/** Those that the server took: one that a kubelet's heartbeat overtook is made again from the newer version. */
async function writesTo(name: string): Promise<readonly AuditEvent[]> {
  return (await attemptsOn(name)).filter(({ responseStatus }) => responseStatus?.code === 200);
}

async function recordOf(name: string): Promise<HeldRecord> {
  const { held } = await viewOf(name);
  if (typeof held !== "object") throw new Error(`${name} carries no record`);
  return held;
}

describe.concurrent("an object holds a node", () => {
  test("in one write, ahead of the taints that are there; and one write brings it back exactly", async () => {
    const before = await read("once");
    expect(await hold("once")).toMatchObject({ kind: "held", already: false, foreign: false, unmet: [] });
    const held = await read("once");
    expect(held.spec?.taints?.map(formatTaint)).toEqual([
      "node.kubernetes.io/unschedulable:NoSchedule",
      "medik8s.io/drain:NoSchedule",
      "team=night:PreferNoSchedule",
    ]);
    expect(held.metadata.labels).toMatchObject({ [exclude]: "true" });
    expect(await recordOf("once")).toMatchObject({
      before: { bootID: before.status?.nodeInfo?.bootID, allocatable: before.status?.allocatable, labels: { [exclude]: "false" } },
    });
    expect(await hold("once")).toMatchObject({ kind: "held", already: true });
    expect(await writesTo("once")).toHaveLength(1);
    expect(await release("once")).toMatchObject({ kind: "released" });
    await plane.waitFor("nodes", { fieldSelector: "metadata.name=once" }, ([node]) => (node?.spec?.taints ?? []).length === 1);
    expect(faceOf(await read("once"))).toEqual(faceOf(before));
    expect(await writesTo("once")).toHaveLength(2);
  });

  test("under the version that was read: a conflict is answered by reading again, and what came meanwhile stays", async () => {
    const stale = await read("conflict");
    await kubectl("taint", "node", "conflict", "late=yes:NoSchedule");
    expect(await hold("conflict", stale)).toMatchObject({ kind: "held" });
    const answers = (await attemptsOn("conflict")).map(({ responseStatus }) => responseStatus?.code);
    expect([answers[0], answers.at(-1), answers.filter((code) => code === 200)]).toEqual([409, 200, [200]]);
    expect((await read("conflict")).spec?.taints?.map(formatTaint)).toEqual([
      "node.kubernetes.io/unschedulable:NoSchedule",
      "medik8s.io/drain:NoSchedule",
      "late=yes:NoSchedule",
      "team=night:PreferNoSchedule",
    ]);
  });

  test("and what others change while it does is as they left it", async () => {
    await hold("meanwhile");
    await kubectl("taint", "node", "meanwhile", "team-");
    await kubectl("taint", "node", "meanwhile", "late=yes:NoSchedule");
    await kubectl("label", "node", "meanwhile", `${exclude}=never`, "--overwrite");
    expect(await release("meanwhile")).toMatchObject({ kind: "released" });
    const { metadata, spec } = await read("meanwhile");
    expect(spec?.taints?.map(formatTaint)).toEqual(["late=yes:NoSchedule"]);
    expect(metadata.labels).toMatchObject({ [exclude]: "never" });
    expect(metadata.annotations?.[heldAnnotation]).toBeUndefined();
  });
});

describe.concurrent("a cordon of somebody else stays", () => {
  test("where it was there before, and who set it and when is told", async () => {
    await kubectl("cordon", "foreign");
    expect(await hold("foreign")).toMatchObject({ kind: "held", already: true, foreign: true });
    const cordon = { manager: "kubectl", at: expect.stringMatching(/^\d{4}-/) as string, when: "before" };
    expect(await release("foreign")).toMatchObject({ kind: "kept", why: "foreign", cordon });
    expect((await read("foreign")).spec).toMatchObject({ unschedulable: true, taints: expect.arrayContaining([team]) as Taint[] });
  });

  test("where somebody lifted ours and set it anew while nobody looked", async () => {
    await hold("twice");
    await kubectl("uncordon", "twice");
    await kubectl("cordon", "twice");
    expect(await release("twice")).toMatchObject({ kind: "kept", why: "foreign", cordon: { manager: "kubectl", when: "since" } });
    expect((await read("twice")).spec?.unschedulable).toBe(true);
  });
});

describe.concurrent("what is taken away from a held node", () => {
  test("is seen, with who set another value; nobody is named for what is gone", async () => {
    await hold("drift");
    await kubectl("uncordon", "drift");
    await kubectl("label", "node", "drift", `${exclude}=false`, "--overwrite");
    const node = await viewOf("drift");
    const drift = driftOf(node, node.held, holderOf("drift"), realClock.now());
    const taken = drift.kind === "taken" ? drift.taken : [];
    expect(taken.find(({ entry }) => entry === "spec.unschedulable=true")).toEqual({ entry: "spec.unschedulable=true" });
    expect(taken.find(({ instead }) => instead === "false")).toMatchObject({ by: { manager: "kubectl-label" } });
    const again = { api, signal, wish, reassertedAt: "2026-01-01T00:10:00Z" };
    expect(await holdNode(node, holderOf("drift"), again)).toMatchObject({
      kind: "held",
      retaken: expect.arrayContaining([{ entry: "spec.unschedulable=true" }]) as object[],
    });
    expect((await recordOf("drift")).holders[0]?.reasserted).toEqual(["2026-01-01T00:10:00Z"]);
    expect(await writesTo("drift")).toHaveLength(2);
  });

  test("and set anew by somebody is theirs, though the value is the same", async () => {
    await hold("label");
    await kubectl("label", "node", "label", `${exclude}-`);
    await kubectl("label", "node", "label", `${exclude}=true`);
    await release("label");
    expect((await read("label")).metadata.labels).toMatchObject({ [exclude]: "true" });
  });

  test("with its machine leaves nothing: the new one is held anew", async () => {
    const old = await read("replaced");
    await hold("replaced");
    await plane.call("DELETE", "/api/v1/nodes/replaced");
    await plane.createNodes([{ name: "replaced", labels: { [exclude]: "false" } }]);
    expect(await hold("replaced", old)).toMatchObject({ kind: "failed", error: { code: "not-found" } });
    expect(await hold("replaced")).toMatchObject({ kind: "held", already: false });
    expect((await recordOf("replaced")).nodeUID).not.toBe(old.metadata.uid);
  });
});

test("plain kubectl lines bring a node back exactly, and a second run changes nothing", async () => {
  const before = await read("script");
  await hold("script");
  const found = findBinaries();
  const program = found.kind === "built" ? join(found.folder, "kubectl") : "kubectl";
  const words = { version: "test", at: realClock.now(), kubectl: `${program} --kubeconfig=${plane.kubeconfigPath}` };
  const script = undoScript([await viewOf("script")], words).join("\n");
  await run("sh", ["-c", script]);
  await plane.waitFor("nodes", { fieldSelector: "metadata.name=script" }, ([node]) => (node?.spec?.taints ?? []).length === 1);
  expect(faceOf(await read("script"))).toEqual(faceOf(before));
  await expect(run("sh", ["-c", script])).rejects.toMatchObject({ stderr: expect.stringContaining("not as it was") as string });
});
