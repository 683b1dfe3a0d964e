import { expect, test } from "vitest";
import { podView, someTime } from "../../../../test/support/cluster-view.ts";
import { fieldOf, marksOn } from "./marks.ts";

const hour = 3_600_000;
const labelled = (value: string) => podView({ name: "a", labels: { "cluster.x-k8s.io/drain": value } });
const protectedFor = (value: string, startedAt?: number) =>
  podView({ name: "a", annotations: { "karpenter.sh/do-not-disrupt": value }, ...(startedAt === undefined ? {} : { startedAt }) });
const told = (pod: ReturnType<typeof podView>) => marksOn(pod).map(({ tool, wish, until }) => ({ tool, wish, until }));

test.each([
  ["skip", "drain-skip"],
  ["Skip", "drain-skip"],
  ["WAIT-completed", "drain-wait-completed"],
  ["never", undefined],
  ["toString", undefined],
])("cluster.x-k8s.io/drain=%s is read without case: %s", (value, wish) => {
  expect(told(labelled(value))).toEqual([{ tool: "cluster-api", wish, until: undefined }]);
});

test("cluster.x-k8s.io/drain=drain asks for nothing", () => {
  expect(marksOn(labelled("drain"))).toEqual([]);
});

test.each([
  ["true", "do-not-disrupt", undefined],
  ["4h", "do-not-disrupt", someTime + 4 * hour],
  ["1h30m", "do-not-disrupt", someTime + 1.5 * hour],
  ["0s", undefined, undefined],
  ["-5m", undefined, undefined],
  ["soon", undefined, undefined],
  ["True", undefined, undefined],
])("karpenter.sh/do-not-disrupt=%s is %s until %s", (value, wish, until) => {
  expect(told(protectedFor(value, someTime))).toEqual([{ tool: "karpenter", wish, until }]);
});

test("a duration begins with the pod's start: before it there is no end yet", () => {
  expect(told(protectedFor("4h"))).toEqual([{ tool: "karpenter", wish: "do-not-disrupt", until: undefined }]);
});

test("karpenter.sh/do-not-disrupt=false asks for nothing, as does safe-to-evict=true", () => {
  expect(marksOn(protectedFor("false"))).toEqual([]);
  expect(marksOn(podView({ name: "a", annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "true" } }))).toEqual([]);
});

test("all marks of a pod are found, each where it stands", () => {
  const pod = podView({
    name: "a",
    labels: { "cluster.x-k8s.io/drain": "skip" },
    annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false", "karpenter.sh/do-not-disrupt": "true" },
  });
  expect(marksOn(pod).map(fieldOf)).toEqual([
    'metadata.labels["cluster.x-k8s.io/drain"]',
    'metadata.annotations["karpenter.sh/do-not-disrupt"]',
    'metadata.annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"]',
  ]);
});
