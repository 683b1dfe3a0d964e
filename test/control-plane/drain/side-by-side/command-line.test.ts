import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freePort } from "../../fixture/ports.ts";
import { ndjson } from "../drydock.ts";
import { onNode, type Scene, uidsOf } from "../scene.ts";
import { atOnce, stage } from "./stage.ts";
import { startWebhook } from "../webhook.ts";

// What the exit codes mean, with the audit log as witness of what was touched, and stdout line by line beside the real kubectl.
const sorted = (text: string): readonly string[] => text.split("\n").toSorted();
const emptyDir = { spec: { volumes: [{ name: "tmp", emptyDir: {} }] } };

describe.concurrent("stdout is kubectl's, line by line", () => {
  interface Given {
    readonly daemons?: boolean;
    readonly bare?: boolean;
    readonly kubectl: readonly string[];
  }

  test.each<readonly [string, Given]>([
    ["daemons", { daemons: true, kubectl: ["--ignore-daemonsets"] }],
    ["force", { bare: true, kubectl: ["--force"] }],
    ["selector", { bare: true, kubectl: ["--pod-selector=app=db"] }],
  ])("%s: the same node is drained twice, of pods that keep their names", (name, { daemons = false, bare = false, kubectl }) =>
    stage.play({ name, nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      if (daemons) await scene.daemonSet({ name: "logs" });
      const set = async (): Promise<void> => {
        await scene.statefulSet({ name: "db", replicas: 3, on: [node], spec: atOnce });
        if (bare) await scene.pod("bare", node);
      };
      await set();
      const theirs = await stage.plane.kubectl(["drain", node, ...kubectl]);
      await stage.plane.kubectl(["uncordon", node]);
      await stage.plane.kubectl(["delete", "statefulset,pod", "-n", name, "-l", "app in (db, bare)"]);
      await scene.until((pods) => pods.every((pod) => pod.metadata.labels?.["app"] === "logs"));
      await set();
      const ours = await scene.drydock("drain", node, ...kubectl);
      expect([theirs.code, ours.code]).toEqual([0, 0]);
      expect(sorted(ours.stdout)).toEqual(sorted(theirs.stdout));
      const warnings = (text: string): readonly string[] => sorted(text).filter((line) => line.startsWith("Warning: "));
      expect(warnings(ours.stderr)).toEqual(warnings(theirs.stderr));
    }),
  );

  test("emptyDir data go with the spelling that kubectl has dropped, as with the one it has", () =>
    stage.play({ name: "emptydir", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      const set = (): Promise<unknown> => scene.statefulSet({ name: "db", replicas: 2, on: [node], pods: emptyDir, spec: atOnce });
      await set();
      expect((await stage.plane.kubectl(["drain", node, "--delete-local-data"])).stderr).toContain("unknown flag: --delete-local-data");
      const theirs = await stage.plane.kubectl(["drain", node, "--delete-emptydir-data"]);
      await stage.plane.kubectl(["uncordon", node]);
      await stage.plane.kubectl(["delete", "statefulset,pod", "-n", scene.namespace, "-l", "app=db"]);
      await set();
      const ours = await scene.drydock("drain", node, "--delete-local-data");
      expect([theirs.code, ours.code]).toEqual([0, 0]);
      expect(sorted(ours.stdout)).toEqual(sorted(theirs.stdout));
      // kubectl means to say this and loses it: its last filter's word overwrites the others.
      expect(ours.stderr).toContain("Warning: deleting Pods with local storage: emptydir/db-0, emptydir/db-1");
    }));

  test.each(["client", "server"])("--dry-run=%s says the same of the same pods, and writes nothing", (how) =>
    stage.play({ name: `dry-${how}`, nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.daemonSet({ name: "logs" });
      await scene.deployment({ name: "web", replicas: 2, on: [node] });
      await scene.pod("bare", node);
      const before = uidsOf(await scene.pods());
      const args = ["drain", node, "--ignore-daemonsets", "--force", `--dry-run=${how}`];
      const theirs = await stage.plane.kubectl(args);
      const ours = await scene.drydock(...args);
      expect([theirs.code, ours.code]).toEqual([0, 0]);
      expect(sorted(ours.stdout)).toEqual(sorted(theirs.stdout));
      expect(uidsOf(await scene.pods())).toEqual(before);
      expect((await scene.node(node)).spec?.unschedulable).toBeUndefined();
      const lasting = (await scene.writes()).filter(
        ({ requestURI, requestObject }) =>
          !requestURI.includes("dryRun=All") && !JSON.stringify(requestObject).includes('"dryRun":["All"]'),
      );
      expect(lasting).toEqual([]);
    }),
  );

  test("--dry-run=server ends where kubectl's asks for ever: with exit 2, and the pod that the server refuses", () =>
    stage.play({ name: "dry-refused", nodes: 2 }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      const pods = await scene.deployment({ name: "web", replicas: 2, on: [node, other] });
      await scene.patchPod(onNode(pods, other)[0]?.metadata.name ?? "", { metadata: { annotations: { "drydock.test/unready": "true" } } });
      await scene.budget({ name: "web", maxUnavailable: 1 });
      await stage.plane.waitFor("poddisruptionbudgets", { namespace: scene.namespace }, ([found]) => found?.status?.currentHealthy === 1);
      const { code, stdout, stderr } = await scene.drydock("drain", node, "--dry-run=server");
      expect(code).toBe(2);
      expect(stderr).toMatch(/would not be emptied now; in the way:\n {2}waiting {2}dry-refused\/web-\S+: waits for the budget web/);
      expect(stdout).not.toContain("drained");
      expect((await scene.evictions()).map((request) => request.code)).toEqual([429]);
    }));
});

