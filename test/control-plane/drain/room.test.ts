import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../src/client/http/connect.ts";
import { identify } from "../../../src/client/http/identity.ts";
import { surveyRoom } from "../../../src/cluster/live/room-survey.ts";
import type { Mover } from "../../../src/cluster/view/room-view.ts";
import type { Pod } from "../../../src/kube/pod.ts";
import { demandOf } from "../../../src/kube/scheduling/demand.ts";
import { type Place, type Reason, Room } from "../../../src/kube/scheduling/room.ts";
import { schedulerWords } from "../../../src/kube/scheduling/scheduler-words.ts";
import { systemRandom, seededRandom } from "../../../src/runtime/random.ts";
import { realClock } from "../../../src/runtime/real-clock.ts";
import type { ControlPlane } from "../fixture/control-plane.ts";
import { podTemplate } from "../fixture/pod-template.ts";
import { ndjson } from "./drydock.ts";
import { claimName, type RoomCase, roomCase } from "./room-cases.ts";
import { onNode, type Stage, startStage } from "./scene.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const count = 60;
const asks = { asks: "for-room" };

/** The volume of the case's question. The controllers bind it: whoever does it for them finds the claim Lost. */
async function bindVolume(plane: ControlPlane, { name, volumeZone }: RoomCase): Promise<void> {
  if (volumeZone === undefined) return;
  const terms = [{ matchExpressions: [{ key: "zone", operator: "In", values: [volumeZone] }] }];
  const size = { storage: "1Gi" };
  await plane.call("POST", "/api/v1/persistentvolumes", {
    metadata: { name },
    spec: {
      capacity: size,
      accessModes: ["ReadWriteOnce"],
      local: { path: "/data" },
      nodeAffinity: { required: { nodeSelectorTerms: terms } },
    },
  });
  await plane.call("POST", `/api/v1/namespaces/${name}/persistentvolumeclaims`, {
    metadata: { name: claimName },
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: "", resources: { requests: size }, volumeName: name },
  });
}

function question({ name, question: asked }: RoomCase): Pod {
  const { metadata, spec } = podTemplate(asked, asks);
  return { metadata: { ...metadata, name: "question", namespace: name, uid: name, resourceVersion: "1" }, spec };
}

/** Each question's place by our arithmetic, each as if it alone were asked. */
async function placesOf(plane: ControlPlane, cases: readonly RoomCase[]): Promise<readonly Place[]> {
  const surroundings = { env: {}, home: undefined, serviceAccount: "/nonexistent", terminal: false };
  const identity = await identify({ kubeconfig: plane.kubeconfigPath }, surroundings, realClock);
  await using api = await connect({ identity, clock: realClock, random: systemRandom, userAgent: "drydock/test (room)" });
  const movers = cases.map((one): Mover => {
    const controller = { kind: "ReplicaSet", uid: "" };
    return { uid: one.name, namespace: one.name, name: "question", node: "", controller, demand: demandOf(question(one)) };
  });
  const survey = await surveyRoom(movers, realClock.now(), { api, clock: realClock, signal: new AbortController().signal, pageSize: 50 });
  if ("kind" in survey) throw survey.error;
  return movers.map(({ demand }) => new Room({ ...survey, leaving: new Set() }).place(demand, ""));
}

/** "fits", or how many nodes refuse for which reason, in the scheduler's words. */
function ours(place: Place): string | readonly string[] {
  if (place.kind !== "no-room") return place.kind;
  const counts = new Map<string, number>();
  for (const [reason, nodes] of place.reasons) {
    const said = schedulerWords(reason as Exclude<Reason, "drained too" | "not ready">);
    counts.set(said, (counts.get(said) ?? 0) + nodes);
  }
  return [...counts].map(([said, nodes]) => `${nodes} ${said}`).sort();
}

function schedulers({ status }: Pod): string | readonly string[] {
  const condition = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (condition?.status === "True") return "fits";
  const [, reasons = ""] = /nodes are available: (.*?)\.( |$)/.exec(condition?.message ?? "") ?? [];
  return reasons.split(", ").sort();
}

