import { expect, test } from "vitest";
import { nodes, pods } from "../kube/resource.ts";
import { seededRandom } from "../runtime/random.ts";
import { randomCluster } from "./random-cluster.ts";
import { Rig } from "./testing/rig.ts";

test("a random cluster is the same for the same seed, and another for another", () => {
  expect(randomCluster(seededRandom("7"))).toEqual(randomCluster(seededRandom("7")));
  expect(randomCluster(seededRandom("7"))).not.toEqual(randomCluster(seededRandom("8")));
});

test("forty random clusters can be built and come to rest", async () => {
  for (let seed = 0; seed < 40; seed += 1) {
    await using rig = new Rig({ seed: `${seed}` });
    const sketch = randomCluster(seededRandom(`${seed}`));
    rig.control.build(sketch);
    await rig.settle();
    expect(rig.control.all(nodes).length).toBe(sketch.nodes.length);
    const stuck = rig.control.all(pods).filter(({ spec, status }) => (spec.nodeName ?? "") === "" && status?.conditions === undefined);
    expect(stuck, `seed ${seed}: pods that nobody tried to schedule`).toEqual([]);
  }
});
