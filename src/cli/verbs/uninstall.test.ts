import { expect, test } from "vitest";
import type { UninstallOutcome } from "../../operator/uninstall/outcome.ts";
import type { UninstallOptions } from "../../operator/uninstall/uninstall.ts";
import { cordonEntry } from "../../cluster/view/held-entry.ts";
import { nodeView } from "../../../test/support/cluster-view.ts";
import { fakeWorld, type FakeWorld, type Scripts } from "../testing/fake-world.ts";

const held = nodeView({
  name: "worker-3",
  uid: "uid-3",
  unschedulable: true,
  held: {
    nodeUID: "uid-3",
    wasCordoned: false,
    added: [cordonEntry],
    holders: [{ kind: "Maintenance", name: "rack-7", uid: "m", since: "2026-01-05T09:00:00Z" }],
    undo: [],
  },
});
const out = [{ name: "worker-3", by: ["maintenance/rack-7"] }];
const gone: Extract<UninstallOutcome, { kind: "uninstalled" }> = {
  kind: "uninstalled",
  removed: [{ name: "deployment.apps/drydock-operator", namespace: "drydock-system", state: "deleted" }],
  returned: [],
  left: [],
  objects: [],
};

function worldWhere(outcome: UninstallOutcome, scripts: Scripts = {}): { readonly world: FakeWorld; readonly asked: UninstallOptions[] } {
  const asked: UninstallOptions[] = [];
  const uninstall = async (_: unknown, o: UninstallOptions): Promise<UninstallOutcome> => {
    asked.push(o);
    if (outcome.kind !== "uninstalled") return outcome;
    if (o.agree === undefined || !(await o.agree(out))) return { kind: "declined", asked: o.agree !== undefined };
    outcome.removed.forEach(o.show);
    outcome.returned.forEach(o.showNode);
    return outcome;
  };
  return { world: fakeWorld({ ...scripts, parts: { uninstall } }), asked };
}

test("nodes that are out are named with who holds them, and both ways on are lines to paste", async () => {
  const { world } = worldWhere({ kind: "undecided", out });
  expect(await world.run("uninstall", "--context=prod", "--delete-crds")).toBe(2);
  expect(world.out.written).toBe("");
  expect(world.err.written).toContain("1 node is out; nothing was changed");
  expect(world.err.written).toContain("  worker-3  held by maintenance/rack-7\n");
  expect(world.err.written).toContain("  drydock uninstall --context=prod --delete-crds --return-nodes\n");
  expect(world.err.written).toContain("  drydock uninstall --context=prod --delete-crds --leave-out > undo.sh\n");
});

test("what stays out comes with its script, alone on stdout", async () => {
  const { world, asked } = worldWhere({ ...gone, left: [held], objects: ["maintenance/rack-7"] });
  expect(await world.run("uninstall", "-y", "--leave-out")).toBe(0);
  expect(asked).toMatchObject([{ nodes: "leave", deleteDefinitions: false }]);
  expect(world.out.written).toContain("kubectl uncordon worker-3");
  expect(world.out.written.split("\n").filter((line) => /deleted/.test(line))).toEqual([]);
  expect(world.err.written).toContain("deployment.apps/drydock-operator deleted in drydock-system\n");
  expect(world.err.written).toContain("nobody looks after maintenance/rack-7 any more");
});

test("who is asked sees the nodes, and what the yes stands for", async () => {
  const questions: string[] = [];
  const answer = (question: string): string => {
    questions.push(question);
    return "yes";
  };
  const { world } = worldWhere(gone, { answer });
  expect(await world.run("uninstall", "--return-nodes", "--delete-crds")).toBe(0);
  expect(questions).toEqual(["Remove the operator, bring 1 node back into service and delete its kinds with all their objects? [y/N] "]);
  expect(world.err.written).toContain("worker-3  held by maintenance/rack-7");
});

test("a node that could not be returned, and why, makes the exit code 6", async () => {
  const { world } = worldWhere({
    ...gone,
    returned: [
      { name: "worker-1", state: "in-service" },
      { name: "worker-2", state: "foreign", detail: "kubectl-cordon" },
      { name: "worker-3", state: "failed", detail: "timed out" },
      { name: "worker-4", state: "unreadable" },
    ],
  });
  expect(await world.run("uninstall", "-y", "--return-nodes")).toBe(6);
  expect(world.err.written).toContain("node/worker-1 returned\n");
  expect(world.err.written).toContain("node/worker-2 stays cordoned: the cordon is not Drydock's (kubectl-cordon)");
  expect(world.err.written).toContain("error: node/worker-3 was not returned: timed out");
  expect(world.err.written).toContain("node/worker-4: its record cannot be read");
});

test("without somebody to ask nothing is done", async () => {
  const { world } = worldWhere(gone);
  expect(await world.run("uninstall")).toBe(2);
  expect(world.err.written).toContain("  drydock uninstall --yes\n");
});

test("where nothing was installed it says so", async () => {
  const { world } = worldWhere({ ...gone, removed: [] });
  expect(await world.run("uninstall", "-y")).toBe(0);
  expect(world.err.written).toContain("nothing of the operator was here");
});

test.each([
  [["--return-nodes", "--leave-out"], "--return-nodes and --leave-out contradict each other"],
  [["--keep-crds", "--delete-crds"], "--keep-crds and --delete-crds contradict each other"],
  [["worker-3"], "worker-3"],
])("%j is refused", async (words, said) => {
  const { world, asked } = worldWhere(gone);
  expect(await world.run("uninstall", ...words)).toBe(4);
  expect(world.err.written).toContain(said);
  expect(asked).toEqual([]);
});
