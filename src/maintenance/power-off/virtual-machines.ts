import { isKubeError } from "../../client/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Surroundings } from "../work.ts";
import type { Condition } from "./condition.ts";
import { condition } from "./judge.ts";

interface VirtualMachineInstance extends KubeObject {
  readonly status?: {
    readonly phase?: string;
    readonly nodeName?: string;
    readonly migrationState?: { readonly targetNode?: string; readonly completed?: boolean };
  };
}

const instances: Resource<VirtualMachineInstance> = {
  group: "kubevirt.io",
  version: "v1",
  plural: "virtualmachineinstances",
  kind: "VirtualMachineInstance",
  namespaced: true,
};

const field = "status.nodeName";

/** Read once, all of them: neither field can be selected by. A kind that the server does not know is not there. */
export async function virtualMachinesOn(node: string, { api, stop }: Surroundings): Promise<Condition> {
  const found: { readonly namespace: string; readonly name: string; readonly how: string }[] = [];
  try {
    const query = { project: (vmi: VirtualMachineInstance) => placeOf(vmi, node) };
    for await (const page of api.list(instances, query, { signal: stop, lane: "control" })) {
      if (page.restarted === true) found.length = 0;
      for (const { namespace = "", name, value: how } of page.items) if (how !== undefined) found.push({ namespace, name, how });
    }
  } catch (error) {
    if (!isKubeError(error)) throw error;
    if (error.code === "not-found") return condition("off-virtual-machines", "none", { node }, []);
    const why = error.code === "forbidden" ? "may not list virtualmachineinstances.kubevirt.io" : error.message;
    return condition("off-virtual-machines", "unknown", { node, why }, []);
  }
  const evidence = found.map(({ namespace, name, how }) => ({
    object: { kind: "VirtualMachineInstance", namespace, name },
    field: how,
    value: node,
  }));
  if (found.length === 0) {
    return condition("off-virtual-machines", "yes", { node }, [
      { object: { kind: "Node", name: node }, field: `${field} of VirtualMachineInstances`, value: "none" },
    ]);
  }
  return condition("off-virtual-machines", "no", { node, machines: found.map(({ namespace, name }) => `${namespace}/${name}`) }, evidence);
}

/** The field that puts the machine on this node; undefined where none does. */
function placeOf({ status }: VirtualMachineInstance, node: string): string | undefined {
  if (status === undefined || status.phase === "Succeeded" || status.phase === "Failed") return undefined;
  if (status.nodeName === node) return field;
  const { migrationState } = status;
  return migrationState?.targetNode === node && migrationState.completed !== true ? "status.migrationState.targetNode" : undefined;
}
