import { beforeAll, describe, expect, test } from "vitest";
import { isPodReady, type Pod } from "../../../../src/kube/pod.ts";
import { parseTime } from "../../../../src/kube/time.ts";
import { allowKubectlsRights, betweenTwoLives, blocked, messageOf, preview, resultOf, rulesFile as writeRules } from "../decided.ts";
import { onNode, type Scene, uidsAsked, uidsOf } from "../scene.ts";
import { stage } from "./stage.ts";

beforeAll(async () => {
  await allowKubectlsRights(stage.plane, "modest");
});

const rulesFile = (scene: Scene, text: string): Promise<string> => writeRules(stage.plane, scene, text);
const runsToItsEnd = { restartPolicy: "Never" };
const annotated = (key: string, value: string) => ({ annotations: { [key]: value } });

describe.concurrent("marks of other tools", () => {
  test("are shown with every pod that bears them, and obeyed only when that is asked for", () =>
    stage.play({ name: "marks", nodes: 1, emptied: [] }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("skip", node, { labels: { "cluster.x-k8s.io/drain": "Skip" } });
      await scene.pod("completes", node, { labels: { "cluster.x-k8s.io/drain": "wait-completed" }, spec: runsToItsEnd });
      await scene.pod("undisturbed", node, annotated("karpenter.sh/do-not-disrupt", "true"));
      await scene.pod("for-hours", node, annotated("karpenter.sh/do-not-disrupt", "4h"));
      await scene.pod("mistaken", node, annotated("karpenter.sh/do-not-disrupt", "soon"));
      await scene.pod("kept", node, annotated("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"));
      await scene.pod("kept-job", node, { ...annotated("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"), spec: runsToItsEnd });
      const shown = await preview(scene, "--force");
      expect(new Set(Object.values(shown.pods))).toEqual(new Set(["evict/unmanaged"]));
      expect(shown.findings.toSorted()).toEqual([
        "warning do-not-disrupt",
        "warning do-not-disrupt",
        "warning drain-skip",
        "warning drain-wait-completed",
        "warning mark-invalid",
        "warning not-safe-to-evict",
        "warning not-safe-to-evict",
      ]);
      expect(shown.evidence["skip"]).toContain('metadata.labels["cluster.x-k8s.io/drain"]=Skip');
      const obeyed = await preview(scene, "--force", "--honor=cluster-api,karpenter,autoscaler");
      expect(obeyed.pods).toEqual({
        skip: "stay/drain-skip",
        completes: "wait/drain-wait-completed",
        undisturbed: "wait/do-not-disrupt",
        "for-hours": "wait/do-not-disrupt",
        mistaken: "evict/unmanaged",
        kept: "ask/not-safe-to-evict",
        "kept-job": "wait/not-safe-to-evict",
      });
      expect(obeyed.findings.toSorted()).toEqual(["fatal not-safe-to-evict", "warning mark-invalid"]);
      expect(obeyed.code).toBe(2);
      expect(obeyed.messages["for-hours"]).toMatch(
        /is not touched before \d{4}-.*Z: its annotation karpenter.sh\/do-not-disrupt says 4h from its start/,
      );
    }));

  test("that are obeyed are named blockers, each ends in its own way, and the node is drained", () =>
    stage.play({ name: "obeyed", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      const before = [
        await scene.pod("completes", node, { labels: { "cluster.x-k8s.io/drain": "wait-completed" }, spec: runsToItsEnd, grace: 1 }),
        await scene.pod("for-seconds", node, { ...annotated("karpenter.sh/do-not-disrupt", "10s"), grace: 1 }),
        await scene.pod("free", node, { grace: 1 }),
      ];
      const drain = scene.start("drain", node, "--force", "--honor=cluster-api,karpenter", "-o", "ndjson");
      expect(messageOf(await drain.line(blocked("awaiting-completion")))).toContain(
        "is left to end by itself (label cluster.x-k8s.io/drain)",
      );
      expect(messageOf(await drain.line(blocked("awaiting-its-time")))).toContain("is not touched before");
      await drain.line((line) => line.event === "replanned" && line["to"] === "evict/unmanaged");
      await scene.until((pods) => pods.length === 1);
      expect(uidsAsked(await scene.evictions())).toEqual(uidsOf(before.slice(1)));
      await stage.plane.call("PATCH", `/api/v1/namespaces/${scene.namespace}/pods/completes/status`, {
        status: { phase: "Succeeded", conditions: [{ type: "Ready", status: "False" }] },
      });
      const { code, stdout } = await drain.ended;
      expect(code).toBe(0);
      expect(resultOf(stdout)).toMatchObject({ nodes: [{ node, left: [], blockers: [] }] });
      // Not before its time: the server's own stamps tell.
      const evicted = (await scene.record()).find(
        ({ name, object }) => name === "for-seconds" && object.metadata.deletionTimestamp !== undefined,
      )?.object as Pod;
      const started = parseTime(evicted.status?.startTime) ?? Number.NaN;
      expect((parseTime(evicted.metadata.deletionTimestamp) ?? Number.NaN) - started).toBeGreaterThanOrEqual(9_000);
    }));

  test("safe-to-evict on what never ends by itself: refused beforehand, left with partial, and a person is named", () =>
    stage.play({ name: "unsafe", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({
        name: "web",
        replicas: 1,
        on: [node],
        pods: annotated("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"),
      });
      const refused = await scene.drydock("drain", node, "--honor=autoscaler");
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain("safe-to-evict says false");
      expect(await scene.writes()).toEqual([]);
      // Again and again: a drain that ends as soon as it has begun gives up reads whose connections are still being made.
      for (let time = 0; time < 6; time += 1) {
        const partly = await scene.drydock("drain", node, "--honor=autoscaler", "--allow=partial", "-o", "ndjson");
        expect(partly.code).toBe(6);
        expect(resultOf(partly.stdout)).toMatchObject({
          nodes: [{ state: "blocked", blockers: [{ code: "not-safe-to-evict", endsBy: "person" }] }],
        });
      }
    }));
});

