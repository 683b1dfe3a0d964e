import { describe, expect, test } from "vitest";
import { heldAnnotation, parseHeld } from "../../../../src/cluster/view/held-record.ts";
import type { Pod } from "../../../../src/kube/pod.ts";
import { parseTime } from "../../../../src/kube/time.ts";
import { type CliLine, ndjson } from "../drydock.ts";
import type { Scene } from "../scene.ts";
import { stage } from "./stage.ts";
import { startWebhook } from "../webhook.ts";

const agreed = ["--force", "--allow=budget-violation"];
const is =
  (event: string) =>
  (line: CliLine): boolean =>
    line.event === event;
const deadlineOf = (line: CliLine): number => parseTime(String(line["deadline"])) ?? Number.NaN;

/** When the server marked a pod, and with how much grace, by the record. */
async function marked(scene: Scene, name: string): Promise<{ readonly at: number; readonly grace: number }> {
  const entry = (await scene.record()).find(
    ({ resource, name: own, object }) => resource === "pods" && own === name && object.metadata.deletionTimestamp !== undefined,
  );
  const { deletionTimestamp, deletionGracePeriodSeconds: grace = Number.NaN } = (entry?.object as Pod | undefined)?.metadata ?? {};
  return { at: (parseTime(deletionTimestamp) ?? Number.NaN) - grace * 1000, grace };
}

describe.concurrent("a drain with a deadline", () => {
  test("deletes what a budget keeps, each pod so early that its grace fits, and never before", () =>
    stage.play({ name: "ahead", nodes: 1, consented: { pods: ["ahead/kept-0", "ahead/kept-1"] } }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("kept-0", node, { grace: 7, gone: 1, labels: { kept: "yes" } });
      await scene.pod("kept-1", node, { grace: 3, gone: 1, labels: { kept: "yes" } });
      await scene.pod("free", node, { grace: 1, gone: 1 });
      await scene.budget({ name: "kept", minAvailable: 2, selector: { matchLabels: { kept: "yes" } } });
      const drain = scene.start("drain", node, "--deadline=15s", ...agreed, "-o", "ndjson");
      const announced = await drain.line(is("deadline"));
      expect((announced["pods"] as readonly { readonly pod: string }[]).map(({ pod }) => pod)).toEqual(
        expect.arrayContaining(["ahead/kept-0", "ahead/kept-1"]),
      );
      const { code, stdout, stderr } = await drain.ended;
      expect(code).toBe(0);
      const deadline = deadlineOf(announced);
      for (const [name, grace] of [
        ["kept-0", 7],
        ["kept-1", 3],
      ] as const) {
        const mark = await marked(scene, name);
        expect(mark.grace).toBe(grace);
        // Stamps have whole seconds.
        expect(mark.at).toBeGreaterThanOrEqual(deadline - grace * 1000 - 1_000);
        expect(mark.at).toBeLessThanOrEqual(deadline - grace * 1000 + 1_000);
      }
      expect(stderr).toMatch(/deleted pod ahead\/kept-0 ahead of the deadline, past budgets, with 7s to end/);
      expect(ndjson(stdout).at(-1)).toMatchObject({
        nodes: [
          {
            state: "drained",
            forced: [
              { pod: "ahead/kept-0", graceSeconds: 7 },
              { pod: "ahead/kept-1", graceSeconds: 3 },
            ],
          },
        ],
      });
      expect((await scene.evictions()).map(({ pod }) => pod)).toEqual(["free"]);
    }));

  test("is refused without the consent, by the flag's name, and nothing is touched", () =>
    stage.play({ name: "unagreed", nodes: 1, emptied: [] }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("web", node);
      const { code, stderr } = await scene.drydock("drain", node, "--force", "--deadline=20s");
      expect(code).toBe(2);
      expect(stderr).toContain("--allow=budget-violation");
      expect(await scene.writes()).toEqual([]);
    }));

  test("goes past a webhook that denies evictions", () =>
    stage.play({ name: "stubborn", nodes: 1, consented: { pods: ["stubborn/web"] } }, async (scene) => {
      await using hook = await startWebhook(stage.plane, scene.namespace);
      const [node] = scene.nodes;
      hook.denied.add("web");
      await scene.pod("web", node, { grace: 2, gone: 1 });
      const { code, stdout } = await scene.drydock("drain", node, "--deadline=9s", ...agreed, "-o", "ndjson");
      expect(code).toBe(0);
      const lines = ndjson(stdout);
      expect(lines.some((line) => is("refused")(line) && line["code"] === "webhook-denied")).toBe(true);
      expect(lines.at(-1)).toMatchObject({ nodes: [{ state: "drained", forced: [{ pod: "stubborn/web", graceSeconds: 2 }] }] });
    }));

  test("goes past a webhook that hangs: the eviction under way is not waited for", () =>
    stage.play({ name: "deadline-silent", nodes: 1, consented: { pods: ["deadline-silent/web"] } }, async (scene) => {
      await using hook = await startWebhook(stage.plane, scene.namespace);
      const [node] = scene.nodes;
      await scene.pod("web", node, { grace: 2, gone: 1 });
      const release = hook.hold();
      const drain = scene.start("drain", node, "--deadline=10s", ...agreed, "-o", "ndjson");
      await drain.line(is("forced"));
      release();
      expect((await drain.ended).code).toBe(0);
    }));

  test("of a process that is killed stands for the next one", () =>
    stage.play(
      { name: "deadline-killed", nodes: 1, consented: { pods: ["deadline-killed/kept-0", "deadline-killed/kept-1"] } },
      async (scene) => {
        const [node] = scene.nodes;
        await scene.pod("kept-0", node, { grace: 2, gone: 0.5, labels: { kept: "yes" } });
        await scene.pod("kept-1", node, { grace: 2, gone: 0.5, labels: { kept: "yes" } });
        await scene.budget({ name: "kept", minAvailable: 2, selector: { matchLabels: { kept: "yes" } } });
        const line = ["drain", node, "--deadline=15s", ...agreed, "-o", "ndjson"];
        const first = scene.start(...line);
        const announced = await first.line(is("deadline"));
        await stage.plane.waitFor("nodes", { fieldSelector: `metadata.name=${node}` }, ([found]) => {
          const record = parseHeld(found?.metadata.annotations?.[heldAnnotation]);
          return typeof record === "object" && record.holders.some(({ deadline }) => deadline !== undefined);
        });
        first.signal("SIGKILL");
        await first.ended;
        const second = scene.start(...line);
        const again = await second.line(is("deadline"));
        expect(again).toMatchObject({ resumed: true });
        expect(Math.abs(deadlineOf(again) - deadlineOf(announced))).toBeLessThanOrEqual(1_000);
        expect((await second.ended).code).toBe(0);
        const { at } = await marked(scene, "kept-0");
        expect(at).toBeGreaterThanOrEqual(deadlineOf(announced) - 3_000);
        expect(at).toBeLessThanOrEqual(deadlineOf(announced) - 1_000);
      },
    ));

  test("says beforehand of a pod whose grace is longer", () =>
    stage.play({ name: "longer", nodes: 1, emptied: [] }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("web", node, { grace: 3_600 });
      const { stdout } = await scene.drydock("preview", node, "--deadline=10m");
      expect(stdout).toContain("has a grace period of 3600 s, longer than the deadline of 600 s");
      expect(stdout).toContain("--allow=budget-violation");
    }));
});

