import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { isPodReady } from "../../../../src/kube/pod.ts";
import { newestBuild } from "../../binaries.ts";
import { onNode, type Scene } from "../scene.ts";
import { stage } from "./stage.ts";
import { startWebhook } from "../webhook.ts";

// `why` on the real thing: each common cause is brought about, named with what the API says of it, and gone when it is ended.
interface Cause {
  readonly code: string;
  readonly pods: readonly string[];
  readonly message: string;
  readonly endsBy: string;
  readonly since: string | null;
  readonly because: readonly string[];
  readonly evidence: readonly { readonly object: string; readonly field: string; readonly value: string }[];
  readonly ways: readonly { readonly who: string; readonly what: string; readonly command: string | null }[];
}

interface Answer {
  readonly code: number | null;
  readonly held: boolean;
  readonly causes: readonly Cause[];
  readonly pods: readonly { readonly name: string; readonly state: string; readonly server: string }[];
}

async function why(scene: Scene, ...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await scene.drydock("why", ...args, "-o", "json");
  if (stdout === "") throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Omit<Answer, "code">), code };
}

function only({ causes }: Answer): Cause {
  const [cause, ...others] = causes;
  if (cause === undefined || others.length > 0) throw new Error(`${causes.length} causes: ${causes.map(({ code }) => code).join(", ")}`);
  return cause;
}

const nothingWritten = async (scene: Scene): Promise<void> => {
  const lasting = (await scene.writes()).filter(
    ({ requestURI, requestObject }) => !requestURI.includes("dryRun=All") && !JSON.stringify(requestObject).includes('"dryRun":["All"]'),
  );
  expect(lasting).toEqual([]);
};

/** Two pods on the first node, a third elsewhere that is not Ready: the budget of one is spent, until `open`. */
async function withBudgetSpent(scene: Scene): Promise<{ readonly sick: string; readonly open: () => Promise<void> }> {
  const [node, other = ""] = scene.nodes;
  const pods = await scene.deployment({ name: "web", replicas: 3, on: [node, node, other], pods: { grace: 1 } });
  const sick = onNode(pods, other)[0]?.metadata.name ?? "";
  const mood = (unready: string | null): Promise<void> =>
    scene.patchPod(sick, { metadata: { annotations: { "drydock.test/unready": unready } } });
  await mood("true");
  await scene.until((all) => all.filter((pod) => isPodReady(pod.status)).length === 2);
  await scene.budget({ name: "web", maxUnavailable: 1 });
  await stage.plane.waitFor("poddisruptionbudgets", { namespace: scene.namespace }, ([found]) => found?.status?.currentHealthy === 2);
  return { sick, open: () => mood(null) };
}

/** A line as a person would paste it, with the real kubectl. */
async function paste(scene: Scene, line: string): Promise<string> {
  const { stdout } = await promisify(execFile)("sh", ["-c", line], {
    env: { PATH: `${newestBuild}:${process.env["PATH"] ?? ""}`, KUBECONFIG: scene.kubeconfig, HOME: stage.plane.directory },
  });
  return stdout;
}

test.concurrent("--show-kubectl: each line does by hand what the step does, as it is pasted", () =>
  stage.play({ name: "by-hand", nodes: 2 }, async (scene) => {
    const [node] = scene.nodes;
    await scene.statefulSet({ name: "db", replicas: 1, on: [node] });
    const { stdout } = await scene.drydock("preview", node, "--show-kubectl", "-o", "json");
    interface Step {
      readonly kubectl: readonly { readonly command: string }[];
    }
    const [planned] = (
      JSON.parse(stdout) as { readonly nodes: readonly { readonly pods: readonly Step[]; readonly changes: readonly Step[] }[] }
    ).nodes;
    const [cordon = ""] = planned?.changes[0]?.kubectl.map(({ command }) => command) ?? [];
    const [evict = ""] = planned?.pods[0]?.kubectl.map(({ command }) => command) ?? [];
    const before = await scene.pods();
    expect(await paste(scene, cordon)).toBe(`node/${node} cordoned\n`);
    await paste(scene, evict);
    await scene.until((pods) => pods.every(({ metadata }) => metadata.uid !== before[0]?.metadata.uid));
    const text = (await scene.drydock("preview", node, "--show-kubectl")).stdout;
    expect(await paste(scene, `kubectl uncordon ${node}`)).toBe(`node/${node} uncordoned\n`);
    expect(text).toContain(`  kubectl uncordon ${node}\n`);
  }));

