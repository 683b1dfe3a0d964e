import { expect, test } from "vitest";
import { DrainWorld } from "../../../test/support/drain-world.ts";
import { nodes } from "../../kube/resource.ts";
import { projectNode } from "../view/project.ts";
import { Sources } from "./sources.ts";

test("what many look at is compared with the server once for all of them, however many ask", async () => {
  const world = new DrainWorld({ nodes: [{ name: "n" }] });
  const { api, clock, random, stop } = world.surroundings();
  const options = { api, clock, random, signal: stop };
  const own = new Sources(options, () => {});
  const shared = own.add(nodes, {}, projectNode, {});
  await world.until(shared.synced);
  await world.elapse(5_000);
  const others = Array.from({ length: 50 }, () => new Sources(options, () => {}));
  for (const sources of others) sources.sharedOr(shared, () => own.add(nodes, {}, projectNode, {}));
  const asked = (): number => world.cluster.record.calls.filter(({ verb, resource }) => verb === "watch" && resource === "nodes").length;
  const before = asked();
  // Each asks every 30 s, as a session does whose pods have waited that long; together that is more than once a second.
  for (let turn = 0; turn < 50; turn += 1) {
    others[turn]?.resync();
    await world.elapse(600);
  }
  expect(asked() - before).toBe(1);
  await own[Symbol.asyncDispose]();
});
