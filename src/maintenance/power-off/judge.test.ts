import { describe, expect, test } from "vitest";
import { clusterView, type GivenView, nodeView, owner, podView, someTime } from "../../../test/support/cluster-view.ts";
import { ScriptedApi } from "../../../test/support/scripted-api.ts";
import type { NodeView } from "../../cluster/view/cluster-view.ts";
import type { HeldRecord } from "../../cluster/view/held-record.ts";
import { formatTime } from "../../kube/time.ts";
import { composePlan } from "../../plan/compose.ts";
import { seededRandom } from "../../runtime/random.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import { crafts, phrases } from "../crafts.ts";
import { requestsAsIs } from "../request-as-is.ts";
import { nodeStandings } from "../standing.ts";
import { answerOf, type Condition } from "./condition.ts";
import { judge } from "./judge.ts";

const minute = 60_000;
const outSince = someTime - 10 * minute;

function out(given: Partial<NodeView> = {}, record: Partial<HeldRecord> = {}): NodeView {
  const holders = [{ kind: "command" as const, user: "jane", host: "laptop", since: formatTime(outSince) }];
  const held = { nodeUID: "uid-n", wasCordoned: false, added: ["spec.unschedulable=true"], holders, undo: [], ...record };
  return nodeView({ unschedulable: true, held, readySince: outSince - minute, ...given });
}

/** What is judged of the node `n` of this view, cordoned and watched for a minute. */
function judged(node: NodeView, given: GivenView = {}): readonly Condition[] {
  const view = clusterView({ cordonedSince: { n: someTime - minute }, ...given, nodes: [node] });
  const [request] = requestsAsIs([node]);
  if (request === undefined) throw new Error("no request");
  const plan = composePlan(crafts, view, request);
  const s = {
    api: new ScriptedApi(),
    clock: createVirtualClock(someTime),
    random: seededRandom("off"),
    observe: () => {},
    stop: new AbortController().signal,
    host: "h",
  };
  const standing = nodeStandings(plan, view, s).get("n");
  if (standing === undefined) throw new Error("no standing");
  const { conditions, pending } = judge({ node, plan, standing, view, since: someTime - minute });
  expect(pending).toBeUndefined();
  return conditions;
}

const holds = (conditions: readonly Condition[]): Readonly<Record<string, string>> =>
  Object.fromEntries(conditions.map((one) => [one.code, one.holds]));
const says = (conditions: readonly Condition[], code: string): string => {
  const found = conditions.find((one) => one.code === code);
  return found === undefined ? "" : phrases[found.code].text(found.args);
};

describe("whether a machine may be switched off", () => {
  test("everything holds", () => {
    const conditions = judged(out());
    expect(holds(conditions)).toEqual({
      "off-out-of-scheduling": "yes",
      "off-kubelet": "yes",
      "off-empty": "yes",
      "off-quiet": "yes",
      "off-departures": "yes",
      "off-volumes": "yes",
      "off-role": "yes",
    });
    expect(answerOf(conditions)).toBe("yes");
  });

  test("a node in scheduling, or with a pod that a drain would move, is no; the rest is not waited for", () => {
    const open = judged(nodeView({ readySince: outSince }));
    expect(holds(open)).toMatchObject({ "off-out-of-scheduling": "no", "off-quiet": "unknown" });
    const full = judged(out(), { pods: [podView({ name: "a" }), podView({ name: "b", deletionTimestamp: someTime })] });
    expect(says(full, "off-empty")).toBe("not empty: 2 left: web/a, web/b (terminating)");
    expect(answerOf(full)).toBe("no");
  });

  test("pods of DaemonSets and static pods are the node's own; one that only came back is not", () => {
    const own = [podView({ name: "logs", controller: owner("DaemonSet", "logs") }), podView({ name: "proxy", mirror: true })];
    expect(says(judged(out(), { pods: own }), "off-empty")).toContain("2 of the node itself stay");
    const cordonedSince = { n: someTime - 5 * minute };
    const back = podView({ name: "back" });
    const left = podView({ name: "left" });
    const view: GivenView = {
      pods: [back],
      cordonedSince,
      arrivals: [{ pod: back, at: someTime - minute }],
      gone: [{ pod: { ...left, containersEnded: true }, nodeReady: true, at: someTime - 2 * minute }],
    };
    expect(holds(judged(out(), view))["off-empty"]).toBe("no");
  });

  test("a kubelet that is silent, or was away since the node was taken out, leaves it unknown; a proof since then does not", () => {
    expect(holds(judged(out({ ready: false })))["off-kubelet"]).toBe("unknown");
    const late = { readySince: outSince + minute };
    expect(holds(judged(out(late)))["off-kubelet"]).toBe("unknown");
    const evictingSince = formatTime(outSince);
    const proven = {
      kind: "command" as const,
      user: "jane",
      host: "laptop",
      since: evictingSince,
      evictingSince,
      provenAt: formatTime(outSince + 2 * minute),
    };
    expect(holds(judged(out(late, { holders: [proven] })))["off-kubelet"]).toBe("yes");
  });

  test("a drain that was never proven leaves the departures unknown", () => {
    const conditions = judged(out(), { evictedBefore: ["n"] });
    expect(holds(conditions)["off-departures"]).toBe("unknown");
    expect(answerOf(conditions)).toBe("unknown");
  });

  test("pods that are not seen as they are now leave it unknown", () => {
    expect(holds(judged(out(), { stale: ["n"] }))["off-empty"]).toBe("unknown");
  });

  test("a volume that is attached is no; attachments that may not be read are unknown", () => {
    const attachment = { uid: "u", name: "csi-1", node: "n", volume: "pv-1", attached: true };
    const attached = judged(out(), { volumes: { attachments: [attachment] } });
    expect(holds(attached)["off-volumes"]).toBe("no");
    const denied = judged(out(), { volumes: { attachmentsKnown: "denied" } });
    expect(holds(denied)["off-volumes"]).toBe("unknown");
    expect(says(denied, "off-volumes")).toBe("volumes: not checked: may not list volumeattachments.storage.k8s.io");
  });

  test("a member of the control plane whose etcd is not visible is unknown; one too many for the majority is no", () => {
    const labels = { "node-role.kubernetes.io/control-plane": "" };
    expect(holds(judged(out({ labels })))["off-role"]).toBe("unknown");
    const etcd = { by: "role" as const, members: ["n", "m", "o"].map((node) => ({ node, ready: node !== "o" })) };
    const atRisk = judged(out({ labels }), { surroundings: { etcd } });
    expect(holds(atRisk)["off-role"]).toBe("no");
    expect(says(atRisk, "off-role")).toContain("etcd would have 1 of 3 members, and needs 2");
  });
});