describe.concurrent("people's sessions", () => {
  test("are recognised with whose they are, refuse beforehand, and go with the consent; reservations of GPUs are nobody's", () =>
    stage.play({ name: "sessions", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.statefulSet({ name: "lab", replicas: 1, on: [node], pods: { labels: { "notebook-name": "lab" } } });
      await scene.pod("jupyter-ann", node, { labels: { component: "singleuser-server", "hub.jupyter.org/username": "ann" } });
      await scene.pod("desk", node, { labels: { "juno-innovations.com/workstation": "rocky", "juno-innovations.com/user": "bob" } });
      await scene.pod("ide", node, { labels: { "controller.devfile.io/devworkspace_name": "shop" } });
      await scene.pod("notes", node, {
        labels: { user: "eve" },
        ...annotated("run.ai/top-owner-metadata", "name: notes\nuid: x\ngroup: run.ai\nversion: v2alpha1\nkind: InteractiveWorkload\n"),
      });
      await stage.plane.createPod({ name: "gpu-reservation-x", namespace: "kai-resource-reservation", on: node });
      const { pods, messages, consents } = await preview(scene);
      expect(pods).toMatchObject({ "lab-0": "evict/session", "gpu-reservation-x": "stay/gpu-reservation" });
      expect(Object.values(pods).filter((is) => is === "evict/session")).toHaveLength(5);
      expect(messages["jupyter-ann"]).toBe("is a session of ann (JupyterHub Server jupyter-ann)");
      expect(messages["desk"]).toContain("a session of bob (Juno Workstation");
      expect(messages["notes"]).toContain("a session of eve (Run:ai InteractiveWorkload notes)");
      expect(consents["jupyter-ann"]).toEqual(["unmanaged", "interactive"]);
      expect(consents["gpu-reservation-x"]).toEqual([]);
      const refused = await scene.drydock("drain", node, "--force");
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain("people's sessions would be ended (use --allow=interactive to accept)");
      expect(await scene.writes()).toEqual([]);
      const partly = await scene.drydock("drain", node, "--force", "--allow=partial", "-o", "ndjson");
      expect(partly.code).toBe(6);
      expect(JSON.stringify(resultOf(partly.stdout)?.["nodes"])).toContain("needs your consent: interactive (ann works in it)");
      const { code } = await scene.drydock("drain", node, "--force", "--allow=interactive");
      expect(code).toBe(0);
      expect(await scene.until((all) => onNode(all, node).length === 0)).toBeDefined();
      const kept = await stage.plane.list("pods", { namespace: "kai-resource-reservation" });
      expect(kept.map(({ metadata }) => metadata.name)).toEqual(["gpu-reservation-x"]);
    }));
});

