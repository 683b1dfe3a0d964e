import { heldAnnotation } from "../../cluster/view/held-record.ts";
import { names } from "../manifests/names.ts";
import { predecessorPackage } from "./look.ts";
import { type AdoptionReport, isOfOlm } from "./report.ts";

/** One step of a person: why, and the lines to paste, if any. */
export interface AdoptionStep {
  readonly what: string;
  readonly lines: readonly string[];
}

export interface StepWords {
  /** "kubectl", with what chooses the cluster. */
  readonly kubectl: string;
  /** Drydock as it was called, with the same. */
  readonly drydock: (command: string) => string;
}

/** From the Node Maintenance Operator to ours. Kind and objects stay all along. */
export function stepsOver(report: AdoptionReport, { kubectl, drydock }: StepWords): readonly AdoptionStep[] {
  const plain = report.webhooks.filter(({ isOfOlm: ofOlm }) => !ofOlm);
  return [
    ...(report.drydock.some(({ ready }) => ready > 0)
      ? []
      : [
          {
            what: "Install Drydock. It leaves NodeMaintenances alone as long as the other operator leads.",
            lines: [drydock("install --wait")],
          },
        ]),
    ...(isOfOlm(report) ? outOfOlm(report, kubectl) : scaledDown(report, kubectl)),
    ...(plain.length === 0
      ? []
      : [
          {
            what: "Remove its webhook: with its pods gone, nothing answers it, and every new NodeMaintenance would be refused.",
            lines: plain.map(({ name }) => `${kubectl} delete validatingwebhookconfiguration ${name}`),
          },
        ]),
    { what: "See that Drydock looks after the objects.", lines: [drydock("status"), `${kubectl} get nodemaintenances`] },
  ];
}

/** OLM removes what a ClusterServiceVersion brought: Deployment, rights and webhook. Kinds and their objects it leaves. */
function outOfOlm({ subscriptions, deployments }: AdoptionReport, kubectl: string): readonly AdoptionStep[] {
  const owners = [
    ...deployments.flatMap(({ olm }) => (olm === undefined ? [] : [olm])),
    ...subscriptions.flatMap(({ namespace, version }) => (version === undefined ? [] : [{ namespace, version }])),
  ];
  const versions = new Set(owners.map(({ namespace, version }) => `${kubectl} -n ${namespace} delete clusterserviceversion ${version}`));
  return [
    {
      what: "Take the Subscription away, so that OLM installs nothing again.",
      lines: subscriptions.map(({ namespace, name }) => `${kubectl} -n ${namespace} delete subscription.operators.coreos.com ${name}`),
    },
    {
      what: "Take the ClusterServiceVersion away: its Deployment, rights and webhook go with it; the kind and the objects stay.",
      lines: [...versions],
    },
  ].filter(({ lines }) => lines.length > 0);
}

function scaledDown({ deployments }: AdoptionReport, kubectl: string): readonly AdoptionStep[] {
  const running = deployments.filter(({ replicas }) => replicas > 0);
  if (running.length === 0) return [];
  return [
    {
      what: "Stop it. Its leader lease is not given back, and runs out by itself.",
      lines: running.map(({ namespace, name }) => `${kubectl} -n ${namespace} scale deployment/${name} --replicas=0`),
    },
  ];
}

/** From ours to the Node Maintenance Operator. */
export function stepsBack({ deployments, objects }: AdoptionReport, { kubectl, drydock }: StepWords): readonly AdoptionStep[] {
  const stopped = deployments.filter(({ olm }) => olm === undefined);
  const kept = [...new Set(objects.filter(({ becoming }) => becoming === "is-kept-already").map(({ node }) => node))];
  return [
    {
      what: "Let Drydock leave the kind alone: two operators must not work on one object. Nodes stay as they are.",
      lines: [
        drydock("install --without-medik8s --wait"),
        `${kubectl} delete validatingwebhookconfiguration ${names.nodeMaintenanceWebhook} --ignore-not-found`,
      ],
    },
    stopped.length === 0
      ? { what: `Install the package ${predecessorPackage} from your catalog again, as you did before.`, lines: [] }
      : {
          what: "Start the Node Maintenance Operator. Where its webhook was removed, apply its manifests again instead.",
          lines: stopped.map(({ namespace, name }) => `${kubectl} -n ${namespace} scale deployment/${name} --replicas=1`),
        },
    ...(kept.length === 0
      ? []
      : [
          {
            what: "Remove Drydock's records from these nodes; the other operator undoes cordon, taint and label when an object is deleted, whoever set them.",
            lines: kept.map((node) => `${kubectl} annotate node ${node} ${heldAnnotation}-`),
          },
        ]),
  ];
}
