import type { Container, ContainerStatus, Pod } from "../pod.ts";
import { parseQuantity } from "../quantity.ts";

/** Amounts by resource, as the scheduler counts: thousandths of a core for `cpu`, whole units (bytes, pieces) for all else. */
export type Amounts = ReadonlyMap<string, number>;

type Quantities = Readonly<Record<string, string>>;

const none: Amounts = new Map();

/**
 * What a pod takes of a node: the sum over its containers and sidecars, or what its init containers need at most while they run one after
 * another beside the sidecars started before them, whichever is more; the pod's own requests in place of that where it states them; and the
 * overhead of its sandbox (component-helpers resource.PodRequests). While containers are resized in place the larger amount counts.
 */
export function requestsOf({ spec, status }: Pod): Amounts {
  const states = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const isInfeasible = status?.conditions?.some((c) => c.type === "PodResizePending" && c.reason === "Infeasible") ?? false;
  const actual = (container: Container): Amounts => effective(container, states, isInfeasible);
  const sum = new Map<string, number>();
  for (const container of spec.containers ?? []) addTo(sum, actual(container));
  const sidecars = new Map<string, number>();
  const starting = new Map<string, number>();
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === "Always") {
      const amounts = actual(container);
      addTo(sum, amounts);
      addTo(sidecars, amounts);
      raiseTo(starting, sidecars);
    } else {
      const together = new Map(sidecars);
      addTo(together, amountsOf(container.resources?.requests));
      raiseTo(starting, together);
    }
  }
  raiseTo(sum, starting);
  for (const [resource, amount] of amountsOf(spec.resources?.requests)) if (isPodLevel(resource)) sum.set(resource, amount);
  addTo(sum, amountsOf(spec.overhead));
  return sum.size === 0 ? none : sum;
}

/** The amounts of a list of quantities: a pod's requests, or what a node can give. */
export function amountsOf(quantities: Quantities | undefined): Amounts {
  if (quantities === undefined) return none;
  return new Map(Object.entries(quantities).map(([resource, text]) => [resource, amountOf(resource, text)]));
}

export function addTo(sum: Map<string, number>, more: Amounts, times = 1): void {
  for (const [resource, amount] of more) sum.set(resource, (sum.get(resource) ?? 0) + amount * times);
}

function raiseTo(least: Map<string, number>, other: Amounts): void {
  for (const [resource, amount] of other) if (amount > (least.get(resource) ?? 0)) least.set(resource, amount);
}

/** Spec, what the container has, and what its node has granted: the most of them, or what it has where the node cannot grant what it asks. */
function effective(container: Container, states: readonly ContainerStatus[], isInfeasible: boolean): Amounts {
  const asked = amountsOf(container.resources?.requests);
  const state = states.find(({ name }) => name === container.name);
  if (state?.resources === undefined) return asked;
  const most = new Map(isInfeasible ? none : asked);
  raiseTo(most, amountsOf(state.resources.requests));
  raiseTo(most, amountsOf(state.allocatedResources));
  return most;
}

function isPodLevel(resource: string): boolean {
  return resource === "cpu" || resource === "memory" || resource.startsWith("hugepages-");
}

/** A cluster writes few different quantities, and each of them thousands of times. */
const read = new Map<string, number>();
const readAtMost = 10_000;

function amountOf(resource: string, text: string): number {
  const isCpu = resource === "cpu";
  const key = isCpu ? `cpu ${text}` : text;
  const known = read.get(key);
  if (known !== undefined) return known;
  const unit = isCpu ? 1_000_000n : 1_000_000_000n;
  const nano = parseQuantity(text)?.nano ?? 0n;
  // Rounded up, as Quantity.MilliValue and Value do: whoever asks for a little gets a little.
  const amount = Number(nano / unit) + (nano % unit > 0n ? 1 : 0);
  if (read.size >= readAtMost) read.clear();
  read.set(key, amount);
  return amount;
}
