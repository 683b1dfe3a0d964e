import { expect, test } from "vitest";
import type { Pod } from "../../kube/pod.ts";
import { sharingParts } from "./alike.ts";
import { projectPod } from "./project.ts";

/** As if each came off the wire by itself. */
function podOf(name: string, image = "web", node = "worker-1"): Pod {
  const pod: Pod = {
    metadata: {
      name,
      namespace: "shop-of-the-north",
      uid: `uid-${name}`,
      resourceVersion: "7",
      labels: { app: image, "app.kubernetes.io/part-of": "the-whole-shop" },
      annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "true" },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: image, uid: `owner-of-${image}`, controller: true }],
    },
    spec: {
      nodeName: node,
      containers: [{ name: "c", resources: { requests: { cpu: "100m", memory: "128Mi" } } }],
      volumes: [{ name: "scratch", emptyDir: {} }],
      tolerations: [{ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }],
      nodeSelector: { disk: "ssd" },
    },
  };
  return JSON.parse(JSON.stringify(pod)) as Pod;
}

test("what is shared changes nothing of a pod", () => {
  const share = sharingParts();
  for (const pod of [podOf("a"), podOf("b"), podOf("c", "db"), { metadata: podOf("d").metadata, spec: {} }])
    expect(share(projectPod(pod))).toStrictEqual(projectPod(pod));
});

test("pods of one template have one set of labels, tolerations, owner and demand", () => {
  const share = sharingParts();
  const [a, b] = [share(projectPod(podOf("a"))), share(projectPod(podOf("b")))];
  expect(b.labels).toBe(a.labels);
  expect(b.tolerations).toBe(a.tolerations);
  expect(b.controller).toBe(a.controller);
  expect(b.emptyDirs).toBe(a.emptyDirs);
  expect(b.demand).toBe(a.demand);
});

test("pods that differ are told apart", () => {
  const share = sharingParts();
  const first = share(projectPod(podOf("a")));
  const more = podOf("b");
  const heavier = { ...more, spec: { ...more.spec, containers: [{ name: "c", resources: { requests: { cpu: "200m" } } }] } };
  expect(share(projectPod(heavier)).demand.requests).toEqual(new Map([["cpu", 200]]));
  expect(share(projectPod(podOf("c"))).demand).toEqual(first.demand);
});

test("no more is remembered than is allowed, and all is right nevertheless", () => {
  const share = sharingParts(2);
  for (const name of ["a", "b", "c", "d"]) {
    const pod = podOf(name, name, `worker-${name}`);
    expect(share(projectPod(pod))).toStrictEqual(projectPod(pod));
  }
});
