import { describe, expect, test } from "vitest";
import { owner, podView } from "../../../test/support/cluster-view.ts";
import type { PodView } from "./cluster-view.ts";
import { infrastructureOf } from "./infrastructure.ts";

const daemon = (given: Partial<PodView>): PodView => podView({ name: "agent-x", controller: owner("DaemonSet", "agent"), ...given });

describe("a pod that its node needs is told", () => {
  test.each<{ readonly what: string; readonly pod: PodView; readonly service: string; readonly value: string }>([
    {
      what: "by the CNI directory it mounts",
      pod: daemon({ hostPaths: ["/proc", "/opt/cni/bin"] }),
      service: "network",
      value: "/opt/cni/bin",
    },
    {
      what: "by the CSI socket it mounts",
      pod: daemon({ hostPaths: ["/var/lib/kubelet/plugins/x"] }),
      service: "storage",
      value: "/var/lib/kubelet/plugins/x",
    },
    {
      what: "by the device plugins' socket",
      pod: daemon({ hostPaths: ["/var/lib/kubelet/device-plugins"] }),
      service: "devices",
      value: "/var/lib/kubelet/device-plugins",
    },
    {
      what: "as kube-proxy by its label",
      pod: daemon({ labels: { "k8s-app": "kube-proxy" } }),
      service: "service-network",
      value: "kube-proxy",
    },
    {
      what: "as K3s' load balancer",
      pod: daemon({ labels: { "svccontroller.k3s.cattle.io/svcname": "web" } }),
      service: "load-balancing",
      value: "web",
    },
    { what: "by the priority system-node-critical", pod: daemon({ priority: 2_000_001_000 }), service: "node", value: "2000001000" },
    {
      what: "as ourselves, whatever owns it",
      pod: podView({ name: "d", labels: { "app.kubernetes.io/name": "drydock" } }),
      service: "drydock",
      value: "drydock",
    },
  ])("$what", ({ pod, service, value }) => {
    expect(infrastructureOf(pod)).toMatchObject({ service, evidence: { value } });
  });

  test.each<{ readonly what: string; readonly pod: PodView }>([
    { what: "an agent that reads logs", pod: daemon({ hostPaths: ["/var/log", "/var/lib/kubelet/pods"], priority: 1_000_000 }) },
    { what: "a device plugin's name on a Deployment's pod", pod: podView({ name: "x", labels: { "k8s-app": "kube-proxy" } }) },
    { what: "a critical pod of the cluster that starts elsewhere", pod: podView({ name: "dns", priority: 2_000_001_000 }) },
  ])("and $what is none", ({ pod }) => {
    expect(infrastructureOf(pod)).toBeUndefined();
  });
});
