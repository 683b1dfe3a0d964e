import { expect, test } from "vitest";
import { DrainWorld } from "../../../test/support/drain-world.ts";
import { Fleet } from "./fleet.ts";

test("all pods are watched for the twenty-first node, and let go of when nobody has a part in that any more", async () => {
  const world = new DrainWorld({ nodes: [{ name: "n" }], pods: [{ namespace: "web", name: "a", on: "n" }] });
  const { api, clock, random, stop } = world.surroundings();
  let letGo = 0;
  const fleet = new Fleet({ api, clock, random, signal: stop, letGo: () => (letGo += 1) });
  const first = Array.from({ length: 20 }, () => fleet.share());
  expect(first.filter(({ pods }) => pods !== undefined)).toEqual([]);
  const shares = [fleet.share(), fleet.share()];
  await world.until(Promise.all(shares.flatMap(({ pods }) => (pods === undefined ? [] : [pods.synced]))));
  expect(shares.map(({ pods }) => pods?.store.size)).toEqual([1, 1]);
  expect(fleet.watches).toBe(3);
  await shares[0]?.[Symbol.asyncDispose]();
  expect([fleet.watches, letGo]).toEqual([3, 0]);
  await shares[1]?.[Symbol.asyncDispose]();
  expect([fleet.watches, letGo]).toEqual([2, 1]);
  for (const share of first) await share[Symbol.asyncDispose]();
  expect([fleet.watches, letGo]).toEqual([1, 1]);
  await fleet[Symbol.asyncDispose]();
});
