import type { Maintenance } from "../../api/maintenance.ts";
import type { NodeMaintenance } from "../../api/node-maintenance.ts";
import type { Node } from "../../kube/node.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { ExitCode } from "../../present/exit-code.ts";
import { exitCodes } from "../../present/exit-code.ts";
import { demoNode } from "../../simulator/demo-cluster.ts";

/** What happens in the demo, in order. Pauses are in milliseconds of the viewer's time. */
export type Scene =
  | { readonly kind: "say"; readonly text: string; readonly pause: number }
  /** A line that is typed and run; `{p}` stands for the program as it was called. */
  | {
      readonly kind: "type";
      readonly line: string;
      readonly expect?: ExitCode;
      readonly manifest?: string;
      /** Where a `kubectl get -w` is stopped. */
      until?(object: KubeObject): boolean;
      readonly pause: number;
    }
  /** A line that leaves something running: the operator. */
  | { readonly kind: "operator"; readonly line: string; readonly pause: number };

export interface Act {
  readonly name: "commands" | "objects";
  /** For whoever chooses. */
  readonly about: string;
  readonly scenes: readonly Scene[];
}

const otherNode = "worker-2";

const maintenance = `apiVersion: drydock.dev/v1alpha1
kind: Maintenance
metadata:
  name: firmware
spec:
  nodeName: ${demoNode}
  reason: new firmware
`;

const nodeMaintenance = `apiVersion: nodemaintenance.medik8s.io/v1beta1
kind: NodeMaintenance
metadata:
  name: fan
spec:
  nodeName: ${otherNode}
  reason: new fan
`;

const commandScenes: readonly Scene[] = [
  {
    kind: "say",
    text: "A simulated cluster of four nodes runs in this process; nothing else is touched. Time goes twice as fast here.",
    pause: 1_500,
  },
  { kind: "say", text: `${demoNode} needs new firmware. What would happen to what runs on it?`, pause: 1_000 },
  { kind: "type", line: `{p} preview ${demoNode}`, expect: exitCodes.blocked, pause: 6_000 },
  {
    kind: "say",
    text: "The database has one pod and a budget that needs one: no drain could ever move it. Two pods, and it can go.",
    pause: 1_500,
  },
  { kind: "type", line: "kubectl scale deployment db --namespace=shop --replicas=2", pause: 2_500 },
  {
    kind: "say",
    text: "Now with the consents that the preview named. The budget of the shop sets the pace: one pod at a time.",
    pause: 1_000,
  },
  { kind: "type", line: `{p} drain ${demoNode} --ignore-daemonsets --delete-emptydir-data`, pause: 2_000 },
  { kind: "say", text: "Empty, and shown to be. After the work, the way back:", pause: 1_000 },
  { kind: "type", line: `{p} uncordon ${demoNode}`, pause: 1_500 },
];

const objectScenes: readonly Scene[] = [
  {
    kind: "say",
    text: "Maintenance as objects: the cluster is as it was at first, and beside it an operator begins to work, in this process too.",
    pause: 1_500,
  },
  { kind: "operator", line: "{p} operator --leader-elect 2>operator.log &", pause: 1_000 },
  { kind: "say", text: "Whoever applies this can go home: the operator takes the node out, and keeps it out.", pause: 1_500 },
  { kind: "type", line: "kubectl apply -f -", manifest: maintenance, pause: 500 },
  {
    kind: "type",
    line: "kubectl get maintenances firmware -w",
    until: (object: Maintenance) => object.status?.phase === "Blocked",
    pause: 1_500,
  },
  { kind: "say", text: "All but the database has left, and the object says what is in the way:", pause: 1_000 },
  { kind: "type", line: `{p} why ${demoNode}`, expect: exitCodes.blocked, pause: 5_000 },
  { kind: "say", text: "A second pod, and the operator goes on by itself.", pause: 1_000 },
  { kind: "type", line: "kubectl scale deployment db --namespace=shop --replicas=2", pause: 500 },
  { kind: "type", line: `{p} wait ${demoNode} --for=empty`, pause: 2_000 },
  { kind: "say", text: "It stays out. Somebody lifts the cordon by hand:", pause: 1_500 },
  { kind: "type", line: `kubectl uncordon ${demoNode}`, pause: 0 },
  { kind: "type", line: `kubectl get nodes ${demoNode} -w`, until: ({ spec }: Node) => spec?.unschedulable === true, pause: 500 },
  { kind: "type", line: "kubectl events --for=maintenance/firmware --types=Warning", pause: 4_000 },
  { kind: "say", text: "The firmware is new. The way back: the node is checked first, then put back exactly as it was.", pause: 1_500 },
  { kind: "type", line: `{p} return ${demoNode}`, pause: 2_000 },
  {
    kind: "say",
    text: "Scripts that speak to the Node Maintenance Operator of medik8s go on working: the same kind, fields and texts.",
    pause: 1_500,
  },
  { kind: "type", line: "kubectl apply -f -", manifest: nodeMaintenance, pause: 500 },
  {
    kind: "type",
    line: "kubectl get nodemaintenances fan -w",
    until: (object: NodeMaintenance) => object.status?.phase === "Succeeded",
    pause: 1_500,
  },
  { kind: "say", text: "Deleting it brings the node back.", pause: 1_000 },
  { kind: "type", line: "kubectl delete nodemaintenance fan", pause: 500 },
  { kind: "type", line: `{p} status`, pause: 1_500 },
];

export const acts: readonly Act[] = [
  { name: "commands", about: "a preview, a drain and the way back", scenes: commandScenes },
  { name: "objects", about: "an operator keeps a node out by an object", scenes: objectScenes },
];

/** What can be chosen. */
export const parts: readonly { readonly name: string; readonly about: string }[] = [
  ...acts,
  { name: "shell", about: "a prompt before the cluster and the operator, to try everything" },
];

export const lastWords = "That was a simulation. With your own cluster, begin with a preview: it changes nothing.";
