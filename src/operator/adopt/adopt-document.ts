import type { Json } from "../../kube/object.ts";
import { formatTime } from "../../kube/time.ts";
import { documentVersion } from "../../present/preview-document.ts";
import { becomingWords } from "./becoming.ts";
import { type AdoptOutcome, isOfOlm, type Workload } from "./report.ts";
import type { AdoptionStep } from "./steps.ts";

/** `adopt nmo -o json`. */
export function adoptionDocument(outcome: AdoptOutcome, steps: readonly AdoptionStep[]): Json {
  const { report } = outcome;
  return {
    apiVersion: documentVersion,
    kind: "Adoption",
    server: report.server,
    result: outcome.kind,
    refusedFor: outcome.kind === "refused" ? outcome.why : null,
    installedByOlm: isOfOlm(report),
    leaders: report.leaders.map(({ namespace, holder, until, isFresh }) => ({ namespace, holder, until: formatTime(until), isFresh })),
    deployments: report.deployments.map(workload),
    subscriptions: report.subscriptions.map(({ namespace, name, version }) => ({ namespace, name, version: version ?? null })),
    definition: report.definition,
    webhooks: report.webhooks.map(({ name, isOfOlm: ofOlm }) => ({ name, installedByOlm: ofOlm })),
    drydock: report.drydock.map(workload),
    objects: report.objects.map(({ name, node, phase, isThere, isCordoned, hasTaint, hasLabel, leaseHolder, becoming }) => ({
      name,
      node,
      phase,
      nodeExists: isThere,
      cordoned: isCordoned,
      tainted: hasTaint,
      labelled: hasLabel,
      leaseHolder: leaseHolder === "" ? null : leaseHolder,
      becomes: becoming,
      message: becomingWords[becoming],
    })),
    notRead: report.notRead.map(({ resource, why }) => ({ resource, why })),
    steps: steps.map(({ what, lines }) => ({ what, lines: [...lines] })),
  };
}

function workload({ namespace, name, replicas, ready, olm }: Workload): Json {
  return { namespace, name, replicas, ready, clusterServiceVersion: olm === undefined ? null : `${olm.namespace}/${olm.version}` };
}
