import type { Budget } from "../../../src/kube/budget.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { daemonSets, nodes, pods } from "../../../src/kube/resource.ts";
import { formatTime } from "../../../src/kube/time.ts";
import type { Instant } from "../../../src/runtime/clock.ts";
import { nodeText } from "./node-text.ts";
import { daemonPod, workloadPod } from "./pod-text.ts";
import { type Entry, entryOf, type Shelf } from "./shelf.ts";

export interface FleetSize {
  readonly nodes: number;
  readonly pods: number;
}

/** Pods of one workload, under one budget. */
const podsPerApp = 50;
const appsPerNamespace = 20;
const daemons = ["node-agent", "network"] as const;
const firstVersion = 100_000_000;

const idOf = (kind: number, number: number, incarnation = 0): string =>
  `${(kind * 0x10000000 + number).toString(16).padStart(8, "0")}-${incarnation.toString(16).padStart(4, "0")}-4000-8000-${(number * 7919).toString(16).padStart(12, "0")}`;
export const nodeName = (node: number): string => `ip-10-${node >> 8}-${node & 255}-17.eu-central-1.compute.internal`;
const appOf = (slot: number): number => Math.floor(slot / podsPerApp);
const namespaceOf = (app: number): string => `team-${Math.floor(app / appsPerNamespace)}`;
const addressOf = (kind: number, number: number): string => `10.${kind}.${(number >> 8) & 255}.${number & 255}`;

/** Nodes made from their number; only those that somebody has written to are kept. */
export class NodeShelf implements Shelf {
  readonly resource = nodes;
  readonly #size: FleetSize;
  readonly #start: Instant;
  readonly #versions: Float64Array;
  readonly #beats: Float64Array;
  readonly #written = new Map<number, KubeObject>();
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(size: FleetSize, start: Instant) {
    this.#size = size;
    this.#start = start;
    this.#versions = Float64Array.from({ length: size.nodes }, (_, node) => firstVersion + node);
    this.#beats = new Float64Array(size.nodes).fill(start);
    this.#numbers = new Map(Array.from({ length: size.nodes }, (_, node) => [nodeName(node), node]));
  }

