import { expect, test } from "vitest";
import { DrainWorld } from "../../test/support/drain-world.ts";
import { budgets, leases } from "../kube/resource.ts";
import { formatTime } from "../kube/time.ts";
import type { Millis } from "../runtime/clock.ts";
import { checkParts, type PartCheck, type PartName } from "./check-parts.ts";

const groups = [{ name: "policy", versions: ["v1"], preferred: "v1" }];

async function partsOf(prepare: (world: DrainWorld) => void = () => {}, served: typeof groups | undefined = groups) {
  const world = new DrainWorld({ nodes: [{ name: "n" }] });
  world.cluster.control.addNamespace("kube-system");
  world.cluster.control.addNamespace("web");
  prepare(world);
  const parts = await world.until(checkParts(served, world.surroundings()));
  return (name: PartName): PartCheck["verdict"] | undefined => parts.find(({ part }) => part === name)?.verdict;
}

const lease = (age: Millis) => (world: DrainWorld) => {
  const renewTime = formatTime(world.clock.now() - age).replace("Z", ".000000Z");
  const spec = { holderIdentity: "cp-1_x", leaseDurationSeconds: 15, renewTime };
  world.cluster.control.create(leases, { metadata: { name: "kube-controller-manager" }, spec }, { namespace: "kube-system" });
};

test("the eviction API is there where policy/v1 is served", async () => {
  expect((await partsOf())("eviction-api")).toBe("yes");
  expect((await partsOf(undefined, []))("eviction-api")).toBe("no");
});

test.each([
  { what: "holds its lease", prepare: lease(2_000), verdict: "yes" },
  { what: "has let it run out", prepare: lease(60_000), verdict: "no" },
  { what: "keeps none", prepare: () => {}, verdict: "unknown" },
])("the controller-manager $what: $verdict", async ({ prepare, verdict }) => {
  expect((await partsOf(prepare))("controller-manager")).toBe(verdict);
});

test("whether budgets are counted is seen by a budget, and unknown without one", async () => {
  expect((await partsOf())("disruption-controller")).toBe("unknown");
  const uncounted = await partsOf(({ cluster: { control } }) => {
    control.create(budgets, { metadata: { name: "web" }, spec: { maxUnavailable: 1, selector: {} } }, { namespace: "web" });
  });
  expect(uncounted("disruption-controller")).toBe("no");
  const counted = await partsOf(({ cluster: { control } }) => {
    control.addBudget({ namespace: "web", name: "web", spec: { maxUnavailable: 1, selector: {} } });
  });
  expect(counted("disruption-controller")).toBe("yes");
});

test("taint eviction is not visible, and not guessed; the clocks agree", async () => {
  const verdict = await partsOf();
  expect([verdict("taint-eviction"), verdict("clock")]).toEqual(["unknown", "yes"]);
});
