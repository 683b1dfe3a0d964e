import { definitions } from "../../src/api/crd.ts";
import { type Maintenance, type MaintenanceSpec, maintenances, type Phase } from "../../src/api/maintenance.ts";
import type { KubeApi } from "../../src/client/kube-api.ts";
import type { Json } from "../../src/kube/object.ts";
import type { Notice } from "../../src/maintenance/lifecycle/state.ts";
import { maintenanceFace } from "../../src/operator/faces/maintenance-face.ts";
import type { Face } from "../../src/operator/keeping/face.ts";
import { Operator, type OperatorOptions } from "../../src/operator/operator.ts";
import { InvariantError } from "../../src/runtime/errors.ts";
import type { ClientOptions } from "../../src/simulator/embedded-cluster.ts";
import type { ClusterSketch } from "../../src/simulator/sketch.ts";
import { DrainWorld, type WorldOptions } from "./drain-world.ts";
import { silentLogger } from "./silent-logger.ts";
import { silentMetrics } from "./silent-metrics.ts";

/** Where an operator runs, if it is to know, and who counts. */
export type Place = Pick<OperatorOptions, "pod" | "handOver"> & Partial<Pick<OperatorOptions, "metrics">>;

/** An embedded cluster that serves our kinds, and operators that work on it, in virtual time. */
export class OperatorWorld {
  readonly world: DrainWorld;
  readonly notices: Notice[] = [];
  readonly #faces: readonly Face[];
  #operators = 0;

  constructor(sketch: Partial<ClusterSketch>, options: WorldOptions = {}, faces: readonly Face[] = [maintenanceFace as Face]) {
    this.world = new DrainWorld(sketch, options);
    this.#faces = faces;
    for (const definition of definitions) this.control.addDefinition(definition);
  }

  get control(): DrainWorld["cluster"]["control"] {
    return this.world.cluster.control;
  }

  /** Begins an operator; it works while time passes. */
  start(as: ClientOptions | { readonly api: KubeApi } = { name: "operator" }, stop = new AbortController(), place: Place = {}): Operator {
    this.#operators += 1;
    const { clock, random, cluster } = this.world;
    return new Operator({
      api: "api" in as ? as.api : cluster.api(as),
      clock,
      random: random.fork(`operator/${this.#operators}`),
      log: silentLogger,
      metrics: silentMetrics,
      tell: (notice) => this.notices.push(notice),
      faces: this.#faces,
      leaseNamespace: "medik8s-leases",
      host: `operator-${this.#operators}`,
      ...place,
      signal: stop.signal,
    });
  }

  /** One that has read everything, and ends when it is disposed of, as time has to pass for that too. */
  async begin(): Promise<AsyncDisposable> {
    const operator = this.start();
    await this.world.until(operator.ready);
    return { [Symbol.asyncDispose]: () => this.world.until(operator[Symbol.asyncDispose]()) };
  }

  maintain(name: string, spec: MaintenanceSpec, metadata: object = {}): void {
    const body = { apiVersion: "drydock.dev/v1alpha1", kind: "Maintenance", metadata: { name, ...metadata }, spec };
    this.control.create(maintenances, body);
  }

  edit(name: string, spec: Partial<MaintenanceSpec>): void {
    this.control.edit(maintenances, { name }, { kind: "merge", body: { spec } as Json });
  }

  remove(name: string): void {
    this.control.remove(maintenances, { name });
  }

  /** As it stands now. */
  seen(name: string): Maintenance | undefined {
    return this.control.find(maintenances, { name });
  }

  phase(name: string): Phase | undefined {
    return this.seen(name)?.status?.phase;
  }

  async reach(name: string, phase: Phase): Promise<Maintenance> {
    await this.world.reach(() => this.phase(name) === phase);
    const object = this.seen(name);
    if (object === undefined) throw new InvariantError(`${name} is gone`);
    return object;
  }
}
