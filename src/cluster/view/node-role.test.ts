import { describe, expect, test } from "vitest";
import { matches, parseLabelSelector } from "../../kube/selector.ts";
import { isControlPlane, rolesOf } from "./node-role.ts";

const role = (name: string): string => `node-role.kubernetes.io/${name}`;

describe("roles of a node", () => {
  test.each([
    { what: "kubeadm's empty value", labels: { [role("control-plane")]: "" }, names: [role("control-plane")] },
    { what: "Run:ai's documented value", labels: { [role("runai-system")]: "true" }, names: [role("runai-system")] },
    { what: "a role that Run:ai took away", labels: { [role("runai-gpu-worker")]: "false" }, names: [] },
    { what: "KAI's roles without the prefix", labels: { [role("gpu-worker")]: "true" }, names: [role("gpu-worker")] },
    {
      what: "Juno's, several on one node",
      labels: { "juno-innovations.com/service": "true", "juno-innovations.com/workstation": "true" },
      names: ["juno-innovations.com/service", "juno-innovations.com/workstation"],
    },
    { what: "older Juno's, by value", labels: { "junovfx.com/node": "render" }, names: ["junovfx.com/node=render"] },
    { what: "other labels", labels: { "kubernetes.io/os": "linux", "juno-innovations.com/session": "a" }, names: [] },
  ])("$what", ({ labels, names }) => {
    expect(rolesOf(labels).map(({ name }) => name)).toEqual(names);
  });

  test.each(["worker", "agent", "node", "compute"])("%s says that a node is there for anything", (name) => {
    expect(rolesOf({ [role(name)]: "" })).toMatchObject([{ isGeneral: true }]);
  });

  test("the selector of a role finds those that have it, and none that lost it", () => {
    const [found] = rolesOf({ [role("runai-system")]: "true" });
    const parsed = parseLabelSelector(found?.selector ?? "");
    if (!parsed.ok) throw new Error(parsed.message);
    const { selector } = parsed;
    expect(["", "true", "false"].map((value) => matches(selector, { [role("runai-system")]: value }))).toEqual([true, true, false]);
    expect(matches(selector, {})).toBe(false);
  });
});

test.each([
  { labels: { [role("control-plane")]: "" }, is: true },
  { labels: { [role("master")]: "true" }, is: true },
  { labels: { [role("etcd")]: "true" }, is: true },
  { labels: { [role("worker")]: "" }, is: false },
])("a control-plane node: $labels $is", ({ labels, is }) => {
  expect(isControlPlane(labels)).toBe(is);
});
