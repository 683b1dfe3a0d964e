import { describe, expect, test } from "vitest";
import type { Budget } from "../../../../src/kube/budget.ts";
import { isPodReady } from "../../../../src/kube/pod.ts";
import { type CliLine, ndjson } from "../drydock.ts";
import { onNode, type Scene, uidsAsked, uidsOf } from "../scene.ts";
import { stage } from "./stage.ts";
import { startWebhook } from "../webhook.ts";

const blocked =
  (code: string) =>
  (line: CliLine): boolean =>
    line.event === "blocked" && (line["blocker"] as { readonly code: string }).code === code;
const messageOf = (line: CliLine): string => (line["blocker"] as { readonly message: string }).message;
const codesOf = async (scene: Scene): Promise<number[]> => (await scene.evictions()).map(({ code }) => code);
const spentOn = async (scene: Scene): Promise<Set<string>> =>
  new Set(
    (await scene.record()).flatMap(({ resource, object }) =>
      resource === "poddisruptionbudgets" ? Object.keys((object as Budget).status?.disruptedPods ?? {}) : [],
    ),
  );

/** Two pods on the node, a third elsewhere that is not Ready: the budget of one is spent, until `open`. */
async function withBudgetSpent(scene: Scene): Promise<() => Promise<void>> {
  const [node, other = ""] = scene.nodes;
  const pods = await scene.deployment({ name: "web", replicas: 3, on: [node, node, other], pods: { grace: 1 } });
  const holder = onNode(pods, other)[0]?.metadata.name ?? "";
  const mood = (unready: string | null): Promise<void> =>
    scene.patchPod(holder, { metadata: { annotations: { "drydock.test/unready": unready } } });
  await mood("true");
  await scene.until((all) => all.filter((pod) => isPodReady(pod.status)).length === 2);
  await scene.budget({ name: "web", maxUnavailable: 1 });
  return () => mood(null);
}

/** Refuses evictions of this pod, by an expression in the API server itself. */
async function keepByPolicy(scene: Scene, pod: string, message: string): Promise<void> {
  const { plane } = stage;
  const path = "/apis/admissionregistration.k8s.io/v1";
  const name = `keep-${scene.namespace}`;
  const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods/eviction"] }];
  await plane.call("POST", `${path}/validatingadmissionpolicies`, {
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules: rules },
      validations: [{ expression: `object.metadata.name != "${pod}"`, message }],
    },
  });
  await plane.call("POST", `${path}/validatingadmissionpolicybindings`, {
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: ["Deny"],
      matchResources: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": scene.namespace } } },
    },
  });
  // Nothing announces that the API server has taken it up: asked until it answers by it.
  const eviction = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name: pod, namespace: scene.namespace },
    deleteOptions: { dryRun: ["All"] },
  };
  const at = `/api/v1/namespaces/${scene.namespace}/pods/${pod}/eviction?dryRun=All`;
  while ((await plane.request("POST", at, eviction)).status !== 422);
}

describe.concurrent("budgets", () => {
  test("one that is spent is waited for by name, and the server is asked nothing meanwhile", () =>
    stage.play({ name: "spent", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      const open = await withBudgetSpent(scene);
      const before = onNode(await scene.pods(), node);
      const drain = scene.start("drain", node, "-o", "ndjson");
      expect(messageOf(await drain.line(blocked("budget-exhausted")))).toBe(
        "waits for the budget web: no healthy pod to spare (needs 2, has 2)",
      );
      expect(await scene.evictions()).toEqual([]);
      await open();
      expect((await drain.ended).code).toBe(0);
      // One request for each pod, none in vain.
      expect(uidsAsked(await scene.evictions())).toEqual(uidsOf(before));
      expect(new Set(await codesOf(scene))).toEqual(new Set([201]));
    }));

  test("two on one pod are refused beforehand, with both names and nothing touched", () =>
    stage.play({ name: "two", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 2, on: [node] });
      await scene.budget({ name: "web", maxUnavailable: 1 });
      await scene.budget({ name: "all", maxUnavailable: 1, selector: {} });
      const { code, stdout, stderr } = await scene.drydock("drain", node);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain("nothing was changed");
      expect(stderr).toContain("all, web");
      expect(await scene.writes()).toEqual([]);
      expect((await scene.node(node)).spec?.unschedulable).toBeUndefined();
    }));

  test("a second one made midway stops the drain of its pods for good, by name", () =>
    stage.play({ name: "second", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await withBudgetSpent(scene);
      const drain = scene.start("drain", node, "-o", "ndjson");
      await drain.line(blocked("budget-exhausted"));
      await scene.budget({ name: "all", maxUnavailable: 1, selector: {} });
      expect(messageOf(await drain.line(blocked("two-budgets")))).toContain("is selected by all, web");
      const { code, stdout } = await drain.ended;
      expect(code).toBe(2);
      expect(ndjson(stdout).at(-1)).toMatchObject({ result: "finished", nodes: [{ node, state: "blocked", cordoned: "by-us", moved: 0 }] });
      expect(await scene.evictions()).toEqual([]);
    }));

  test("finished and Pending pods go past a budget that is spent, and spend none of it", () =>
    stage.play({ name: "past", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      const labels = { team: "a" };
      await scene.pod("done", node, { finish: 0.1, labels });
      await scene.pod("failed", node, { fail: 0.1, labels });
      await scene.pod("starting", node, { ready: 3600, labels });
      await scene.budget({ name: "team", minAvailable: 1, selector: { matchLabels: labels } });
      const { code } = await scene.drydock("drain", node, "--force");
      expect(code).toBe(0);
      expect(await codesOf(scene)).toEqual([201, 201, 201]);
      expect(await spentOn(scene)).toEqual(new Set());
      expect(await scene.pods()).toEqual([]);
    }));

  test("of the server itself: another pod's uid answers 409 and spends the budget all the same", () =>
    stage.play({ name: "other-uid", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 2, on: [node] });
      const { metadata } = await scene.budget({ name: "web", maxUnavailable: 1 });
      await stage.plane.waitFor(
        "poddisruptionbudgets",
        { namespace: scene.namespace },
        ([found]) => found?.status?.disruptionsAllowed === 1,
      );
      const name = (await scene.pods())[0]?.metadata.name ?? "";
      const answer = await stage.plane.request("POST", `/api/v1/namespaces/${scene.namespace}/pods/${name}/eviction`, {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name, namespace: scene.namespace },
        deleteOptions: { preconditions: { uid: metadata.uid } },
      });
      expect(answer.status).toBe(409);
      expect(await spentOn(scene)).toEqual(new Set([name]));
      expect(await scene.pods()).toHaveLength(2);
    }));
});

