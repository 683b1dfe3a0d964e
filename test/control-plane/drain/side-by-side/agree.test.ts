import { describe, expect, test } from "vitest";
import { isPodReady } from "../../../../src/kube/pod.ts";
import { type CliLine, ndjson } from "../drydock.ts";
import { onNode, type Scene, uidsAsked, uidsOf } from "../scene.ts";
import { stage } from "./stage.ts";

interface Preview {
  readonly hash: string;
  readonly nodes: readonly { readonly pods: readonly { readonly name: string; readonly uid: string; readonly action: string }[] }[];
}

async function preview(scene: Scene, ...args: string[]): Promise<Preview> {
  const { code, stdout } = await scene.drydock("preview", ...args, "-o", "json");
  // With that consent it exits as the drain would: pods would be left.
  expect(code).toBe(args.some((arg) => arg.includes("partial")) ? 6 : 0);
  return JSON.parse(stdout) as Preview;
}

const planned = (stdout: string): unknown => ndjson(stdout).find(({ event }) => event === "planned")?.["hash"];
const blocked =
  (code: string) =>
  (line: CliLine): boolean =>
    line.event === "blocked" && (line["blocker"] as { readonly code: string }).code === code;

/** One of each: with a budget, in order, with data, on every node, without a controller, finished. */
async function everyKind(scene: Scene): Promise<void> {
  const [node, other = ""] = scene.nodes;
  await scene.deployment({ name: "web", replicas: 3, on: [node, node, other], pods: { ready: 0.5, gone: 0.5 } });
  await scene.budget({ name: "web", maxUnavailable: 1 });
  await scene.statefulSet({ name: "db", replicas: 1, on: [node] });
  await scene.deployment({ name: "cache", replicas: 1, on: [node], pods: { spec: { volumes: [{ name: "tmp", emptyDir: {} }] } } });
  await scene.daemonSet({ name: "logs" });
  await scene.pod("bare", node);
  await scene.pod("done", node, { finish: 0.1 });
}

const consents = ["--ignore-daemonsets", "--delete-emptydir-data", "--force"] as const;

describe.concurrent("preview and drain, two processes on one cluster", () => {
  test("print the same hash, with consents and without, and the drain does what the preview said", () =>
    stage.play({ name: "same", nodes: 2 }, async (scene) => {
      const [node] = scene.nodes;
      await everyKind(scene);
      const said = await preview(scene, node);
      const runs = [await preview(scene, node, ...consents), await preview(scene, node, "--allow=unmanaged,partial")].map(
        ({ hash }) => hash,
      );
      const refused = await scene.drydock("drain", node, "-o", "ndjson");
      const dry = await scene.drydock("drain", node, ...consents, "--dry-run=client", "-o", "ndjson");
      expect(await scene.writes()).toEqual([]);
      const drain = await scene.drydock("drain", node, ...consents, "-o", "ndjson");
      expect([...runs, planned(refused.stdout), planned(dry.stdout), planned(drain.stdout)]).toEqual(
        Array.from({ length: 5 }, () => said.hash),
      );
      expect([refused.code, dry.code, drain.code]).toEqual([2, 0, 0]);
      const pods = said.nodes[0]?.pods ?? [];
      const moving = pods.filter(({ action }) => action === "evict").map(({ uid }) => uid);
      expect(uidsAsked(await scene.evictions())).toEqual(moving.sort());
      const staying = pods.filter(({ action }) => action === "stay").map(({ uid }) => uid);
      expect(uidsOf(onNode(await scene.pods(), node))).toEqual(staying.sort());
      expect(ndjson(drain.stdout).filter(({ event }) => event === "replanned")).toEqual([]);
    }));

  test("give another hash where the request is another", () =>
    stage.play({ name: "other", nodes: 2 }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      await scene.deployment({ name: "web", replicas: 2, on: [node, other] });
      const asked = [[node], [node, "--pod-selector=app=none"], [node, other], [node, "--disable-eviction"]];
      const hashes = [];
      for (const args of asked) hashes.push((await preview(scene, ...args)).hash);
      expect(new Set(hashes).size).toBe(asked.length);
    }));
});

describe.concurrent("what changes after the plan", () => {
  test("is said as replanned, each time with the object and the version that changed it", () =>
    stage.play({ name: "changed", nodes: 2 }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      const pods = await scene.deployment({ name: "web", replicas: 4, on: [node, node, node, other], pods: { grace: 1 } });
      const holder = onNode(pods, other)[0]?.metadata.name ?? "";
      const mood = (unready: string | null): Promise<void> =>
        scene.patchPod(holder, { metadata: { annotations: { "drydock.test/unready": unready } } });
      await mood("true");
      await scene.until((all) => all.filter((pod) => isPodReady(pod.status)).length === 3);
      await scene.budget({ name: "web", maxUnavailable: 1 });
      const drain = scene.start("drain", node, "-o", "ndjson", "--force");
      await drain.line(blocked("budget-exhausted"));
      const [first = "", second = ""] = onNode(pods, node).map(({ metadata }) => metadata.name);
      const replanned =
        (name: string, to: string | null) =>
        (line: CliLine): boolean =>
          line.event === "replanned" && line["object"] === `pod ${scene.namespace}/${name}` && line["to"] === to;

      await scene.pod("late", node, { ready: 3600 });
      const lines = [await drain.line(replanned("late", "evict/unmanaged"))];
      await stage.plane.call("PATCH", `/api/v1/namespaces/${scene.namespace}/pods/${first}/status`, {
        status: { phase: "Succeeded", conditions: [{ type: "Ready", status: "False" }] },
      });
      lines.push(await drain.line(replanned(first, "evict/finished")));
      await scene.patchPod(second, { metadata: { labels: { team: "a" } } });
      await scene.budget({ name: "team", maxUnavailable: 1, selector: { matchLabels: { team: "a" } } });
      lines.push(await drain.line(replanned(second, "ask/two-budgets")));
      await stage.plane.call("DELETE", `/apis/policy/v1/namespaces/${scene.namespace}/poddisruptionbudgets/team`);
      lines.push(await drain.line((line) => line["from"] === "ask/two-budgets" && replanned(second, "evict/managed")(line)));
      await mood(null);
      expect((await drain.ended).code).toBe(0);

      const record = await scene.record();
      for (const line of lines) {
        const { object, resourceVersion, how } = line["cause"] as Readonly<Record<"object" | "resourceVersion" | "how", string | null>>;
        if (how === "deleted") {
          // Of what is gone no version is left to name.
          expect(object).toBe(`budget ${scene.namespace}/team`);
          continue;
        }
        const versions = record
          .filter(({ name, resource }) => `${resource === "pods" ? "pod" : "budget"} ${scene.namespace}/${name}` === object)
          .map(({ revision }) => String(revision));
        expect(versions).toContain(resourceVersion);
      }
      const said = ndjson((await drain.ended).stdout).filter(({ event }) => event === "replanned");
      expect(said.length).toBeGreaterThanOrEqual(lines.length);
    }));
});
