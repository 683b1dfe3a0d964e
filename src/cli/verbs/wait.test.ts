import { expect, test } from "vitest";
import { nodeView } from "../../../test/support/cluster-view.ts";
import type { WaitOptions, WaitOutcome } from "../../maintenance/by-object/wait.ts";
import { type FakeWorld, fakeWorld } from "../testing/fake-world.ts";

function worldWhere(outcome: WaitOutcome): { readonly world: FakeWorld; readonly asked: WaitOptions[] } {
  const asked: WaitOptions[] = [];
  const waitForNodes = async (_: unknown, o: WaitOptions): Promise<WaitOutcome> => {
    asked.push(o);
    return await Promise.resolve(outcome);
  };
  return { world: fakeWorld({ parts: { waitForNodes } }), asked };
}

test("says of each node that it came true, as kubectl wait does", async () => {
  const { world, asked } = worldWhere({ kind: "waited", ends: [{ node: "n", end: "met" }] });
  expect(await world.run("wait", "n", "--for=power-off-safe", "--timeout=1h")).toBe(0);
  expect(world.out.written).toBe("node/n condition met\n");
  expect(asked).toEqual([{ choice: { names: ["n"] }, goal: "power-off-safe", pageSize: 500, timeout: 3_600_000 }]);
});

test("not in time is exit code 3, with what is missing and the next step", async () => {
  const last = nodeView({ ready: false, unschedulable: true });
  const { world } = worldWhere({ kind: "waited", ends: [{ node: "n", end: "timed-out", last }] });
  expect(await world.run("wait", "n", "--for=in-service", "--timeout=1s")).toBe(3);
  expect(world.err.written).toContain("error: timed out waiting for node n to be in-service\n  not yet: it is not Ready\n");
  expect(world.err.written).toContain("drydock status n");
});

test("-o json is one document", async () => {
  const { world } = worldWhere({ kind: "waited", ends: [{ node: "n", end: "timed-out", last: "gone" }] });
  expect(await world.run("wait", "n", "--for=ready", "-o", "json")).toBe(3);
  expect(JSON.parse(world.out.written)).toMatchObject({ kind: "WaitResult", for: "ready", nodes: [{ node: "n", met: false }] });
});

test.each([
  [["n"], "--for=empty|power-off-safe|ready|in-service"],
  [["n", "--for=coffee"], "coffee"],
])("%j is refused", async (words, named) => {
  const { world, asked } = worldWhere({ kind: "waited", ends: [] });
  expect(await world.run("wait", ...words)).toBe(4);
  expect(world.err.written).toContain(named);
  expect(asked).toEqual([]);
});

test("stopped by Ctrl-C it is no success", async () => {
  const { world } = worldWhere({ kind: "waited", ends: [{ node: "n", end: "stopped" }] });
  expect(await world.run("wait", "n", "--for=ready")).toBe(130);
});