const isDecided = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is, reason }) => type === "PodScheduled" && (is === "True" || reason === "Unschedulable")) ??
  false;

test("says of a pod that it fits, or why it fits nowhere, exactly as kube-scheduler does", async () => {
  const { plane } = stage;
  const random = seededRandom("room");
  const cases = Array.from({ length: count }, (_, index) => roomCase(index + 1, random.fork(`${index}`)));
  await Promise.all(cases.map(({ name }) => plane.createNamespace(name)));
  await Promise.all(cases.map((one) => bindVolume(plane, one)));
  await plane.createNodes(cases.flatMap(({ nodes }) => nodes));
  const tenants = cases.flatMap(({ name, tenants: on }) => on.map((tenant) => ({ ...tenant, namespace: name })));
  await Promise.all(tenants.map((tenant) => plane.createPod(tenant)));
  await plane.waitFor("pods", {}, (pods) => pods.filter(({ status }) => status?.phase === "Running").length >= tenants.length);
  await plane.kubectl(["wait", "persistentvolumeclaims", "--all", "--all-namespaces", "--for=jsonpath={.status.phase}=Bound"]);
  const places = await placesOf(plane, cases);
  await Promise.all(
    cases.map((one) => {
      const { metadata, spec } = question(one);
      const { name, labels } = metadata;
      return plane.call("POST", `/api/v1/namespaces/${one.name}/pods`, { metadata: { name, labels }, spec });
    }),
  );
  const decided = await plane.waitFor("pods", { labelSelector: "asks=for-room" }, (pods) => pods.length === count && pods.every(isDecided));
  const said = new Map(decided.map((pod) => [pod.metadata.namespace, schedulers(pod)]));
  expect(Object.fromEntries(cases.map(({ name }, index) => [name, ours(places[index] ?? { kind: "unknown", why: [] })]))).toEqual(
    Object.fromEntries(cases.map(({ name }) => [name, said.get(name)])),
  );
  const fitting = places.filter(({ kind }) => kind === "fits").length;
  // Neither answer is rare, or little would be shown.
  expect([fitting > count / 5, count - fitting > count / 5]).toEqual([true, true]);
});

interface Previewed {
  readonly findings: readonly { readonly code: string; readonly message: string }[];
}

describe.concurrent("a preview", () => {
  test("says what it does not know of the room, and does not take it for room", () =>
    stage.play({ name: "unknown", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      const term = { labelSelector: {}, topologyKey: "kubernetes.io/hostname", namespaceSelector: { matchLabels: { team: "none" } } };
      const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
      await scene.deployment({ name: "web", replicas: 1, on: [node], pods: { spec: { affinity } } });
      const { findings } = JSON.parse((await scene.drydock("preview", node, "-o", "json")).stdout) as Previewed;
      const [unknown] = findings.filter(({ code }) => code === "room-unknown");
      expect(unknown?.message).toMatch(
        /^whether there is room elsewhere for unknown\/web-\S+ is not known: it depends on labels of namespaces$/,
      );
      expect((await scene.drydock("preview", node, "--require-room", "-o", "name")).code).toBe(2);
    }));

  test("by someone who may not list nodes says that it was not checked", () =>
    stage.play({ name: "unlisted", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 1, on: [node] });
      await stage.plane.kubectl(["create", "clusterrole", "unlisted", "--verb=get,watch", "--resource=nodes"]);
      await stage.plane.kubectl(["create", "clusterrole", "unlisted-pods", "--verb=list,watch", "--resource=pods"]);
      for (const role of ["unlisted", "unlisted-pods"])
        await stage.plane.kubectl(["create", "clusterrolebinding", role, `--clusterrole=${role}`, "--user=unlisted"]);
      const { stdout, code } = await scene.drydock("preview", node, "--as=unlisted", "-o", "json");
      expect(code).toBe(0);
      const { findings } = JSON.parse(stdout) as Previewed;
      expect(findings.filter((one) => one.code === "room-not-checked").map(({ message }) => message)).toEqual([
        "not checked: whether the pods find room elsewhere (nodes may not be listed)",
      ]);
    }));
});