describe.concurrent("why", () => {
  test("a spent budget: the pod that is not Ready, on its node; nothing once it is Ready, and the lines to paste work", () =>
    stage.play({ name: "why-spent", nodes: 2 }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      const { sick, open } = await withBudgetSpent(scene);
      const answer = await why(scene, node);
      const cause = only(answer);
      expect(answer.code).toBe(2);
      expect(cause).toMatchObject({ code: "budget-exhausted", endsBy: "cluster" });
      expect(cause.pods).toHaveLength(2);
      expect(cause.because[0]).toContain(`pod why-spent/${sick} on ${other}: `);
      expect(cause.evidence).toContainEqual({ object: "budget why-spent/web", field: "status.disruptionsAllowed", value: "0" });
      expect(cause.since).toMatch(/Z$/);
      const scale = cause.ways.find(({ command }) => command?.includes(" scale ") === true)?.command;
      expect(scale).toBe("kubectl -n why-spent scale deployment/web --replicas=4");
      await open();
      await stage.plane.waitFor(
        "poddisruptionbudgets",
        { namespace: scene.namespace },
        ([found]) => found?.status?.disruptionsAllowed === 1,
      );
      const free = await why(scene, node);
      expect([free.code, free.held]).toEqual([0, false]);
      expect(new Set(free.pods.map(({ state, server }) => `${state} ${server}`))).toEqual(new Set(["free would-accept"]));
      await nothingWritten(scene);
    }));

  test("a budget that can never allow one, and two over one pod: a person's", () =>
    stage.play({ name: "why-never", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.deployment({ name: "db", replicas: 1, on: [node] });
      await scene.budget({ name: "db", minAvailable: 1 });
      expect(only(await why(scene, node))).toMatchObject({ code: "budget-never-allows", endsBy: "person" });
      await scene.budget({ name: "all", minAvailable: 1, selector: {} });
      const two = only(await why(scene, node));
      expect(two).toMatchObject({ code: "two-budgets", endsBy: "person" });
      expect(two.ways.map(({ command }) => command)).toContain("kubectl -n why-never edit pdb all");
    }));

  test("an admission webhook, which only the server knows of, is asked by a dry run", () =>
    stage.play({ name: "why-hooked", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await using hook = await startWebhook(stage.plane, scene.namespace);
      await scene.pod("guarded", node);
      hook.denied.add("guarded");
      const cause = only(await why(scene, "why-hooked/guarded", "--force"));
      expect(cause).toMatchObject({ code: "webhook-denied" });
      expect(cause.message).toContain(hook.name);
      hook.denied.clear();
      expect(await why(scene, "pod/why-hooked/guarded", "--force")).toMatchObject({ code: 0, held: false });
      await nothingWritten(scene);
    }));

  test("a finalizer keeps a pod that has ended; without it, it is gone", () =>
    stage.play({ name: "why-kept", nodes: 1, consented: { pods: ["why-kept/kept"] } }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("kept", node, { grace: 1 });
      await scene.patchPod("kept", { metadata: { finalizers: ["example.com/backup"] } });
      await stage.plane.kubectl(["delete", "pod", "-n", scene.namespace, "kept", "--wait=false"]);
      await scene.until(([pod]) => pod?.status?.containerStatuses?.every(({ state }) => state?.terminated !== undefined) === true);
      const cause = only(await why(scene, "why-kept/kept"));
      expect(cause).toMatchObject({ code: "finalizers", message: "is kept by the finalizer example.com/backup" });
      expect(cause.evidence).toContainEqual(expect.objectContaining({ field: "metadata.finalizers", value: "example.com/backup" }));
      await scene.patchPod("kept", { metadata: { finalizers: null } });
      await scene.until((pods) => pods.length === 0);
      expect(await scene.drydock("why", "why-kept/kept")).toMatchObject({ code: 4 });
    }));

  test("consents, one by one, with the line that gives them", () =>
    stage.play({ name: "why-agree", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("bare", node, { spec: { volumes: [{ name: "tmp", emptyDir: {} }] } });
      const answer = await why(scene, node);
      expect(answer.causes.map(({ code }) => code)).toEqual(["consent-missing", "consent-missing"]);
      for (const { ways } of answer.causes)
        expect(ways[0]?.command).toMatch(/^drydock drain why-agree-1 .*--delete-emptydir-data --force$/);
      expect(await why(scene, node, "--force", "--delete-emptydir-data")).toMatchObject({ code: 0, held: false });
    }));

  test("beside a drain that runs: whose it is, and what it waits for", () =>
    stage.play({ name: "why-beside", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      const { open } = await withBudgetSpent(scene);
      const drain = scene.start("drain", node, "-o", "ndjson");
      await drain.line(({ event }) => event === "blocked");
      const { code, stdout } = await scene.drydock("why", node);
      expect(code).toBe(2);
      expect(stdout).toMatch(/node +unschedulable; held by \S+ on \S+ since .+, who evicts since /);
      expect(stdout).toContain("waits for the budget web");
      await open();
      expect((await drain.ended).code).toBe(0);
      expect(await why(scene, node)).toMatchObject({ code: 0, held: false });
    }));
});
