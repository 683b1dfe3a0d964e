import { expect, test } from "vitest";
import { clusterView, owner, podView } from "../../../test/support/cluster-view.ts";
import { planRequest } from "../../../test/support/plan-request.ts";
import type { PodView } from "../../cluster/view/cluster-view.ts";
import type { PlanRequest } from "../../plan/request.ts";
import { composePlan } from "../../plan/compose.ts";
import type { Craft } from "../../plan/craft.ts";
import { drain } from "./drain.ts";

const order = (pods: readonly PodView[], request: Partial<PlanRequest> = {}): readonly string[] =>
  (composePlan([drain as Craft], clusterView({ pods }), planRequest(request)).nodes[0]?.steps ?? [])
    .filter((step) => step.stage === "evacuate")
    .map((step) => `${step.wave} ${step.subject.name}`);

const named = (name: string, priority = 0, given: Partial<PodView> = {}): PodView => podView({ name, priority, ...given });

test("all leave together but infrastructure, which leaves when all others are gone", () => {
  const pods = [named("dns", 2_000_000_000), named("csi", 2_000_001_000), named("web", 1_000), named("batch", -5)];
  expect(order(pods)).toEqual(["0 batch", "0 web", "2000000000 csi", "2000000000 dns"]);
});

test("what stays is in no wave of its own", () => {
  expect(
    order([named("logs", 2_000_001_000, { controller: owner("DaemonSet", "logs") }), named("etcd", 2_000_001_000, { mirror: true })]),
  ).toEqual(["0 etcd", "0 logs"]);
});

test("by priority the least goes first", () => {
  const pods = [named("dns", 2_000_000_000), named("web", 1_000), named("batch", -5), named("api", 1_000)];
  expect(order(pods, { order: "priority" })).toEqual(["-5 batch", "1000 api", "1000 web", "2000000000 dns"]);
});

test("a rule's wave goes before the pod's own, and even infrastructure may be told to leave early", () => {
  const rules: PlanRequest["rules"] = [
    { action: "evict", pods: { matchLabels: { app: "first" } }, wave: -1 },
    { action: "evict", pods: { matchLabels: { app: "last" } }, wave: 7 },
  ];
  const pods = [
    named("late", 0, { labels: { app: "last" } }),
    named("web", 0),
    named("dns", 2_000_000_000),
    named("gateway", 2_000_000_000, { labels: { app: "first" } }),
  ];
  expect(order(pods, { rules })).toEqual(["-1 gateway", "0 web", "7 late", "2000000000 dns"]);
  expect(order(pods, { rules, order: "priority" })).toEqual(["-1 gateway", "0 web", "7 late", "2000000000 dns"]);
});

test("in a wave those that are not Ready go first, then those with volumes", () => {
  const pods = [
    named("a"),
    named("b", 0, { claims: ["data"] }),
    named("c", 0, { ready: false }),
    named("d", 0, { ready: false, claims: ["data"] }),
  ];
  expect(order(pods)).toEqual(["0 c", "0 d", "0 b", "0 a"]);
});
