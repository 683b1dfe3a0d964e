import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Node, Taint } from "../../src/kube/node.ts";
import { type Ended, startDrydock } from "./drain/drydock.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";

// `taint` beside the real kubectl: the same words on twin nodes, and what both say and leave.
let plane: ControlPlane;
let kubeconfig: string;

const gpu: Taint = { key: "dedicated", value: "gpu", effect: "NoSchedule" };

const cases: readonly (readonly [name: string, words: readonly string[]])[] = [
  ["add", ["a=b:NoSchedule"]],
  ["add-two", ["a=b:NoSchedule", "c:PreferNoSchedule"]],
  ["add-execute", ["runai=drain:NoExecute"]],
  ["empty-value", ["a=:NoSchedule"]],
  ["add-and-remove", ["a=b:NoSchedule", "dedicated-"]],
  ["remove", ["dedicated:NoSchedule-"]],
  ["remove-with-value", ["dedicated=gpu:NoSchedule-"]],
  ["remove-by-key", ["dedicated-"]],
  ["overwrite", ["dedicated=cpu:NoSchedule", "--overwrite"]],
  ["overwrite-same", ["dedicated=gpu:NoSchedule", "--overwrite"]],
  ["overwrite-nothing", ["a=b:NoSchedule", "--overwrite"]],
  ["present", ["dedicated=cpu:NoSchedule"]],
  ["absent", ["nothing:NoSchedule-"]],
  ["absent-two", ["nothing:NoSchedule-", "none-"]],
  ["dry-client", ["a=b:NoSchedule", "--dry-run=client"]],
  ["dry-server", ["a=b:NoSchedule", "--dry-run=server"]],
  ["dry-bare", ["a=b:NoSchedule", "--dry-run"]],
  ["no-effect", ["a=b"]],
  ["bad-effect", ["a=b:Never"]],
  ["bad-key", ["_a=b:NoSchedule"]],
  ["bad-value", ["a=_:NoSchedule"]],
  ["colons", ["a=b:NoSchedule:x"]],
  ["twice", ["a=b:NoSchedule", "a=c:NoSchedule"]],
  ["both", ["a=b:NoSchedule", "a-"]],
  ["late-name", ["a=b:NoSchedule", "more"]],
  ["no-change", []],
];

beforeAll(async () => {
  plane = await startControlPlane({ audit: "none" });
  kubeconfig = await plane.kubeconfig("admin");
  await plane.createNodes(cases.flatMap(([name]) => ["ours", "theirs"].map((whose) => ({ name: `${name}-${whose}`, taints: [gpu] }))));
});

afterAll(async () => {
  await plane[Symbol.asyncDispose]();
});

const drydock = (...words: readonly string[]): Promise<Ended> =>
  startDrydock([...words, "--kubeconfig", kubeconfig], plane.directory).ended;

async function taintsOf(name: string): Promise<readonly string[]> {
  const { spec } = await plane.call<Node>("GET", `/api/v1/nodes/${name}`);
  return (spec?.taints ?? []).map(({ key, value = "", effect }) => `${key}=${value}:${effect}`).toSorted();
}

/** The first of kubectl's errors. */
function errorIn(stderr: string): string {
  return stderr.split("\n").find((line) => line.startsWith("error: ")) ?? "";
}

describe.concurrent("taint says and does what kubectl's does", () => {
  test.each(cases)("%s %j", async (name, words) => {
    const [ours, theirs] = [`${name}-ours`, `${name}-theirs`];
    const it = await drydock("taint", "nodes", ours, ...words);
    const kubectl = await plane.kubectl(["taint", "nodes", theirs, ...words]);
    expect(it.code === 0).toBe(kubectl.code === 0);
    const asOurs = (text: string): string => text.replaceAll(theirs, ours);
    expect(it.stdout).toBe(asOurs(kubectl.stdout));
    expect(await taintsOf(ours)).toEqual(await taintsOf(theirs));
    const error = asOurs(errorIn(kubectl.stderr));
    // Of several faults kubectl makes one line in brackets.
    if (!error.startsWith("error: [")) expect(it.stderr).toContain(error);
  });

  test.each<readonly [string, readonly string[]]>([
    ["neither names nor a choice", ["nodes", "a=b:NoSchedule"]],
    ["all and labels", ["nodes", "--all", "-l", "a=b", "a=b:NoSchedule"]],
    ["another kind", ["pods", "x", "a=b:NoSchedule"]],
    ["nothing at all", []],
  ])("%s is refused in the same words", async (_, words) => {
    const it = await drydock("taint", ...words);
    const kubectl = await plane.kubectl(["taint", ...words]);
    expect(it.code).toBe(4);
    expect(it.stderr).toContain(errorIn(kubectl.stderr));
  });
});
