import type { ApiGroup } from "../../../client/kube-api.ts";
import type { HealthCheck } from "../../../kube/health-check.ts";
import { isPaused, reactsAfter } from "../../../kube/health-check.ts";
import type { KubeObject } from "../../../kube/object.ts";
import type { Resource } from "../../../kube/resource.ts";
import { parseTime } from "../../../kube/time.ts";
import type { NodeView } from "../../view/cluster-view.ts";
import type { HealthCheckView, MachineView, Surroundings } from "../../view/surroundings.ts";
import { type Ask, getIfAllowed, listIfAllowed } from "./ask.ts";

const clusterApi = "cluster.x-k8s.io";
const machineApi = "machine.openshift.io";
const medik8s = "remediation.medik8s.io";

/**
 * The machines behind these nodes, and the health checks that could act on them. Asked only of groups that are served: Cluster API's
 * objects most often live in another cluster, where they cannot be seen from here.
 */
export async function readMachines(ask: Ask): Promise<Pick<Surroundings, "machines" | "healthChecks">> {
  const machines = (await Promise.all(ask.nodes.map((node) => machineOf(node, ask)))).filter((machine) => machine !== undefined);
  const groups = [...new Set(machines.map(({ group }) => group))];
  const [ofMachines, ofNodes] = await Promise.all([
    Promise.all(groups.map((group) => healthChecks(group, "MachineHealthCheck", ask))),
    healthChecks(medik8s, "NodeHealthCheck", ask),
  ]);
  return { machines, healthChecks: [...ofMachines.flat(), ...ofNodes] };
}

/** A kind of somebody else's, in the version that the server prefers; undefined where it serves none. */
function foreign<T extends KubeObject>(
  groups: readonly ApiGroup[],
  group: string,
  kind: string,
  namespaced: boolean,
): Resource<T> | undefined {
  const served = groups.find(({ name }) => name === group);
  return served === undefined ? undefined : { group, version: served.preferred, plural: `${kind.toLowerCase()}s`, kind, namespaced };
}

async function machineOf(node: NodeView, ask: Ask): Promise<MachineView | undefined> {
  const place = machineNamed(node);
  const resource = place === undefined ? undefined : foreign(ask.groups, place.group, "Machine", true);
  if (place === undefined || resource === undefined) return undefined;
  const { group, namespace, name } = place;
  const machine = await getIfAllowed(ask, resource, { namespace, name });
  if (machine === undefined) return undefined;
  const { uid, labels = {}, annotations = {}, deletionTimestamp } = machine.metadata;
  const leaving = parseTime(deletionTimestamp);
  const exempt = annotations["cluster.x-k8s.io/paused"] !== undefined || annotations["cluster.x-k8s.io/skip-remediation"] !== undefined;
  return { node: node.name, group, namespace, name, uid, labels, exempt, ...(leaving === undefined ? {} : { deletionTimestamp: leaving }) };
}

/** Cluster API names the machine and its namespace in two annotations, OpenShift in one. */
function machineNamed({
  annotations,
}: NodeView): { readonly group: string; readonly namespace: string; readonly name: string } | undefined {
  const name = annotations["cluster.x-k8s.io/machine"];
  const namespace = annotations["cluster.x-k8s.io/cluster-namespace"];
  if (name !== undefined && namespace !== undefined) return { group: clusterApi, namespace, name };
  const [space, machine] = (annotations["machine.openshift.io/machine"] ?? "").split("/");
  return space === undefined || space === "" || machine === undefined ? undefined : { group: machineApi, namespace: space, name: machine };
}

async function healthChecks(group: string, kind: HealthCheckView["kind"], ask: Ask): Promise<readonly HealthCheckView[]> {
  const resource = foreign<HealthCheck>(ask.groups, group, kind, kind === "MachineHealthCheck");
  if (resource === undefined) return [];
  return (await listIfAllowed(ask, resource, (check) => projectHealthCheck(check, group, kind))) ?? [];
}

function projectHealthCheck(check: HealthCheck, group: string, kind: HealthCheckView["kind"]): HealthCheckView {
  const { name, namespace, uid } = check.metadata;
  const after = reactsAfter(check, kind);
  return {
    kind,
    group,
    name,
    uid,
    selector: check.spec?.selector ?? {},
    paused: isPaused(check),
    ...(check.spec?.clusterName === undefined ? {} : { cluster: check.spec.clusterName }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(after === undefined ? {} : { reactsAfter: after }),
  };
}