describe.concurrent("those who may refuse", () => {
  test("an admission webhook is named, hinders that pod only, and is asked again", () =>
    stage.play({ name: "hooked", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await using hook = await startWebhook(stage.plane, scene.namespace);
      await scene.pod("free", node);
      await scene.pod("guarded", node);
      hook.denied.add("guarded");
      const drain = scene.start("drain", node, "--force", "-o", "ndjson");
      const line = await drain.line(blocked("webhook-denied"));
      expect(messageOf(line)).toContain(`the admission webhook ${hook.name} refuses`);
      expect(messageOf(line)).toContain("not before the backup");
      await scene.until((pods) => pods.length === 1);
      hook.denied.clear();
      expect((await drain.ended).code).toBe(0);
      const asked = (await scene.evictions()).filter(({ pod }) => pod === "guarded").map(({ code }) => code);
      // Asked again after 5 s and more, not in a loop.
      expect(asked.at(-1)).toBe(201);
      expect(asked.length).toBeLessThan(6);
      expect((await scene.evictions()).filter(({ pod }) => pod === "free").map(({ code }) => code)).toEqual([201]);
    }));

  test("a validating admission policy is quoted, and what it keeps is left for a person", () =>
    stage.play({ name: "policed", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("free", node);
      await scene.pod("guarded", node);
      await keepByPolicy(scene, "guarded", "not before the backup");
      const { code, stdout, stderr } = await scene.drydock("drain", node, "--force", "-o", "ndjson");
      expect(code).toBe(2);
      const line = ndjson(stdout).find(blocked("rejected"));
      expect(line === undefined ? "" : messageOf(line)).toContain("not before the backup");
      expect(stderr).toContain("1 pod can never go by itself");
      expect((await scene.pods()).map(({ metadata }) => metadata.name)).toEqual(["guarded"]);
      // Nobody else's mind changes by being asked again.
      const asked = (await scene.evictions())
        .filter(({ pod, code: http }) => pod === "guarded" && http !== 0)
        .map(({ code: http }) => http);
      expect(asked).toEqual([422]);
    }));

  test("a right that is taken away midway ends the drain as denied, with what is left", () =>
    stage.play({ name: "disowned", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      const open = await withBudgetSpent(scene);
      const rules = (...resources: string[]): object[] => [
        {
          apiGroups: ["", "policy", "apps"],
          resources: ["nodes", "pods", "poddisruptionbudgets", "daemonsets"],
          verbs: ["get", "list", "watch", "patch"],
        },
        ...(resources.length === 0 ? [] : [{ apiGroups: [""], resources, verbs: ["create"] }]),
      ];
      const rbac = "/apis/rbac.authorization.k8s.io/v1";
      await stage.plane.call("POST", `${rbac}/clusterroles`, { metadata: { name: "limited" }, rules: rules("pods/eviction") });
      await stage.plane.call("POST", `${rbac}/clusterrolebindings`, {
        metadata: { name: "limited" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "limited" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "limited" }],
      });
      const kubeconfig = await stage.plane.kubeconfig("limited");
      const drain = scene.start("drain", node, "-o", "ndjson", "--kubeconfig", kubeconfig);
      await drain.line(blocked("budget-exhausted"));
      await stage.plane.call("PATCH", `${rbac}/clusterroles/limited`, { rules: rules() });
      await stage.plane.kubectl(["auth", "can-i", "create", "pods/eviction"], { kubeconfig });
      await open();
      expect(messageOf(await drain.line(blocked("denied")))).toContain('cannot create resource "pods/eviction"');
      const { code, stdout } = await drain.ended;
      expect(code).toBe(5);
      expect(ndjson(stdout).at(-1)).toMatchObject({ nodes: [{ node, state: "blocked", moved: 0 }] });
      expect(onNode(await scene.pods(), node)).toHaveLength(2);
    }));
});