describe.concurrent("rules", () => {
  test("choose by labels of pods and namespaces; delete, wait, stay, ask and their waves are what happens", () =>
    stage.play({ name: "rules", nodes: 2, consented: { pods: [] } }, async (scene) => {
      const [node] = scene.nodes;
      await stage.plane.call("PATCH", `/api/v1/namespaces/${scene.namespace}`, { metadata: { labels: { env: "prod" } } });
      await scene.deployment({ name: "early", replicas: 1, on: [node], pods: { gone: 1, grace: 1 } });
      await scene.deployment({ name: "late", replicas: 1, on: [node], pods: { grace: 1 } });
      await scene.pod("ends", node, { labels: { role: "batch" }, spec: runsToItsEnd, grace: 1 });
      await scene.pod("runs", node, { labels: { role: "server" } });
      await scene.pod("stays", node, { labels: { role: "agent" } });
      const where = "namespaces: { selector: { matchLabels: { env: prod } } }";
      const rules = await rulesFile(
        scene,
        `rules:
  - { pods: { matchLabels: { role: agent } }, ${where}, action: stay }
  - { pods: { matchExpressions: [{ key: role, operator: In, values: [batch, server] }] }, ${where}, action: wait }
  - { pods: { matchLabels: { app: late } }, namespaces: { names: [${scene.namespace}] }, action: evict, wave: 5 }
`,
      );
      const { pods, waves, evidence, code } = await preview(scene, "--rules", rules);
      expect(pods).toMatchObject({ ends: "wait/rule-wait", runs: "wait/rule-wait", stays: "stay/rule-stay" });
      expect(code).toBe(0);
      expect(Object.entries(waves).find(([name]) => name.startsWith("late"))?.[1]).toBe(5);
      expect(evidence["stays"]).toContain("--rules=rule 1: stay");
      const drain = scene.start("drain", node, "--rules", rules, "-o", "ndjson");
      expect(messageOf(await drain.line(blocked("awaiting-somebody")))).toContain("runs until somebody ends it (rule 2)");
      expect(messageOf(await drain.line(blocked("awaiting-completion")))).toContain("is left to end by itself (rule 2)");
      await scene.until((all) => !onNode(all, node).some(({ metadata }) => metadata.name.startsWith("early")));
      const asked = async () => (await scene.evictions()).map(({ pod }) => pod.split("-")[0]);
      expect(await asked()).toEqual(["early"]);
      await stage.plane.call("PATCH", `/api/v1/namespaces/${scene.namespace}/pods/ends/status`, {
        status: { phase: "Succeeded", conditions: [{ type: "Ready", status: "False" }] },
      });
      const { code: end, stdout } = await drain.ended;
      expect(new Set(await asked())).toEqual(new Set(["early", "ends", "late"]));
      // All that is left is a person's to end.
      expect(end).toBe(2);
      expect(resultOf(stdout)).toMatchObject({ nodes: [{ state: "blocked", left: [`${scene.namespace}/runs`] }] });
    }));

  test("delete goes past a budget with the consent, and ask refuses beforehand", () =>
    stage.play({ name: "deleting", nodes: 2, consented: { pods: [] } }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 1, on: [node], pods: { grace: 1 } });
      await scene.budget({ name: "web", maxUnavailable: 0 });
      const ask = await rulesFile(scene, "rules: [{ action: ask }]");
      const asked = await preview(scene, "--rules", ask);
      expect([asked.code, asked.findings]).toEqual([2, ["fatal rule-ask"]]);
      const rules = await rulesFile(scene, JSON.stringify({ rules: [{ action: "delete" }] }));
      const shown = await preview(scene, "--rules", rules);
      expect(Object.values(shown.consents)).toEqual([["budget-violation"]]);
      expect(Object.values(shown.pods)).toEqual(["delete/managed"]);
      expect((await scene.drydock("drain", node, "--rules", rules)).code).toBe(2);
      expect(await scene.writes()).toEqual([]);
    }));

  test("that nobody can understand are wrong usage, with file and place; those that need namespaces say when these may not be read", () =>
    stage.play({ name: "misread", nodes: 2, emptied: [] }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 1, on: [node] });
      const wrong = await rulesFile(scene, "rules: [{ action: evcit }]");
      const { code, stderr } = await scene.drydock("drain", node, "--rules", wrong);
      expect(code).toBe(4);
      expect(stderr).toContain(`${wrong}: rules[0].action: expected evict, delete, wait, stay or ask, found "evcit"`);
      const byLabel = await rulesFile(scene, "rules: [{ action: stay, namespaces: { selector: {} } }]");
      const blind = await preview(scene, "--rules", byLabel, "--as=modest");
      expect(Object.values(blind.pods)).toEqual(["evict/managed"]);
      expect(blind.findings).toContain("warning namespaces-unread");
      expect(Object.values((await preview(scene, "--rules", byLabel)).pods)).toEqual(["stay/rule-stay"]);
    }));
});

