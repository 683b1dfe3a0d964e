import { describe, expect, test } from "vitest";
import { isPodReady } from "../../../src/kube/pod.ts";
import { ndjson } from "./drydock.ts";
import { onNode, uidsAsked, uidsOf } from "./scene.ts";
import { stage } from "./side-by-side/stage.ts";

// Suites of scenes that nothing outside of them disturbs, on one control plane: nearly all of their time they wait, and here they do it at the same
// time. To run a few of their tests: `-t` and words of their names.

// Some of these wait two minutes: a request that is broken off may spend a budget and not take its pod, and the disruption controller gives
// back after that time what was spent. So they begin first.
import "./side-by-side/faults.test.ts";
import "./side-by-side/killed.test.ts";
import "./side-by-side/survives.test.ts";
import "./side-by-side/taint.test.ts";
import "./side-by-side/answers.test.ts";
import "./side-by-side/decisions.test.ts";
import "./side-by-side/nodes.test.ts";
import "./side-by-side/why.test.ts";
import "./side-by-side/destinations.test.ts";
import "./side-by-side/agree.test.ts";
import "./side-by-side/fixes.test.ts";
import "./side-by-side/command-line.test.ts";
import "./side-by-side/volumes.test.ts";
import "./side-by-side/deadline.test.ts";

// After all of them, which it would disturb.
describe("a faulty API server", () => {
  test("killed and started again midway: the drain goes on and evicts nothing twice", () =>
    stage.play({ name: "killed", nodes: 2 }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      const before = await scene.deployment({ name: "web", replicas: 5, on: [node], pods: { ready: 1, gone: 1 } });
      await scene.budget({ name: "web", maxUnavailable: 1 });
      const drain = scene.start("drain", node, "-o", "ndjson");
      await drain.line(({ event }) => event === "gone");
      await stage.plane.apiServer.kill();
      await drain.line(({ event }) => event === "server-lost");
      await stage.plane.apiServer.start();
      await drain.line(({ event }) => event === "server-back");
      const { code, stdout } = await drain.ended;
      expect(code).toBe(0);
      expect(ndjson(stdout).at(-1)).toMatchObject({ nodes: [{ node, state: "drained" }] });
      expect(onNode(await scene.pods(), node)).toEqual([]);
      const granted = uidsAsked((await scene.evictions()).filter(({ code: http }) => http < 300));
      expect(granted).toEqual([...new Set(granted)]);
      expect(uidsOf(before)).toEqual(expect.arrayContaining(granted));
      expect(
        (await scene.until((pods) => pods.filter((pod) => isPodReady(pod.status)).length === 5)).every(
          (pod) => pod.spec.nodeName === other,
        ),
      ).toBe(true);
    }));
});