describe.concurrent("the exit code says", () => {
  const untouched = async (scene: Scene): Promise<void> => {
    expect(await scene.writes()).toEqual([]);
    expect((await scene.node(scene.nodes[0])).spec?.unschedulable).toBeUndefined();
  };

  test("2 where a consent is missing, in kubectl's words, and unlike kubectl nothing is touched", () =>
    stage.play({ name: "consent", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.daemonSet({ name: "logs" });
      await scene.pod("bare", node);
      await scene.pod("scratch", node, emptyDir);
      const { code, stdout, stderr } = await scene.drydock("drain", node);
      await untouched(scene);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      const theirs = await stage.plane.kubectl(["drain", node]);
      for (const reason of [
        "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)",
        "cannot delete Pods with local storage (use --delete-emptydir-data to override)",
        "cannot delete Pods that declare no controller (use --force to override)",
      ]) {
        expect(theirs.stderr).toContain(reason);
        expect(stderr).toContain(reason);
      }
      expect(stderr).toContain(`drydock drain ${node}`);
    }));

  test("4 for a name that does not exist, with the nearest that does, though the other name is right", () =>
    stage.play({ name: "unknown", nodes: 1, emptied: [] }, async (scene) => {
      const { code, stderr } = await scene.drydock("drain", scene.nodes[0], "unknown-11");
      expect(code).toBe(4);
      expect(stderr).toBe('error: nodes "unknown-11" not found (did you mean unknown-1?); nothing was changed\n');
      await untouched(scene);
    }));

  test("1 where no server answers, and where its certificate is another's", () =>
    stage.play({ name: "no-server", nodes: 1, emptied: [] }, async (scene) => {
      const [node] = scene.nodes;
      const nobody = await scene.drydock("drain", node, `--server=https://127.0.0.1:${await freePort()}`);
      expect(nobody.code).toBe(1);
      expect(nobody.stderr).toMatch(/^error: .*ECONNREFUSED/);
      const wrong = join(stage.plane.directory, "wrong-authority.kubeconfig");
      const { clientAuthority } = stage.plane.certificates;
      const config = JSON.parse(await readFile(scene.kubeconfig, "utf8")) as { clusters: { cluster: Record<string, string> }[] };
      for (const { cluster } of config.clusters) {
        cluster["certificate-authority-data"] = (await readFile(clientAuthority.certificate)).toString("base64");
      }
      await writeFile(wrong, JSON.stringify(config));
      const other = await scene.drydock("drain", node, "--kubeconfig", wrong);
      expect(other.code).toBe(1);
      expect(other.stderr).toMatch(/^error: .*certificate/);
      expect(other.stderr.split("\n").length).toBeLessThan(5);
      await untouched(scene);
    }));

  test("5 for one who may look and cordon but not evict, before anything is touched", () =>
    stage.play({ name: "looking", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("bare", node);
      const rbac = "/apis/rbac.authorization.k8s.io/v1";
      const resources = ["nodes", "pods", "poddisruptionbudgets", "daemonsets"];
      await stage.plane.call("POST", `${rbac}/clusterroles`, {
        metadata: { name: "looker" },
        rules: [{ apiGroups: ["", "policy", "apps"], resources, verbs: ["get", "list", "watch", "patch"] }],
      });
      await stage.plane.call("POST", `${rbac}/clusterrolebindings`, {
        metadata: { name: "looker" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "looker" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "looker" }],
      });
      const { code, stderr } = await scene.drydock("drain", node, "--force", "--kubeconfig", await stage.plane.kubeconfig("looker"));
      expect(code).toBe(5);
      expect(stderr).toMatch(/^error: not permitted: create pods\/eviction in looking; nothing was changed/);
      await untouched(scene);
    }));

  test("6 where what can go has gone and the rest was agreed to stay", () =>
    stage.play({ name: "partly", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      const kept = await scene.deployment({ name: "db", replicas: 1, on: [node] });
      await scene.budget({ name: "db", minAvailable: 1, selector: {} });
      await scene.budget({ name: "too", minAvailable: 1, selector: { matchLabels: { app: "db" } } });
      await scene.pod("done", node, { finish: 0.1 });
      const { code, stdout } = await scene.drydock("drain", node, "--allow=partial,unmanaged", "-o", "ndjson");
      expect(code).toBe(6);
      expect(ndjson(stdout).at(-1)).toMatchObject({
        nodes: [{ node, state: "blocked", cordoned: "by-us", left: [`partly/${kept[0]?.metadata.name}`] }],
      });
      expect(uidsOf(await scene.pods())).toEqual(uidsOf(kept));
    }));
});

