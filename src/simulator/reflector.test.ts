import { expect, test } from "vitest";
import type { Sink } from "../client/reflector/contract.ts";
import { startReflector } from "../client/reflector/reflector.ts";
import { pods } from "../kube/resource.ts";
import { seededRandom } from "../runtime/random.ts";
import { everyFault } from "./faults.ts";
import { randomCluster } from "./random-cluster.ts";
import { Rig } from "./testing/rig.ts";

function sinkInto(copy: Map<string, string>): Sink<true> {
  return {
    replace: (items) => {
      copy.clear();
      for (const { uid, resourceVersion } of items) copy.set(uid, resourceVersion);
    },
    apply: (changes) => {
      for (const { type, item } of changes) {
        if (type === "DELETED") copy.delete(item.uid);
        else copy.set(item.uid, item.resourceVersion);
      }
    },
  };
}

test("a reflector's copy is the cluster once faults have ended, whatever went wrong before", async () => {
  for (let seed = 0; seed < 40; seed += 1) {
    await using rig = new Rig({ seed: `${seed}`, eventLimit: 40, faults: { rates: everyFault(0.05), endAfter: 120_000 } });
    const { control, api, clock } = rig;
    control.build(randomCluster(seededRandom(`${seed}`)));
    const copy = new Map<string, string>();
    const random = seededRandom(`reflector/${seed}`);
    await using _reflector = startReflector({
      api,
      resource: pods,
      selection: {},
      project: () => true as const,
      sink: sinkInto(copy),
      clock,
      random,
    });
    for (let round = 0; round < 20; round += 1) {
      const all = control.all(pods);
      const victim = all[(round * 7) % all.length];
      if (victim !== undefined) control.remove(pods, victim.metadata);
      await rig.pass(8_000);
    }
    await rig.pass(300_000);
    const there = new Map(control.all(pods).map(({ metadata }) => [metadata.uid, metadata.resourceVersion]));
    expect(copy, `seed ${seed}`).toEqual(there);
  }
});