describe.concurrent("a node whose pods have nowhere to go", () => {
  const narrow = [{ cpu: "4" }, { cpu: "2" }, { cpu: "1" }];
  const web = (on: string) => ({
    name: "web",
    replicas: 2,
    on: [on, on],
    pods: { spec: { containers: [{ name: "main", image: "registry.example/test:1", resources: { requests: { cpu: "2" } } }] } },
  });

  test("is drained with a warning that comes after the first eviction, and is right", () =>
    stage.play({ name: "narrow", nodes: narrow }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment(web(node));
      const drain = await scene.drydock("drain", node, "-o", "ndjson");
      expect(drain.code).toBe(0);
      const lines = ndjson(drain.stdout);
      const kinds = lines.map(({ event }) => event);
      const findings = lines.flatMap((line) =>
        line.event === "finding" ? [line["finding"] as { readonly code: string; readonly message: string }] : [],
      );
      expect(findings.map(({ code }) => code)).toEqual(["no-room"]);
      expect(findings[0]?.message).toContain("insufficient cpu");
      expect(kinds.indexOf("finding")).toBeGreaterThan(kinds.indexOf("accepted"));
      const audit = await stage.plane.audit();
      const evicted = audit.find(({ objectRef }) => objectRef?.subresource === "eviction" && objectRef.namespace === "narrow");
      const surveyed = audit.find(
        ({ requestURI, user }) => requestURI.includes("status.phase") && user.username === evicted?.user.username,
      );
      expect((surveyed?.requestReceivedTimestamp ?? "") > (evicted?.stageTimestamp ?? "none")).toBe(true);
      const pods = await scene.until((all) => all.length === 2 && onNode(all, node).length === 0 && all.every(isDecided));
      expect(pods.filter(({ spec }) => spec.nodeName === undefined)).toHaveLength(1);
    }));

  test("is not touched with --require-room, and drained with it where there is room", () =>
    stage.play({ name: "required", nodes: [...narrow, { cpu: "2", unschedulable: true }] }, async (scene) => {
      const [node, , , spare = ""] = scene.nodes;
      await scene.deployment(web(node));
      const refused = await scene.drydock("drain", node, "--require-room");
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      expect(refused.stderr).toMatch(
        /no room elsewhere for required\/web-\S+ beside the pods that go with it: 0\/\d+ other nodes: .*\d+ cordoned/,
      );
      expect(await scene.writes()).toEqual([]);
      const preview = await scene.drydock("preview", node, "--require-room", "-o", "json");
      expect(preview.code).toBe(2);
      await stage.plane.call("PATCH", `/api/v1/nodes/${spare}`, { spec: { unschedulable: null } });
      await stage.plane.waitFor(
        "nodes",
        { fieldSelector: `metadata.name=${spare}` },
        ([found]) => found?.spec?.unschedulable !== true && (found?.spec?.taints ?? []).length === 0,
      );
      expect((await scene.drydock("drain", node, "--require-room")).code).toBe(0);
      const pods = await scene.until((all) => all.length === 2 && all.every(isDecided));
      expect(pods.every(({ spec }) => (spec.nodeName ?? node) !== node)).toBe(true);
    }));

  test("comes last in the ranking of its pool", () =>
    stage.play(
      {
        name: "ranked",
        nodes: [
          { cpu: "4", labels: { pool: "ranked" } },
          { cpu: "2", labels: { pool: "ranked" } },
          { cpu: "1", labels: { pool: "ranked" } },
        ],
      },
      async (scene) => {
        const [node, other = "", empty = ""] = scene.nodes;
        await scene.deployment(web(node));
        const { code, stdout } = await scene.drydock("preview", "--rank", "-l", "pool=ranked", "-o", "name");
        expect([code, stdout.trim().split("\n")]).toEqual([0, [other, empty, node].map((name) => `node/${name}`)]);
        const table = await scene.drydock("preview", "--rank", "-l", "pool=ranked");
        expect(table.stdout).toMatch(new RegExp(`3 +${node} .*1 pod without room elsewhere`));
        expect(await scene.writes()).toEqual([]);
      },
    ));
});