  *from(place: number): Iterable<readonly [number, Entry]> {
    for (let node = place; node < this.#size.nodes; node += 1) yield [node + 1, this.at(node)];
  }

  at(node: number): Entry {
    const written = this.#written.get(node);
    if (written !== undefined) return entryOf(written);
    return {
      name: nodeName(node),
      text: () =>
        nodeText.filled({
          NAME: nodeName(node),
          UID: idOf(1, node),
          VERSION: String(this.#versions[node]),
          ADDRESS: addressOf(0, node),
          BOOT: idOf(2, node),
          ZONE: `eu-central-1${"abc".charAt(node % 3)}`,
          BEAT: formatTime(this.#beats[node] ?? 0),
          SINCE: formatTime(this.#start - 86_400_000 - node * 1000),
        }),
    };
  }

  /** Its kubelet says that it is alive. */
  beat(node: number, at: Instant, version: string): Entry {
    this.#versions[node] = Number(version);
    this.#beats[node] = at;
    const written = this.#written.get(node);
    return written === undefined ? this.at(node) : this.put(written, version);
  }

  find(_: string | undefined, name: string): Entry | undefined {
    const node = this.#numbers.get(name);
    return node === undefined ? undefined : this.at(node);
  }

  isOut(node: number): boolean {
    const { spec } = (this.#written.get(node) ?? {}) as { readonly spec?: { readonly unschedulable?: boolean } };
    return spec?.unschedulable === true;
  }

  put(object: KubeObject, version: string): Entry {
    const node = this.#numbers.get(object.metadata.name) ?? Number.NaN;
    const kept = { ...object, metadata: { ...object.metadata, resourceVersion: version } };
    this.#written.set(node, kept);
    return entryOf(kept);
  }

  remove(): void {
    throw new Error("no node goes");
  }
}

/** Pods made from their number: which node each is on, and how often it was replaced, is all that is kept of them. */
export class PodShelf implements Shelf {
  readonly resource = pods;
  readonly #size: FleetSize;
  readonly #start: Instant;
  readonly #nodes: Int32Array;
  readonly #versions: Float64Array;
  readonly #incarnations: Uint16Array;

  constructor(size: FleetSize, start: Instant) {
    this.#size = size;
    this.#start = start;
    this.#nodes = Int32Array.from({ length: size.pods }, (_, slot) => slot % size.nodes);
    this.#versions = Float64Array.from({ length: size.pods }, (_, slot) => firstVersion + size.nodes + slot);
    this.#incarnations = new Uint16Array(size.pods);
  }

  *from(place: number): Iterable<readonly [number, Entry]> {
    for (let slot = place; slot < this.#size.pods; slot += 1) yield [slot + 1, this.at(slot)];
  }

  at(slot: number): Entry {
    const node = this.#nodes[slot] ?? 0;
    const incarnation = this.#incarnations[slot] ?? 0;
    const version = String(this.#versions[slot]);
    const daemon = daemons[Math.floor(slot / this.#size.nodes)];
    const app = daemon ?? `service-${appOf(slot)}`;
    const namespace = daemon === undefined ? namespaceOf(appOf(slot)) : "kube-system";
    const name = `${app}-${daemon === undefined ? "5d8f9c7b6d-" : ""}${nameTail(slot, incarnation)}`;
    const text = (): string =>
      (daemon === undefined ? workloadPod : daemonPod).filled({
        NAME: name,
        NAMESPACE: namespace,
        UID: idOf(3, slot, incarnation),
        VERSION: version,
        NODE: nodeName(node),
        ADDRESS: addressOf(64 + (slot >> 16), slot),
        APP: app,
        OWNER: daemon === undefined ? idOf(4, appOf(slot)) : daemonId(daemon),
        SINCE: formatTime(this.#start - 3_600_000 - slot * 1000),
      });
    return { name, namespace, labels: { app }, node: nodeName(node), text };
  }

  find(namespace: string | undefined, name: string): Entry | undefined {
    const slot = this.slotOf(name);
    const entry = slot === undefined ? undefined : this.at(slot);
    return entry?.name === name && entry.namespace === namespace ? entry : undefined;
  }

  /** The number in its name; whoever asks must see whether it is still this very pod. */
  slotOf(name: string): number | undefined {
    const tail = /-(\d+)x[a-z0-9]+$/.exec(name)?.[1];
    const slot = tail === undefined ? Number.NaN : Number.parseInt(tail, 10);
    return slot < this.#size.pods ? slot : undefined;
  }

  /** Something of its status is written, which changes nothing that anybody decides by. */
  touch(slot: number, version: string): Entry {
    this.#versions[slot] = Number(version);
    return this.at(slot);
  }

  /** Its controller makes another one, bound to this node. */
  replace(slot: number, node: number, version: string): Entry {
    this.#incarnations[slot] = (this.#incarnations[slot] ?? 0) + 1;
    this.#nodes[slot] = node;
    return this.touch(slot, version);
  }

  put(): Entry {
    throw new Error("nobody writes pods here");
  }

  remove(): void {
    throw new Error("pods go by eviction");
  }
}

const nameTail = (slot: number, incarnation: number): string => `${slot}x${incarnation.toString(36)}`;
const daemonId = (daemon: (typeof daemons)[number]): string => idOf(5, daemons.indexOf(daemon));

/** The controllers of the pods that every node has. */
export function daemonSetObjects(): readonly KubeObject[] {
  return daemons.map((name) => ({
    apiVersion: "apps/v1",
    kind: daemonSets.kind,
    metadata: { name, namespace: "kube-system", uid: daemonId(name), resourceVersion: "1", generation: 1 },
    spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [] } } },
    status: { desiredNumberScheduled: 0, currentNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  }));
}

/** A budget for each workload, which always lets one go: its pods are replaced at once. */
export function budgetObjects({ nodes: daemonSlots, pods: all }: FleetSize): readonly Budget[] {
  const first = appOf(daemonSlots * daemons.length);
  return Array.from({ length: appOf(all - 1) - first + 1 }, (_, i) => {
    const app = first + i;
    return {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: {
        name: `service-${app}`,
        namespace: namespaceOf(app),
        uid: idOf(6, app),
        resourceVersion: "1",
        generation: 1,
        labels: { app: `service-${app}` },
      },
      spec: { maxUnavailable: "10%", selector: { matchLabels: { app: `service-${app}` } } },
      status: { observedGeneration: 1, disruptionsAllowed: 5, currentHealthy: podsPerApp, desiredHealthy: 45, expectedPods: podsPerApp },
    };
  });
}
