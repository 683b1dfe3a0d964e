import type { Budget } from "../../../src/kube/budget.ts";
import type { Node } from "../../../src/kube/node.ts";
import type { Pod } from "../../../src/kube/pod.ts";
import type { VolumeAttachment } from "../../../src/kube/volume.ts";
import type { AuditEvent } from "../fixture/audit.ts";
import { type ControlPlane, startControlPlane } from "../fixture/control-plane.ts";
import {
  deletedWithoutEviction,
  foreignMarkLifted,
  isEvicted,
  otherNodesPodTouched,
  type Run,
  type Violation,
} from "../fixture/invariants.ts";
import type { Workload } from "../fixture/kinds.ts";
import type { NodeChoice } from "../fixture/nodes.ts";
import type { ControlPlaneOptions } from "../fixture/options.ts";
import type { PodChoice } from "../fixture/pod-template.ts";
import type { Recorder, RecordEntry } from "../fixture/recorder.ts";
import type { BudgetChoice, WorkloadSpec } from "../fixture/workloads.ts";
import { type Ended, isDrydock, type Running, startDrydock } from "./drydock.ts";

/** One control plane for all tests of a suite, with its independent record. Tests may run beside each other: each is a scene of its own. */
export interface Stage extends AsyncDisposable {
  readonly plane: ControlPlane;
  /**
   * Plays one test and then judges it by the invariants: no pod deleted outside the eviction API but by consent (I1), no foreign cordon,
   * taint or label lifted (I2), no pod of another node touched (I3). @throws naming what was violated
   */
  play<T>(spec: SceneSpec, act: (scene: Scene) => Promise<T>): Promise<T>;
}

export interface SceneSpec {
  /** Of the scene's namespace; its nodes are NAME-1 and so on. */
  readonly name: string;
  /** How many nodes, or more of each. */
  readonly nodes: number | readonly Omit<NodeChoice, "name">[];
  /** Those that drydock may empty, by index from 1. Absent: the first. */
  readonly emptied?: readonly number[];
  /** What a person agreed to: pods (`namespace/name`) deleted without eviction, and marks of nodes (`cordon`) lifted. */
  readonly consented?: { readonly pods?: readonly string[]; readonly marks?: readonly string[] };
}

/** One accepted or refused request to evict a pod. */
export interface EvictionRequest {
  readonly pod: string;
  /** Of the precondition; empty without one. */
  readonly uid: string;
  readonly code: number;
}

type InScene<T> = Omit<T, "namespace">;

export interface Scene {
  readonly namespace: string;
  readonly nodes: readonly [string, ...string[]];
  readonly kubeconfig: string;
  /** A kubeconfig of the same user for another server: a proxy. */
  through(server: string): Promise<string>;
  /** Runs drydock to its end. */
  drydock(...args: string[]): Promise<Ended>;
  /** The same for whom the test has something to do meanwhile. Killed at the end of the scene, should it still run. */
  start(...args: string[]): Running;
  /** In the scene's namespace, and its pods on no other nodes than the scene's. Resolves when all its pods are Ready. */
  deployment(spec: InScene<WorkloadSpec>): Promise<readonly Pod[]>;
  statefulSet(spec: InScene<WorkloadSpec>): Promise<readonly Pod[]>;
  daemonSet(spec: InScene<Omit<WorkloadSpec, "replicas" | "on">>): Promise<readonly Pod[]>;
  /** Resolves when its status is counted. */
  budget(spec: InScene<BudgetChoice>): Promise<Budget>;
  pod(name: string, on: string, pods?: PodChoice): Promise<Pod>;
  pods(): Promise<readonly Pod[]>;
  /** Resolves as soon as `holds` is true of the scene's pods. */
  until(holds: (pods: readonly Pod[]) => boolean): Promise<readonly Pod[]>;
  patchPod(name: string, patch: object): Promise<void>;
  patchBudget(name: string, spec: object): Promise<void>;
  node(name: string): Promise<Node>;
  /** All writes to the scene's nodes, to attachments of volumes to them, and to its pods and budgets, in etcd's order. */
  record(): Promise<readonly RecordEntry[]>;
  /** What drydock asked the API server to write here, less the questions of who it is and what it may. */
  writes(): Promise<readonly AuditEvent[]>;
  evictions(): Promise<readonly EvictionRequest[]>;
  /**
   * Uids of the pods that the eviction API has taken, sorted, by the record. A request whose sender is killed may take its pod all the same, and
   * the audit log calls it a failure.
   */
  taken(): Promise<readonly string[]>;
}