describe.concurrent("order", () => {
  test("by priority with --order, infrastructure last in any case", () =>
    stage.play({ name: "ordered", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await stage.plane.call("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", { metadata: { name: "low-of-tests" }, value: -10 });
      const quick = { gone: 0.5, grace: 1 };
      await scene.pod("infra", node, { ...quick, spec: { priorityClassName: "system-cluster-critical" } });
      await scene.pod("low", node, { ...quick, spec: { priorityClassName: "low-of-tests" } });
      await scene.pod("usual", node, quick);
      expect((await preview(scene, "--force")).waves).toEqual({ infra: 2_000_000_000, low: 0, usual: 0 });
      expect((await preview(scene, "--force", "--order=priority")).waves).toEqual({ infra: 2_000_000_000, low: -10, usual: 0 });
      const { code } = await scene.drydock("drain", node, "--force", "--order=priority");
      expect(code).toBe(0);
      const record = await scene.record();
      const began = (name: string) =>
        record.find((entry) => entry.name === name && entry.object.metadata.deletionTimestamp !== undefined)?.revision;
      const ended = (name: string) => record.find((entry) => entry.name === name && entry.type === "delete")?.revision ?? Number.NaN;
      expect(began("usual")).toBeGreaterThan(ended("low"));
      expect(began("infra")).toBeGreaterThan(ended("usual"));
    }));
});