describe.concurrent("Ctrl-C", () => {
  test("ends with 130, starts nothing more and says how the node stands", () =>
    stage.play({ name: "ctrl-c", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("hung", node, { hang: true, grace: 1 });
      const drain = scene.start("drain", node, "--force", "-v2");
      await drain.said("pod/hung eviction started");
      drain.signal("SIGINT");
      const { code, stderr } = await drain.ended;
      expect(code).toBe(130);
      expect(stderr).toContain("stopping: nothing new is started; pods that were asked to go still go.");
      expect(stderr).toContain(`node ${node} stays unschedulable`);
      expect(stderr).toContain(`bring it back:    drydock uncordon ${node}`);
      expect(await scene.evictions()).toHaveLength(1);
      expect((await scene.node(node)).spec?.unschedulable).toBe(true);
    }));

  test("a second time leaves at once, without waiting for an answer", () =>
    stage.play({ name: "left", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("slow", node);
      await using hook = await startWebhook(stage.plane, scene.namespace);
      const release = hook.hold();
      const drain = scene.start("drain", node, "--force");
      await hook.asked;
      drain.signal("SIGINT");
      await drain.said("stopping");
      drain.signal("SIGINT");
      const { code, stderr } = await drain.ended;
      release();
      expect(code).toBe(130);
      // Whoever waits for the answers says more at the end.
      expect(stderr).not.toContain("stays unschedulable");
    }));
});
