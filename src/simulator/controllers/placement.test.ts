import { describe, expect, test } from "vitest";
import type { Node } from "../../kube/node.ts";
import type { Pod, PodSpec } from "../../kube/pod.ts";
import { seededRandom } from "../../runtime/random.ts";
import { type Candidate, place } from "./placement.ts";

const meta = (name: string, labels = {}) => ({ name, namespace: "web", uid: `uid-${name}`, resourceVersion: "1", labels });

function node(name: string, pods: readonly Pod[] = [], cpu = "2"): Candidate {
  const status: Node["status"] = { allocatable: { cpu, memory: "4Gi", pods: "10" } };
  return { node: { metadata: meta(name, { "kubernetes.io/hostname": name }), status }, pods };
}

function pod(name: string, spec: PodSpec = {}): Pod {
  return { metadata: meta(name, { app: "db" }), spec };
}

const random = () => seededRandom("placement");
const term = { labelSelector: { matchLabels: { app: "db" } }, topologyKey: "kubernetes.io/hostname" };
const averse: PodSpec = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
const cpu = (amount: string): PodSpec => ({ containers: [{ name: "main", resources: { requests: { cpu: amount } } }] });

describe("the embedded scheduler", () => {
  test("puts a pod where there is room, and says why there is none", () => {
    const full = node("a", [pod("x", cpu("2"))]);
    expect(place(pod("p", cpu("1")), [full, node("b")], random())).toEqual({ node: "b" });
    expect(place(pod("p", cpu("1")), [full], random())).toMatchObject({
      message: expect.stringContaining("0/1 nodes are available: 1 Insufficient cpu.") as string,
    });
  });

  test("keeps apart those that want it, and those that others want nowhere near them", () => {
    expect(place(pod("p", averse), [node("a", [pod("x")]), node("b")], random())).toEqual({ node: "b" });
    expect(place(pod("p"), [node("a", [pod("x", averse)]), node("b", [], "1")], random())).toEqual({ node: "b" });
    expect(place(pod("p", averse), [node("a", [pod("x")])], random())).toMatchObject({
      message: expect.stringContaining("1 node(s) didn't match pod anti-affinity rules") as string,
    });
  });

  test("spreads evenly where uneven is refused", () => {
    const spread = {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: term.labelSelector,
    };
    const even = pod("p", { topologySpreadConstraints: [spread] });
    expect(place(even, [node("a", [pod("x")]), node("b", [], "0")], random())).toEqual({ node: "b" });
  });
});