const sceneLabel = "drydock.test/scene";
/** A scene's drydock is told from the others' by its user. */
const hands = Array.from({ length: 128 }, (_, index) => `hand-${index + 1}`);
const questions = new Set(["selfsubjectreviews", "selfsubjectaccessreviews"]);
const writing = new Set(["create", "update", "patch", "delete", "deletecollection"]);

export async function startStage(options: ControlPlaneOptions = {}): Promise<Stage> {
  const users = { ...Object.fromEntries(hands.map((hand) => [hand, ["system:masters"]])), ...options.users };
  const plane = await startControlPlane({ ...options, storageJson: true, users });
  const recorder = await plane.record();
  const free = [...hands];
  return {
    plane,
    play: async (spec, act) => {
      const hand = free.shift();
      if (hand === undefined) throw new Error("more scenes than hands: add some");
      return await playScene(plane, recorder, hand, spec, act);
    },
    [Symbol.asyncDispose]: async () => {
      await recorder[Symbol.asyncDispose]();
      await plane[Symbol.asyncDispose]();
    },
  };
}

async function playScene<T>(
  plane: ControlPlane,
  recorder: Recorder,
  hand: string,
  spec: SceneSpec,
  act: (scene: Scene) => Promise<T>,
): Promise<T> {
  const running: Running[] = [];
  try {
    const scene = await createScene(plane, recorder, hand, spec, running);
    const result = await act(scene);
    const emptied = (spec.emptied ?? [1]).map((number) => scene.nodes[number - 1] ?? "");
    const violations = judge(
      { record: await recorder.entries(), audit: await ofHand(plane, hand), isTool: isDrydock, nodes: emptied },
      spec,
    );
    if (violations.length > 0) throw new Error(`invariants violated:\n${violations.map((one) => JSON.stringify(one)).join("\n")}`);
    return result;
  } catch (error) {
    // What its user saw is most of what explains it.
    for (const one of running) process.stderr.write(`${spec.name}: ${one.written()}\n`);
    throw error;
  } finally {
    for (const one of running) one.signal("SIGKILL");
  }
}

/** The audit log as if no other scene's drydock had been there. */
async function ofHand(plane: ControlPlane, hand: string): Promise<readonly AuditEvent[]> {
  const events = await plane.audit();
  return events.filter(
    ({ userAgent = "", user }) => !isDrydock(userAgent) || user.username === hand || !hands.includes(user.username ?? ""),
  );
}

function judge(run: Run, { consented }: SceneSpec): readonly Violation[] {
  return [
    ...deletedWithoutEviction(run, new Set(consented?.pods)),
    ...foreignMarkLifted(run, new Set(consented?.marks)),
    ...otherNodesPodTouched(run),
  ];
}