describe.concurrent("what is said beforehand", () => {
  test("pods that a cordon does not keep away, and files that stay on the node", () =>
    stage.play({ name: "beforehand", nodes: 2, emptied: [] }, async (scene) => {
      const [node] = scene.nodes;
      const volumes = [
        { name: "data", hostPath: { path: "/srv/data" } },
        { name: "zone", hostPath: { path: "/etc/localtime" } },
      ];
      await scene.deployment({ name: "agent", replicas: 1, on: [node], pods: { spec: { tolerations: [{ operator: "Exists" }] } } });
      await scene.deployment({ name: "files", replicas: 1, on: [node], pods: { spec: { volumes } } });
      const { findings, says } = await preview(scene);
      expect(findings.toSorted()).toEqual(["info host-path", "warning may-come-back"]);
      expect(says.join("\n")).toContain(`has files on node ${node} (hostPath /srv/data)`);
    }));

  test("what the policy of a budget does with pods that are not Ready, and then it does that", () =>
    stage.play({ name: "unhealthy", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      const pods = await scene.deployment({ name: "web", replicas: 2, on: [node], pods: { grace: 1 } });
      for (const { metadata } of pods)
        await scene.patchPod(metadata.name, { metadata: { annotations: { "drydock.test/unready": "true" } } });
      await scene.until((all) => all.every((pod) => !isPodReady(pod.status)));
      await scene.budget({ name: "web", minAvailable: 1 });
      const kept = await preview(scene);
      expect(new Set(kept.findings)).toEqual(new Set(["warning unhealthy-pod-policy"]));
      expect(kept.says[0]).toContain("the budget web keeps it while too few others are healthy");
      await scene.patchBudget("web", { unhealthyPodEvictionPolicy: "AlwaysAllow" });
      await stage.plane.waitFor(
        "poddisruptionbudgets",
        { namespace: scene.namespace },
        ([found]) => (found?.status?.observedGeneration ?? 0) >= (found?.metadata.generation ?? 1),
      );
      const free = await preview(scene);
      expect(new Set(free.findings)).toEqual(new Set(["info unhealthy-pod-policy"]));
      expect(Object.values(free.evidence).every((fields) => fields.includes("spec.unhealthyPodEvictionPolicy=AlwaysAllow"))).toBe(true);
      expect((await scene.drydock("drain", node)).code).toBe(0);
      expect(uidsAsked(await scene.evictions())).toEqual(uidsOf(pods));
    }));

  test("budgets that the controller cannot count, in its own words", () =>
    stage.play({ name: "uncounted", nodes: 2, emptied: [] }, async (scene) => {
      const [node] = scene.nodes;
      const labels = { app: "batch" };
      await stage.plane.call("POST", `/apis/batch/v1/namespaces/${scene.namespace}/jobs`, {
        metadata: { name: "batch" },
        spec: {
          template: {
            metadata: { labels },
            spec: { restartPolicy: "Never", nodeName: node, containers: [{ name: "main", image: "registry.example/test:1" }] },
          },
        },
      });
      await scene.until((all) => all.some((pod) => isPodReady(pod.status)));
      await stage.plane.createBudget({ name: "batch", namespace: scene.namespace, maxUnavailable: 1, selector: { matchLabels: labels } });
      await stage.plane.waitFor("poddisruptionbudgets", { namespace: scene.namespace }, ([found]) =>
        (found?.status?.conditions ?? []).some(({ reason }) => reason === "SyncFailed"),
      );
      const { findings, says, pods } = await preview(scene);
      expect(findings).toEqual(["warning budget-sync-failed"]);
      expect(says[0]).toContain("does not implement the scale subresource");
      expect(Object.values(pods)).toEqual(["evict/managed"]);
    }));
});

describe.concurrent("a budget that counts the pods there are, while a StatefulSet makes one anew", () => {
  test("is not refused where the scale of its owner tells better", () =>
    stage.play({ name: "scaled", nodes: 2, consented: { pods: ["scaled/db-1"] } }, async (scene) => {
      const [node] = scene.nodes;
      const mend = await betweenTwoLives(stage.plane, scene);
      const drain = scene.start("drain", node, "-o", "ndjson");
      await drain.line(blocked("budget-exhausted"));
      await mend();
      expect((await drain.ended).code).toBe(0);
      expect((await scene.evictions()).map(({ pod, code }) => `${pod} ${code}`)).toEqual(["db-2 201"]);
    }));

  test("without the right to read it: refused after a second look, and with partial the doubt is said", () =>
    stage.play({ name: "doubted", nodes: 2, consented: { pods: ["doubted/db-1"] } }, async (scene) => {
      const [node] = scene.nodes;
      const mend = await betweenTwoLives(stage.plane, scene);
      const refused = await preview(scene, "--as=modest");
      expect([refused.code, refused.findings.filter((one) => one.startsWith("fatal"))]).toEqual([2, ["fatal budget-never-allows"]]);
      const drain = scene.start("drain", node, "--allow=partial", "-o", "ndjson", "--as=modest");
      expect(messageOf(await drain.line(blocked("budget-in-doubt")))).toContain("waiting up to 30 s in case a pod is just being made anew");
      await mend();
      expect((await drain.ended).code).toBe(0);
    }));
});
