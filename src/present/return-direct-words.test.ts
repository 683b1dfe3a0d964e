import { expect, test } from "vitest";
import { nodeView } from "../../test/support/cluster-view.ts";
import { planDirectReturn } from "../maintenance/return-direct.ts";
import { textOf } from "./line.ts";
import { directReturnLines } from "./return-direct-words.ts";

const since = "2026-01-05T09:00:00Z";
const holders = [
  { kind: "Maintenance" as const, name: "rack-7", uid: "m1", since, taints: ["medik8s.io/drain:NoSchedule"] },
  { kind: "command" as const, user: "jane", host: "laptop", since },
];
const node = nodeView({
  unschedulable: true,
  taints: [{ key: "medik8s.io/drain", effect: "NoSchedule" }],
  labels: { zone: "b", kept: "theirs" },
  held: {
    nodeUID: "uid-n",
    wasCordoned: false,
    added: ["spec.unschedulable=true", "medik8s.io/drain:NoSchedule", "label:zone=b", "label:kept=ours", "label:new=x"],
    holders,
    undo: [{ step: "scale", target: "deployment shop/web", inverse: { replicas: 2 }, state: "done" }],
    before: { labels: { zone: "a" } },
  },
});
const linesOf = (holder?: string): readonly string[] => {
  const plan = planDirectReturn(node, holder);
  return plan === undefined ? [] : directReturnLines(plan).map(textOf);
};

test("the plan of a way back says line by line what goes, what comes back, and what stays", () => {
  expect(linesOf()).toEqual([
    "node n: held by maintenance/rack-7, jane on laptop",
    "  uncordon",
    "  remove the taint medik8s.io/drain:NoSchedule",
    '  set the label zone back to "a"',
    "  stays as it is: label:kept=ours was set by Drydock, and is not on the node any more or is somebody else's",
    "  stays as it is: label:new=x was set by Drydock, and is not on the node any more or is somebody else's",
    '  not taken back here: scale of deployment shop/web, which would be {"replicas":2}',
  ]);
});

test("for one holder of several it says who stays", () => {
  expect(linesOf("maintenance/rack-7").slice(0, 3)).toEqual([
    "node n: held by maintenance/rack-7, jane on laptop",
    "  leaves: maintenance/rack-7; jane stays",
    "  remove the taint medik8s.io/drain:NoSchedule",
  ]);
  expect(linesOf("maintenance/rack-7").at(-1)).toBe("  kept cordoned: held by jane on laptop too");
});

test("a node that nobody holds has nothing to bring back", () => {
  const plan = planDirectReturn(nodeView());
  expect(plan === undefined ? [] : directReturnLines(plan).map(textOf)).toEqual([
    "node n: nobody holds it by a record of Drydock",
    "  nothing of ours is left on it",
  ]);
});
