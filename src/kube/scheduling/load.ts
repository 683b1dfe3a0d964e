import type { Demand } from "./demand.ts";
import type { HostPort } from "./host-ports.ts";
import { addTo, type Amounts } from "./requests.ts";

/** What pods take together. */
export interface Sum {
  readonly pods: number;
  readonly used: Amounts;
}

/** What the pods of one node take together. */
export interface Load extends Sum {
  readonly ports: readonly HostPort[];
  /** Without the pods of a lower priority: what is left if all of them were pushed out. */
  without(below: number): Sum;
}

interface MutableSum {
  pods: number;
  readonly used: Map<string, number>;
}

/** A load that grows and shrinks with each pod. */
export class NodeLoad implements Load {
  readonly #total: MutableSum = { pods: 0, used: new Map() };
  readonly #byPriority = new Map<number, MutableSum>();
  ports: readonly HostPort[] = [];

  get pods(): number {
    return this.#total.pods;
  }

  get used(): Amounts {
    return this.#total.used;
  }

  without(below: number): Sum {
    const left: MutableSum = { pods: 0, used: new Map() };
    for (const [priority, sum] of this.#byPriority) if (priority >= below) merge(left, sum.pods, sum.used, 1);
    return left;
  }

  count({ requests, hostPorts, priority }: Demand, times: 1 | -1): void {
    merge(this.#total, 1, requests, times);
    const equals = this.#byPriority.get(priority) ?? { pods: 0, used: new Map() };
    merge(equals, 1, requests, times);
    this.#byPriority.set(priority, equals);
    if (hostPorts.length === 0) return;
    this.ports = times === 1 ? [...this.ports, ...hostPorts] : less(this.ports, hostPorts);
  }

  copy(): NodeLoad {
    const copy = new NodeLoad();
    merge(copy.#total, this.pods, this.used, 1);
    for (const [priority, { pods, used }] of this.#byPriority) copy.#byPriority.set(priority, { pods, used: new Map(used) });
    copy.ports = this.ports;
    return copy;
  }
}

function merge(sum: MutableSum, pods: number, amounts: Amounts, times: 1 | -1): void {
  sum.pods += pods * times;
  addTo(sum.used, amounts, times);
}

function less(ports: readonly HostPort[], gone: readonly HostPort[]): readonly HostPort[] {
  const left = [...ports];
  for (const { port, protocol, address } of gone) {
    const at = left.findIndex((one) => one.port === port && one.protocol === protocol && one.address === address);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}
