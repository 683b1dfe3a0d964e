import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../../src/runtime/random.ts";
import type { Faults } from "../../fixture/faults.ts";
import { startProxy } from "../../fixture/proxy.ts";
import { type CliLine, ndjson } from "../drydock.ts";
import { onNode, uidsAsked, uidsOf } from "../scene.ts";
import { stage } from "./stage.ts";

/** About every fifth call goes wrong in one way or another. Which, and how often each, follows from the seed. */
function mixture(seed: string): Faults {
  const random = seededRandom(seed);
  const share = (most: number): number => random.next() * most;
  return {
    cutWatchesEvery: 300 + Math.floor(random.next() * 2_000),
    ...(random.next() < 0.3 ? { resumeIsGone: random.next() < 0.5 ? "event" : "http" } : {}),
    splitChunks: random.next() < 0.5,
    garble: share(0.05),
    refuse: { share: share(0.3), with: [429, 500, 503] },
    loseAnswers: share(0.2),
    halveAnswers: share(0.2),
    stall: { share: share(0.2), for: 100 + Math.floor(random.next() * 1_500) },
  };
}

const stateOf = (result: CliLine | undefined): readonly string[] =>
  ((result?.["nodes"] ?? []) as readonly { readonly state: string }[]).map(({ state }) => state);

const runs = Array.from({ length: 20 }, (_, index) => `faults-${index + 1}`);

// Every way in which an answer can be bad, mixed by seed, between drydock and the real API server.
describe.concurrent("with 429, 500, 503, stalls, lost and half answers, and broken watches", () => {
  test.each(runs)("%s: the node is emptied, nobody is asked twice who was taken, nothing else is touched", (name) =>
    stage.play({ name, nodes: 2 }, async (scene) => {
      const [node, other = ""] = scene.nodes;
      const pods = await scene.deployment({
        name: "web",
        replicas: 4,
        on: [node, node, node, other],
        pods: { ready: 1, gone: 1, grace: 5 },
      });
      await scene.budget({ name: "web", maxUnavailable: 1 });
      const free = await scene.deployment({ name: "free", replicas: 3, on: [node], pods: { gone: 1, grace: 5 } });
      const { plane } = stage;
      await using proxy = await startProxy(plane, name);
      const drain = scene.start("drain", node, "-o", "ndjson", "--kubeconfig", await scene.through(proxy.server));
      // What fails before the first change ends the command: that is tested elsewhere.
      await drain.line(({ event }) => event === "planned");
      proxy.set(mixture(name));
      const { code, stdout } = await drain.ended;
      expect(code).toBe(0);
      // A watch that begins anew may miss how a pod ended: then that is said, never guessed.
      expect(["drained", "unproven"]).toEqual(expect.arrayContaining([...stateOf(ndjson(stdout).at(-1))]));
      const moved = [...onNode(pods, node), ...onNode(free, node)];
      expect(onNode(await scene.pods(), node)).toEqual([]);
      expect(await scene.taken()).toEqual(uidsOf(moved));
      const granted = uidsAsked((await scene.evictions()).filter(({ code: http }) => http < 300));
      expect(granted).toEqual([...new Set(granted)]);
      const { refused, lost, halved, stalled, cut } = proxy.counts;
      expect(refused + lost + halved + stalled + cut).toBeGreaterThan(0);
    }),
  );
});
