import { describe, expect, test } from "vitest";
import { barePod, owner, podView } from "../../../../test/support/cluster-view.ts";
import type { PodView } from "../cluster-view.ts";
import { workloadOf } from "./workload-of.ts";

const owned = (apiVersion: string, kind: string, name: string) => ({ ...owner(kind, name), apiVersion });
const topOwner = (key: string, kind: string, group = "run.ai") => ({
  [key]: `name: notes\nuid: 6f1\ngroup: "${group}"\nversion: v1\nkind: ${kind}\n`,
});

interface Row {
  readonly what: string;
  readonly pod: PodView;
  /** product, kind, name, nature, person */
  readonly is: readonly [string, string, string, string, string?];
}

const rows: readonly Row[] = [
  {
    what: "a Run:ai workspace by its top owner, with the user's label",
    pod: podView({ name: "p", annotations: topOwner("run.ai/top-owner-metadata", "InteractiveWorkload"), labels: { user: "ann" } }),
    is: ["Run:ai", "InteractiveWorkload", "notes", "session", "ann"],
  },
  {
    what: "the same as KAI writes it since 0.7, with the user's annotation",
    pod: podView({
      name: "p",
      annotations: { ...topOwner("kai.scheduler/top-owner-metadata", "InteractiveWorkload"), user: "ann" },
      labels: { workloadName: "my-notes" },
    }),
    is: ["Run:ai", "InteractiveWorkload", "my-notes", "session", "ann"],
  },
  {
    what: "the same written as JSON",
    pod: podView({
      name: "p",
      annotations: { "run.ai/top-owner-metadata": '{"name":"notes","group":"run.ai","kind":"InteractiveWorkload"}' },
    }),
    is: ["Run:ai", "InteractiveWorkload", "notes", "session"],
  },
  {
    what: "a Run:ai workspace by its owner",
    pod: podView({ name: "p", controller: owned("run.ai/v2alpha1", "InteractiveWorkload", "notes") }),
    is: ["Run:ai", "InteractiveWorkload", "notes", "session"],
  },
  {
    what: "an interactive job of older versions",
    pod: podView({ name: "p", controller: owned("run.ai/v1", "RunaiJob", "job"), labels: { priorityClassName: "build", user: "ann" } }),
    is: ["Run:ai", "RunaiJob", "job", "session", "ann"],
  },
  {
    what: "a training job of older versions",
    pod: podView({ name: "p", controller: owned("run.ai/v1", "RunaiJob", "job"), labels: { priorityClassName: "train", user: "ann" } }),
    is: ["Run:ai", "RunaiJob", "job", "work", "ann"],
  },
  {
    what: "a training workload: somebody's, but nobody works in it",
    pod: podView({ name: "p", annotations: topOwner("run.ai/top-owner-metadata", "TrainingWorkload"), labels: { user: "ann" } }),
    is: ["Run:ai", "TrainingWorkload", "notes", "work", "ann"],
  },
  {
    what: "a label `user` on anything else says nothing",
    pod: podView({ name: "p", labels: { user: "ann" } }),
    is: ["Kubernetes", "ReplicaSet", "web", "work"],
  },
  {
    what: "an annotation that is no record of owners",
    pod: podView({ name: "p", annotations: { "run.ai/top-owner-metadata": "InteractiveWorkload" } }),
    is: ["Kubernetes", "ReplicaSet", "web", "work"],
  },
  {
    what: "a top owner of another product, seen through KAI",
    pod: podView({ name: "p", annotations: topOwner("kai.scheduler/top-owner-metadata", "PyTorchJob", "kubeflow.org") }),
    is: ["KAI", "PyTorchJob", "notes", "work"],
  },
  {
    what: "a reservation of Run:ai: infrastructure, though nothing owns it",
    pod: barePod({ name: "gpu-reservation-n-x", namespace: "runai-reservation" }),
    is: ["Run:ai", "GPU reservation", "gpu-reservation-n-x", "infrastructure"],
  },
  {
    what: "a reservation of KAI",
    pod: barePod({ name: "gpu-reservation-n-x", namespace: "kai-resource-reservation", labels: { user: "ann" } }),
    is: ["KAI", "GPU reservation", "gpu-reservation-n-x", "infrastructure"],
  },
  {
    what: "a Kubeflow notebook by label and StatefulSet",
    pod: podView({ name: "p", controller: owner("StatefulSet", "lab"), labels: { "notebook-name": "lab" } }),
    is: ["Kubeflow", "Notebook", "lab", "session"],
  },
  {
    what: "a Kubeflow notebook by its owner",
    pod: podView({ name: "p", controller: owned("kubeflow.org/v1", "Notebook", "lab") }),
    is: ["Kubeflow", "Notebook", "lab", "session"],
  },
  {
    what: "a Kubeflow notebook by its top owner",
    pod: podView({ name: "p", annotations: topOwner("kai.scheduler/top-owner-metadata", "Notebook", "kubeflow.org") }),
    is: ["Kubeflow", "Notebook", "notes", "session"],
  },
  {
    what: "a Job that bears a notebook's name is no notebook",
    pod: podView({ name: "p", controller: owned("batch/v1", "Job", "backup"), labels: { "notebook-name": "lab" } }),
    is: ["Kubernetes", "Job", "backup", "work"],
  },
  {
    what: "a server of JupyterHub, with the name as the hub knows it",
    pod: barePod({
      name: "jupyter-ann",
      labels: { component: "singleuser-server", "hub.jupyter.org/username": "ann-40x" },
      annotations: { "hub.jupyter.org/username": "ann@example.com" },
    }),
    is: ["JupyterHub", "Server", "jupyter-ann", "session", "ann@example.com"],
  },
  {
    what: "a server of JupyterHub of which only the labels are set",
    pod: barePod({
      name: "jupyter-ann",
      labels: { component: "singleuser-server", "hub.jupyter.org/username": "ann", "hub.jupyter.org/servername": "gpu" },
    }),
    is: ["JupyterHub", "Server", "gpu", "session", "ann"],
  },
  {
    what: "a component of that name without a hub",
    pod: podView({ name: "p", labels: { component: "singleuser-server" } }),
    is: ["Kubernetes", "ReplicaSet", "web", "work"],
  },
  {
    what: "a DevWorkspace; its creator is a uid and no name",
    pod: podView({
      name: "p",
      labels: { "controller.devfile.io/devworkspace_name": "shop", "controller.devfile.io/creator": "0c1" },
    }),
    is: ["DevWorkspace", "Workspace", "shop", "session"],
  },
  {
    what: "the backup of a DevWorkspace is nobody's session",
    pod: podView({
      name: "p",
      controller: owned("batch/v1", "Job", "backup"),
      labels: { "controller.devfile.io/devworkspace_name": "shop", "controller.devfile.io/backup-job": "true" },
    }),
    is: ["Kubernetes", "Job", "backup", "work"],
  },
  {
    what: "a workstation of Juno",
    pod: podView({
      name: "p",
      controller: owner("StatefulSet", "rocky"),
      labels: { "juno-innovations.com/workstation": "rocky", "juno-innovations.com/user": "ann" },
    }),
    is: ["Juno", "Workstation", "rocky", "session", "ann"],
  },
  {
    what: "a pod that only names a workstation is nobody's",
    pod: podView({ name: "p", labels: { "juno-innovations.com/workstation": "true" } }),
    is: ["Kubernetes", "ReplicaSet", "web", "work"],
  },
  {
    what: "a pod of a Deployment, by the hash in its ReplicaSet's name",
    pod: podView({ name: "p", controller: owner("ReplicaSet", "web-5d8c"), labels: { "pod-template-hash": "5d8c" } }),
    is: ["Kubernetes", "Deployment", "web", "work"],
  },
  { what: "a pod of a ReplicaSet", pod: podView({ name: "p" }), is: ["Kubernetes", "ReplicaSet", "web", "work"] },
  {
    what: "a DaemonSet's pod",
    pod: podView({ name: "p", controller: owner("DaemonSet", "logs") }),
    is: ["Kubernetes", "DaemonSet", "logs", "infrastructure"],
  },
  { what: "a static pod", pod: barePod({ name: "etcd", mirror: true }), is: ["Kubernetes", "Static pod", "etcd", "infrastructure"] },
  { what: "a pod that nothing owns", pod: barePod({ name: "p" }), is: ["Kubernetes", "Pod", "p", "work"] },
];

describe("what a pod belongs to", () => {
  test.each(rows)("$what", ({ pod, is }) => {
    const { product, kind, name, nature, person, evidence } = workloadOf(pod);
    expect([product, kind, name, nature, ...(person === undefined ? [] : [person])]).toEqual(is);
    expect(evidence.length).toBeGreaterThan(0);
    for (const { field, value } of evidence) expect(`${field}=${value}`).toMatch(/^(metadata)\..+=.+/);
  });
});
