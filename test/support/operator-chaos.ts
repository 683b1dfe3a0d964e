import { maintenances } from "../../src/api/maintenance.ts";
import { cordonEntry } from "../../src/cluster/view/held-entry.ts";
import { heldAnnotation, parseHeld } from "../../src/cluster/view/held-record.ts";
import type { Node } from "../../src/kube/node.ts";
import type { Json } from "../../src/kube/object.ts";
import { nodes } from "../../src/kube/resource.ts";
import { autoscalerAnnotations, excludeFromRemediation } from "../../src/plan/wish.ts";
import { type Random, seededRandom } from "../../src/runtime/random.ts";
import { everyFault } from "../../src/simulator/faults.ts";
import { randomCluster } from "../../src/simulator/random-cluster.ts";
import { MortalApi } from "./mortal-api.ts";
import { OperatorWorld } from "./operator-world.ts";

const stranger = "stranger";
/** Faults, meddling and deaths end then; what must come about in the end is judged after that. */
const calmAfter = 120_000;
const day = 86_400_000;

/** One seeded run: objects take nodes out while calls fail, processes die and others meddle; then it is calm, and all nodes are wanted back. */
export async function chaosRun(seed: string): Promise<readonly string[]> {
  const run = new ChaosRun(seed);
  await run.disturb();
  return await run.bringBack();
}

class ChaosRun {
  readonly #random: Random;
  readonly #world: OperatorWorld;
  readonly #targets: readonly string[];
  readonly #marks = new Map<string, Set<string>>();
  readonly #cordoned = new Set<string>();
  readonly #replaced = new Set<string>();
  #mortal: MortalApi | undefined;
  #made = 0;

