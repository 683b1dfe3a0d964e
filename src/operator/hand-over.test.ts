import { expect, test } from "vitest";
import { OperatorWorld } from "../../test/support/operator-world.ts";
import { leases } from "../kube/resource.ts";
import { podLabels } from "./manifests/manifest.ts";
import { type OperatorWishes, type RunEnd, runOperator } from "./run-operator.ts";

const namespace = "drydock-system";

test("a process whose node is emptied gives the lease back and ends; another leads and evicts its pod", async () => {
  const world = new OperatorWorld({
    nodes: [{ name: "n" }, { name: "m" }, { name: "o" }],
    workloads: [
      { kind: "Deployment", namespace, name: "drydock-operator", replicas: 2, on: ["n", "m"], pod: { labels: podLabels } },
      { kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "n"] },
    ],
  });
  const { world: drains, control } = world;
  const podOn = (node: string): string | undefined =>
    control.podsOn(node).find(({ metadata }) => metadata.namespace === namespace)?.metadata.name;
  const stop = new AbortController();
  const ends: (readonly [pod: string, end: RunEnd])[] = [];
  const start = (pod: string): Promise<void> => {
    const wishes: OperatorWishes = {
      version: "1.2.3",
      namespace,
      host: pod,
      pod: { namespace, name: pod },
      leaderElect: true,
      metricsAt: "off",
      healthAt: "off",
      webhooks: "off",
      leaseNamespace: "medik8s-leases",
      medik8s: true,
      logFormat: "json",
      logLevel: "error",
      sink: () => {},
    };
    const s = drains.surroundings(stop.signal, { name: pod });
    return runOperator(s, wishes).then((end) => void ends.push([pod, end]));
  };
  const leader = (): string => control.find(leases, { namespace, name: "drydock-operator" })?.spec?.holderIdentity ?? "";
  const [first = "", second = ""] = [podOn("n"), podOn("m")];
  const one = start(first);
  await drains.reach(() => leader().startsWith(first));
  const other = start(second);
  world.maintain("os-patch", { nodeName: "n" });
  await world.reach("os-patch", "Drained");
  expect(ends).toEqual([[first, "handed-over"]]);
  expect(leader()).toMatch(new RegExp(`^${second}_`));
  expect(podOn("n")).toBeUndefined();
  stop.abort();
  await drains.until(Promise.all([one, other]));
  expect(ends).toEqual([
    [first, "handed-over"],
    [second, "stopped"],
  ]);
});
