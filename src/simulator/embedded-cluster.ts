import { KubeError } from "../client/errors.ts";
import type { KubeApi } from "../client/kube-api.ts";
import type { Resource } from "../kube/resource.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { EmbeddedApi } from "./client/embedded-api.ts";
import { Exchange } from "./client/exchange.ts";
import { serverName } from "./client/fault-errors.ts";
import { Control } from "./control.ts";
import { startDefinitionController } from "./controllers/custom-resource-definition.ts";
import { startDaemonSetController } from "./controllers/daemon-set.ts";
import { startDependentsCollector } from "./controllers/dependents.ts";
import { startDeploymentController } from "./controllers/deployment.ts";
import { startDisruptionController } from "./controllers/disruption.ts";
import { startGarbageCollectors } from "./controllers/garbage-collector.ts";
import { startKubelets } from "./controllers/kubelet.ts";
import { startNodeLifecycleController } from "./controllers/node-lifecycle.ts";
import { startReplicaSetController } from "./controllers/replica-set.ts";
import { startScheduler } from "./controllers/scheduler.ts";
import { startStatefulSetController } from "./controllers/stateful-set.ts";
import { startTaintEvictionController } from "./controllers/taint-eviction.ts";
import { startVolumeControllers } from "./controllers/volumes.ts";
import { type FaultPlan, Faults } from "./faults.ts";
import { Groundwork } from "./groundwork.ts";
import { type Latencies, usualLatencies } from "./latency.ts";
import { Lifetime } from "./lifetime.ts";
import { Machines } from "./machines.ts";
import { PodIndex } from "./pod-index.ts";
import { Recorder } from "./record.ts";
import type { AdmissionWebhook } from "./server/admission.ts";
import { ApiServer } from "./server/api-server.ts";
import type { Permissions } from "./server/permissions.ts";
import { ServedKinds } from "./server/served-kinds.ts";
import { Store } from "./store/store.ts";
import type { World } from "./world.ts";

export interface EmbeddedClusterOptions {
  /** Virtual for tests, paced for demos. All the cluster's time is this clock's. */
  readonly clock: Clock;
  readonly random: Random;
  readonly faults?: FaultPlan;
  /** How many changes are kept for watchers that come back; older versions are answered 410. Default 10,000. */
  readonly eventLimit?: number;
  readonly latencies?: Partial<Latencies>;
  /** Custom resources to serve besides the built-in ones. */
  readonly resources?: readonly Resource[];
  /** Validating webhooks, asked about what clients write; `control` writes past them. */
  readonly admission?: readonly AdmissionWebhook[];
  /** false: the controller-manager runs with --controllers=-taint-eviction-controller. */
  readonly taintEviction?: boolean;
}

export interface ClientOptions {
  /** In the record, for RBAC, and to "who am I". Each name has a stream of randomness of its own. Default "drydock". */
  readonly name?: string;
  readonly deny?: Permissions;
}

/** A Kubernetes cluster in process. */
export interface EmbeddedCluster extends AsyncDisposable {
  /** A client of it. Several may be open; two of one name should not be. */
  api(client?: ClientOptions): KubeApi;
  readonly control: Control;
  /** What happened, by whom, whatever any client says of it. */
  readonly record: Recorder;
  /** Resolves when nothing is left that happens by itself; at once where the cluster is at rest. Someone must let time pass meanwhile. */
  settled(): Promise<void>;
  /** How many timers it has on the clock, background ones too. 0 once it is disposed of. */
  readonly timers: number;
}

/** Never throws; what a client asks and it does not have is refused at the call, by name. */
export function createEmbeddedCluster(options: EmbeddedClusterOptions): EmbeddedCluster {
  const { clock, random } = options;
  const life = new Lifetime(clock);
  const store = new Store(clock, options.eventLimit ?? 10_000);
  const index = new PodIndex();
  const world: World = {
    store,
    life,
    index,
    kinds: new ServedKinds(options.resources),
    latencies: { ...usualLatencies, ...options.latencies },
    random: random.fork("server"),
  };
  const record = new Recorder();
  // First of all listeners, so that every other one finds the index and the record as the store is.
  store.onChange((change) => {
    index.see(change);
    world.kinds.see(change);
    record.write(change);
  });
  const machines = new Machines();
  const born = clock.monotonic();
  const faults = new Faults(options.faults ?? { rates: {} }, random.fork("faults"), () => clock.monotonic() - born);
  const registry = new ApiServer(world);
  const webhooks = [...(options.admission ?? [])];
  // A stream of their own: the uids of these are nobody's luck.
  const first = new Groundwork({ ...world, random: random.fork("namespaces") }, "kube-apiserver");
  for (const name of ["default", "kube-system"]) first.namespace(name);

  startKubelets(world, machines);
  startScheduler(world);
  startDisruptionController(world);
  startReplicaSetController(world);
  startStatefulSetController(world);
  startDaemonSetController(world);
  startDeploymentController(world);
  startNodeLifecycleController(world, machines);
  if (options.taintEviction !== false) startTaintEvictionController(world);
  startGarbageCollectors(world);
  startVolumeControllers(world);
  startDefinitionController(world);
  startDependentsCollector(world);

  return {
    api({ name = "drydock", deny = [] } = {}) {
      const close = new AbortController();
      const client = { name, deny, random: random.fork(`client/${name}`), closed: close.signal };
      return new EmbeddedApi(world, registry, new Exchange(world, faults, record, client), faults, webhooks, close);
    },
    control: new Control(world, registry, machines, faults, webhooks),
    record,
    settled: () => life.settled(),
    get timers() {
      return life.timers;
    },
    async [Symbol.asyncDispose]() {
      life.end(new KubeError("unreachable", `${serverName} is shut down`));
    },
  };
}