async function createScene(
  plane: ControlPlane,
  recorder: Recorder,
  hand: string,
  { name: namespace, nodes: wanted }: SceneSpec,
  running: Running[],
): Promise<Scene> {
  const choices = typeof wanted === "number" ? Array.from({ length: wanted }, () => ({})) : wanted;
  const [nodes, kubeconfig] = await Promise.all([
    plane.createNodes(
      choices.map((choice, index) => ({
        ...choice,
        name: `${namespace}-${index + 1}`,
        labels: { [sceneLabel]: namespace, ...("labels" in choice ? choice.labels : {}) },
      })),
    ),
    plane.kubeconfig(hand),
    plane.createNamespace(namespace),
  ]);
  const here = (choice: PodChoice = {}): PodChoice => ({ ...choice, spec: { nodeSelector: { [sceneLabel]: namespace }, ...choice.spec } });
  const made = async (work: Promise<Workload>, name: string, count: number): Promise<readonly Pod[]> => {
    await work;
    return plane.podsReady({ namespace, labelSelector: `app=${name}` }, count);
  };
  const start: Scene["start"] = (...args) => {
    const one = startDrydock(args.includes("--kubeconfig") ? args : [...args, "--kubeconfig", kubeconfig], plane.directory);
    running.push(one);
    return one;
  };
  const writes = async (): Promise<readonly AuditEvent[]> =>
    (await plane.audit()).filter(
      ({ userAgent = "", user, verb, objectRef }) =>
        isDrydock(userAgent) && user.username === hand && writing.has(verb) && !questions.has(objectRef?.resource ?? ""),
    );
  const record = async (): Promise<readonly RecordEntry[]> =>
    (await recorder.entries()).filter(({ resource, name, namespace: at, object }) => {
      if (resource === "volumeattachments") return nodes.includes((object as VolumeAttachment).spec.nodeName);
      return resource === "nodes" ? nodes.includes(name) : at === namespace;
    });
  const counted = ({ metadata, status }: Budget): boolean => (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
  const [first = "", ...others] = nodes;
  return {
    namespace,
    nodes: [first, ...others],
    kubeconfig,
    through: (server) => plane.kubeconfig(hand, server),
    start,
    drydock: (...args) => start(...args).ended,
    deployment: (spec) => made(plane.createDeployment({ ...spec, namespace, pods: here(spec.pods) }), spec.name, spec.replicas),
    statefulSet: (spec) => made(plane.createStatefulSet({ ...spec, namespace, pods: here(spec.pods) }), spec.name, spec.replicas),
    daemonSet: (spec) => made(plane.createDaemonSet({ ...spec, namespace, pods: here(spec.pods) }), spec.name, nodes.length),
    budget: async (spec) => {
      const { metadata } = await plane.createBudget({ ...spec, namespace });
      const at = { namespace, fieldSelector: `metadata.name=${metadata.name}` };
      const [budget] = await plane.waitFor("poddisruptionbudgets", at, ([found]) => found !== undefined && counted(found));
      if (budget === undefined) throw new Error(`budget ${metadata.name} has gone`);
      return budget;
    },
    pod: async (name, on, pods = {}) => {
      const pod = await plane.createPod({ name, namespace, on, pods });
      const at = { namespace, fieldSelector: `metadata.name=${name}` };
      const phases = pods.finish === undefined ? (pods.fail === undefined ? "Running" : "Failed") : "Succeeded";
      if (pods.ready === undefined) await plane.waitFor("pods", at, ([found]) => found?.status?.phase === phases);
      return pod;
    },
    pods: () => plane.list("pods", { namespace }),
    until: (holds) => plane.waitFor("pods", { namespace }, holds),
    patchPod: async (name, patch) => {
      await plane.call("PATCH", `/api/v1/namespaces/${namespace}/pods/${name}`, patch);
    },
    patchBudget: async (name, spec) => {
      await plane.call("PATCH", `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}`, { spec });
    },
    node: async (name) => plane.call<Node>("GET", `/api/v1/nodes/${name}`),
    record,
    writes,
    evictions: async () =>
      (await writes())
        .filter(({ objectRef }) => objectRef?.subresource === "eviction")
        .map(({ objectRef, requestObject, responseStatus }) => {
          const body = requestObject as { readonly deleteOptions?: { readonly preconditions?: { readonly uid?: string } } } | undefined;
          return { pod: objectRef?.name ?? "", uid: body?.deleteOptions?.preconditions?.uid ?? "", code: responseStatus?.code ?? 0 };
        }),
    taken: async () => {
      const evicted = (await record()).filter(({ resource, object }) => resource === "pods" && isEvicted(object as Pod));
      return [...new Set(evicted.map(({ object }) => object.metadata.uid))].sort();
    },
  };
}

export const uidsOf = (pods: readonly Pod[]): string[] => pods.map((pod) => pod.metadata.uid).sort();
export const onNode = (pods: readonly Pod[], node: string): readonly Pod[] => pods.filter((pod) => pod.spec.nodeName === node);
export const uidsAsked = (requests: readonly EvictionRequest[]): string[] => requests.map(({ uid }) => uid).sort();
