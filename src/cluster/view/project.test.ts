import { describe, expect, test } from "vitest";
import type { ContainerStatus, Pod, PodStatus } from "../../kube/pod.ts";
import { parseTime } from "../../kube/time.ts";
import { heldAnnotation } from "./held-record.ts";
import { projectBudget, projectNode, projectPod } from "./project.ts";

const metadata = { name: "a", namespace: "web", uid: "u", resourceVersion: "7", creationTimestamp: "2026-01-01T00:00:00Z" };
const pod = (status?: PodStatus): Pod => ({ metadata, spec: { nodeName: "n" }, ...(status === undefined ? {} : { status }) });
const container = (state: ContainerStatus["state"]): ContainerStatus => ({ name: "c", ...(state === undefined ? {} : { state }) });
const running = container({ running: {} });
const ended = container({ terminated: { exitCode: 0 } });
const waiting = container({ waiting: {} });

describe("nothing of a pod runs", () => {
  test.each([
    { what: "when every container has ended", status: { containerStatuses: [ended, ended] }, isEnded: true },
    { what: "when one waits to start again", status: { containerStatuses: [ended, waiting] }, isEnded: true },
    { what: "not while one runs", status: { containerStatuses: [ended, running] }, isEnded: false },
    { what: "not while a sidecar runs", status: { containerStatuses: [ended], initContainerStatuses: [running] }, isEnded: false },
    {
      what: "not while a debug container runs",
      status: { containerStatuses: [ended], ephemeralContainerStatuses: [running] },
      isEnded: false,
    },
    { what: "not where a state is not told", status: { containerStatuses: [container(undefined)] }, isEnded: false },
    { what: "not where nothing is told", status: { phase: "Running" as const }, isEnded: false },
    { what: "in a terminal phase", status: { phase: "Failed" as const, containerStatuses: [running] }, isEnded: true },
  ])("$what: $isEnded", ({ status, isEnded }) => {
    expect(projectPod(pod(status)).containersEnded).toBe(isEnded);
  });

  test("is not known of a pod without a status, which is Pending and not Ready", () => {
    expect(projectPod(pod())).toMatchObject({ containersEnded: false, phase: "Pending", ready: false });
  });
});

describe("a pod", () => {
  test("has the defaults of the API server where it says nothing", () => {
    expect(projectPod(pod())).toMatchObject({
      terminationGraceSeconds: 30,
      schedulerName: "default-scheduler",
      emptyDirs: [],
      mirror: false,
    });
  });

  test("has the times at which it was scheduled and became Ready, while they hold", () => {
    const at = (type: string, status: string, seconds: number) => ({ type, status, lastTransitionTime: `2026-01-01T00:00:0${seconds}Z` });
    const up = projectPod(pod({ conditions: [at("PodScheduled", "True", 1), at("Ready", "True", 4)] }));
    expect([up.scheduledAt, up.readyAt]).toEqual([parseTime("2026-01-01T00:00:01Z"), parseTime("2026-01-01T00:00:04Z")]);
    expect(projectPod(pod({ conditions: [at("Ready", "False", 4)] }))).not.toHaveProperty("readyAt");
  });

  test("can end by itself unless its containers are started again for ever, as they are where it says nothing", () => {
    const told = (restartPolicy: string) => projectPod({ ...pod(), spec: { restartPolicy } }).runsToCompletion;
    expect([told("OnFailure"), told("Never"), told("Always"), projectPod(pod()).runsToCompletion]).toEqual([true, true, false, false]);
  });

  test("names the paths of its node that it mounts", () => {
    const volumes = [
      { name: "logs", hostPath: { path: "/var/log" } },
      { name: "tmp", emptyDir: {} },
    ];
    expect(projectPod({ ...pod(), spec: { volumes } }).hostPaths).toEqual(["/var/log"]);
  });

  test("names the claims that it uses, those of its own ephemeral volumes among them", () => {
    const volumes = [
      { name: "data", persistentVolumeClaim: { claimName: "data-0" } },
      { name: "scratch", ephemeral: {} },
      { name: "tmp", emptyDir: {} },
    ];
    expect(projectPod({ ...pod(), spec: { volumes } }).claims).toEqual(["data-0", "a-scratch"]);
  });

  test("has a controller only where one of its owners is said to control it", () => {
    const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "r", uid: "o" };
    const owned = (controller: boolean) => projectPod({ ...pod(), metadata: { ...metadata, ownerReferences: [{ ...owner, controller }] } });
    expect(owned(true).controller?.uid).toBe("o");
    expect(owned(false)).not.toHaveProperty("controller");
  });

  test("counts memory-backed volumes as emptyDirs, and other volumes not", () => {
    const volumes = [
      { name: "shm", emptyDir: { medium: "Memory" } },
      { name: "host", hostPath: { path: "/" } },
      { name: "tmp", emptyDir: {} },
    ];
    expect(projectPod({ ...pod(), spec: { nodeName: "n", volumes } }).emptyDirs).toEqual(["shm", "tmp"]);
  });
});

describe("a node", () => {
  const managed = (manager: string, fieldsV1: object) => ({ manager, time: "2026-01-01T00:00:00Z", fieldsV1: fieldsV1 as never });
  const machine = (unschedulable: boolean, annotation?: string) => ({
    metadata: {
      ...metadata,
      managedFields: [managed("kubelet", { "f:status": {} }), managed("kubectl-cordon", { "f:spec": { "f:unschedulable": {} } })],
      ...(annotation === undefined ? {} : { annotations: { [heldAnnotation]: annotation } }),
    },
    spec: { unschedulable },
  });

  test("was cordoned by the manager of that field, while it is cordoned", () => {
    expect(projectNode(machine(true)).cordonedBy).toEqual({ manager: "kubectl-cordon", at: "2026-01-01T00:00:00Z" });
    expect(projectNode(machine(false))).not.toHaveProperty("cordonedBy");
  });

  test("with an annotation that is no record is held by what cannot be read", () => {
    expect(projectNode(machine(true, "?")).held).toBe("unreadable");
    expect(projectNode(machine(true))).not.toHaveProperty("held");
  });

  test("without conditions is not Ready", () => {
    expect(projectNode(machine(false)).ready).toBe(false);
  });
});

describe("a budget", () => {
  test("keeps what the server decides by, and nothing else of its metadata", () => {
    const spec = { selector: {}, maxUnavailable: 1 };
    const view = projectBudget({ metadata: { ...metadata, generation: 3, annotations: { large: "x".repeat(9_999) } }, spec });
    expect(view).toMatchObject({ generation: 3, status: { disruptionsAllowed: 0 }, object: { spec }, ownedByVmi: false });
    expect(view.object.metadata).not.toHaveProperty("annotations");
  });

  test("of a virtual machine instance is known by its owner", () => {
    const ownerReferences = [{ apiVersion: "kubevirt.io/v1", kind: "VirtualMachineInstance", name: "vm", uid: "v" }];
    expect(projectBudget({ metadata: { ...metadata, ownerReferences }, spec: { selector: {} } }).ownedByVmi).toBe(true);
  });
});