describe.concurrent("a node that could not be emptied", () => {
  test("comes back with --on-failure=uncordon, and the last words say so", () =>
    stage.play({ name: "lifted", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await scene.pod("stuck", node, { hang: true, grace: 1 });
      const { code, stdout, stderr } = await scene.drydock("drain", node, "--force", "--timeout=6s", "--on-failure=uncordon");
      expect(code).toBe(3);
      expect(stdout).toContain(`node/${node} uncordoned`);
      expect(stderr).toContain(`node ${node} is schedulable: its cordon was lifted, as --on-failure=uncordon asks`);
      const { spec, metadata } = await scene.node(node);
      expect(spec?.unschedulable).toBeUndefined();
      expect(metadata.annotations?.[heldAnnotation]).toBeUndefined();
    }));

  test("keeps a cordon that is somebody else's", () =>
    stage.play({ name: "theirs", nodes: 1 }, async (scene) => {
      const [node] = scene.nodes;
      await stage.plane.kubectl(["cordon", node]);
      await scene.pod("stuck", node, { hang: true, grace: 1 });
      const { stderr } = await scene.drydock("drain", node, "--force", "--timeout=6s", "--on-failure=uncordon");
      expect(stderr).toMatch(/stays unschedulable \(it was before\); --on-failure=uncordon lifts no cordon of kubectl/);
      expect((await scene.node(node)).spec?.unschedulable).toBe(true);
    }));
});