  constructor(seed: string) {
    this.#random = seededRandom(seed);
    const sketch = randomCluster(this.#random.fork("sketch"), { endsAlone: true });
    this.#world = new OperatorWorld(sketch, { seed, faults: { rates: everyFault(this.#random.next() * 0.1), endAfter: calmAfter } });
    this.#targets = sketch.nodes.slice(0, 1 + Math.floor(this.#random.next() * 3)).map(({ name }) => name);
    for (const name of this.#targets) this.#marks.set(name, new Set());
    for (const { name, unschedulable } of sketch.nodes) if (unschedulable === true) this.#cordoned.add(name);
    this.#begin();
  }

  async disturb(): Promise<void> {
    for (const node of this.#targets) this.#maintain(node);
    const end = this.#world.world.clock.now() + calmAfter;
    while (this.#world.world.clock.now() < end) {
      await this.#world.world.elapse(1 + Math.floor(this.#random.next() ** 2 * 20_000));
      this.#meddle();
    }
  }

  async bringBack(): Promise<readonly string[]> {
    for (const node of this.#targets) this.#world.control.reviveNode(node);
    for (const object of this.#world.control.all(maintenances)) {
      if (object.metadata.deletionTimestamp !== undefined) continue;
      this.#edit(object.metadata.name, { paused: false, ...(this.#random.next() < 0.5 ? { desired: "In" } : { cancelled: true }) });
    }
    // A watch that fell silent is found out by its idle deadline alone, which no one waits for.
    using _ = this.#world.world.clock.timer(2 * day, () => {});
    await this.#world.world.reach(() => this.#world.control.all(maintenances).every(({ status }) => status?.phase === "Finished"));
    await this.#world.world.elapse(30_000);
    return [...this.#brokenCalls(), ...this.#brokenEntries(), ...this.#targets.flatMap((node) => this.#leftOn(node))];
  }

  #begin(): void {
    this.#made += 1;
    this.#mortal = new MortalApi(this.#world.world.cluster.api({ name: `operator-${this.#made}` }), Number.POSITIVE_INFINITY);
    this.#world.start({ api: this.#mortal.api });
  }

  #maintain(node: string): void {
    this.#made += 1;
    this.#world.maintain(`${node}-${this.#made}`, {
      nodeName: node,
      ...(this.#random.next() < 0.2 ? { holdUntilReleased: false, drain: { mode: "CordonOnly" } } : {}),
      ...(this.#random.next() < 0.2 ? { onDelete: "Restore" } : {}),
    });
  }

  #edit(name: string, spec: object): void {
    try {
      this.#world.control.edit(maintenances, { name }, { kind: "merge", body: { spec } as Json }, {}, stranger);
    } catch {
      // Refused by a rule of the kind: as anybody may try.
    }
  }

  #meddle(): void {
    const { control } = this.#world;
    const name = this.#pick(this.#targets) ?? "";
    const object = this.#pick(control.all(maintenances));
    const marks = this.#marks.get(name) ?? new Set();
    const deeds: readonly (() => void)[] = [
      () => this.#die(),
      () => this.#die(),
      () => this.#patch(name, { spec: { unschedulable: true } }, () => this.#cordoned.add(name)),
      () => this.#patch(name, { spec: { unschedulable: null } }),
      () => {
        const label = `mark-${this.#made++}`;
        this.#patch(name, { metadata: { labels: { [label]: "theirs" } } }, () => marks.add(label));
      },
      () => this.#patch(name, { metadata: { labels: { [excludeFromRemediation]: null } } }),
      () => this.#edit(object?.metadata.name ?? "", { paused: this.#random.next() < 0.3 }),
      () => this.#edit(object?.metadata.name ?? "", { drain: { allow: ["partial", "unmanaged", "emptydir"] } }),
      () => this.#edit(object?.metadata.name ?? "", { desired: "In" }),
      () => {
        if (object !== undefined && this.#random.next() < 0.5) control.remove(maintenances, { name: object.metadata.name }, {}, stranger);
      },
      () => {
        const isFree = control.all(maintenances).every(({ spec, status }) => spec.nodeName !== name || status?.phase === "Finished");
        if (isFree) this.#maintain(name);
      },
      () => control.killNode(name),
      () => control.reviveNode(name),
      () => control.compact(),
      () => this.#world.world.clock.shiftWall(Math.floor((this.#random.next() - 0.5) * 20_000)),
      () => {
        if (this.#random.next() > 0.3 || control.find(nodes, { name }) === undefined) return;
        control.deleteNode(name, stranger);
        control.addNode({ name });
        this.#replaced.add(name);
        marks.clear();
      },
    ];
    this.#pick(deeds)?.();
  }

  /** As by kill -9, and another process begins. */
  #die(): void {
    this.#mortal?.kill();
    this.#begin();
  }

  #patch(name: string, body: object, done: () => void = () => {}): void {
    if (this.#world.control.find(nodes, { name }) === undefined) return;
    this.#world.control.edit(nodes, { name }, { kind: "merge", body: body as Json }, {}, stranger);
    done();
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#random.next() * from.length)];
  }

  /** No pod is deleted but by eviction, and none is asked to go that is on no node of ours. */
  #brokenCalls(): readonly string[] {
    return this.#world.world.cluster.record.calls
      .filter(({ by, verb, resource }) => by.startsWith("operator") && verb === "delete" && resource === "pods")
      .map(({ name }) => `deleted pod ${name}`);
  }

  /** No cordon is lifted that is not ours by the record on the node. */
  #brokenEntries(): readonly string[] {
    return this.#world.world.cluster.record.entries.flatMap(({ kind, by, before, after, name }) => {
      if (kind !== "Node" || !by.startsWith("operator") || before === undefined || after === undefined) return [];
      const [was, is] = [before as Node, after as Node];
      if (was.spec?.unschedulable !== true || is.spec?.unschedulable === true) return [];
      const held = parseHeld(was.metadata.annotations?.[heldAnnotation]);
      const isOurs = held !== undefined && held !== "unreadable" && held.added.includes(cordonEntry);
      return isOurs ? [] : [`lifted a foreign cordon of ${name}`];
    });
  }

  /** What is ours is gone from the node, and what is theirs is there. */
  #leftOn(name: string): readonly string[] {
    const node = this.#world.control.find(nodes, { name });
    if (node === undefined) return [`node ${name} is gone`];
    const { labels = {}, annotations = {} } = node.metadata;
    return [
      ...[heldAnnotation, ...autoscalerAnnotations]
        .filter((key) => key in annotations)
        .map((key) => `${key} is left on ${name}: ${annotations[key]}`),
      ...(excludeFromRemediation in labels ? [`${excludeFromRemediation} is left on ${name}`] : []),
      ...[...(this.#marks.get(name) ?? [])]
        .filter((label) => labels[label] !== "theirs")
        .map((label) => `their label ${label} of ${name} is gone`),
      ...(node.spec?.unschedulable === true && !this.#cordoned.has(name) ? [`our cordon is left on ${name}`] : []),
    ];
  }
}
