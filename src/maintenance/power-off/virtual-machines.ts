import { isKubeError } from "../../client/errors.ts";
import { type Source, Sources } from "../../cluster/live/sources.ts";
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

interface Machine {
  readonly namespace: string;
  readonly name: string;
  /** The field that puts it on the node. */
  readonly how: string;
}

/**
 * The virtual machines of one node. They are read once; whoever goes on waiting has them watched from then on, all of them: neither field can be
 * selected by. A kind that the server does not know is not there, and is not asked for again.
 */
export class VirtualMachines implements AsyncDisposable {
  readonly #node: string;
  readonly #s: Surroundings;
  readonly #sources: Sources;
  #first: Condition | undefined;
  #source: Source<string> | undefined;

  /** @param changed once they are watched: what is said of them may be other than it was */
  constructor(node: string, s: Surroundings, changed: () => void) {
    this.#node = node;
    this.#s = s;
    this.#sources = new Sources({ api: s.api, clock: s.clock, random: s.random.fork("virtual machines"), signal: s.stop }, changed);
  }

  /** As known now. */
  async condition(): Promise<Condition> {
    this.#first ??= await readOn(this.#node, this.#s);
    const source = this.#source;
    if (source === undefined) return this.#first;
    const { kind } = source.reflector.status;
    if (kind === "denied") return unknown(this.#node, notAllowed);
    if (!source.isSynced()) return this.#first;
    if (!source.isFresh()) return unknown(this.#node, "the connection to the API server is lost");
    return judged(
      this.#node,
      [...source.store.items()].map(({ namespace = "", name, value: how }) => ({ namespace, name, how })),
    );
  }

  /** Has them watched from now on, where there may be any. */
  follow(): void {
    if (this.#source !== undefined || this.#first?.holds === "none") return;
    this.#source = this.#sources.add(instances, {}, (vmi) => placeOf(vmi, this.#node), {});
    this.#source.reflector.firstOutcome.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sources[Symbol.asyncDispose]();
  }
}

const notAllowed = "may not list virtualmachineinstances.kubevirt.io";

async function readOn(node: string, { api, stop }: Surroundings): Promise<Condition> {
  const found: Machine[] = [];
  try {
    const query = { project: (vmi: VirtualMachineInstance) => placeOf(vmi, node) };
    for await (const page of api.list(instances, query, { signal: stop, lane: "control" })) {
      if (page.restarted === true) found.length = 0;
      for (const { namespace = "", name, value: how } of page.items) if (how !== undefined) found.push({ namespace, name, how });
    }
  } catch (error) {
    if (!isKubeError(error)) throw error;
    if (error.code === "not-found") return condition("off-virtual-machines", "none", { node }, []);
    return unknown(node, error.code === "forbidden" ? notAllowed : error.message);
  }
  return judged(node, found);
}

function unknown(node: string, why: string): Condition {
  return condition("off-virtual-machines", "unknown", { node, why }, []);
}

function judged(node: string, found: readonly Machine[]): Condition {
  if (found.length === 0) {
    return condition("off-virtual-machines", "yes", { node }, [
      { object: { kind: "Node", name: node }, field: `${field} of VirtualMachineInstances`, value: "none" },
    ]);
  }
  const evidence = found.map(({ namespace, name, how }) => ({
    object: { kind: "VirtualMachineInstance", namespace, name },
    field: how,
    value: node,
  }));
  return condition("off-virtual-machines", "no", { node, machines: found.map(({ namespace, name }) => `${namespace}/${name}`) }, evidence);
}

/** The field that puts the machine on this node; undefined where none does. */
function placeOf({ status }: VirtualMachineInstance, node: string): string | undefined {
  if (status === undefined || status.phase === "Succeeded" || status.phase === "Failed") return undefined;
  if (status.nodeName === node) return field;
  const { migrationState } = status;
  return migrationState?.targetNode === node && migrationState.completed !== true ? "status.migrationState.targetNode" : undefined;
}
