import { expect, test } from "vitest";
import type { Maintenance, MaintenanceSpec } from "../../api/maintenance.ts";
import { OperatorWorld } from "../../../test/support/operator-world.ts";
import { nodes } from "../../kube/resource.ts";
import { consentsWaitedFor } from "./order.ts";

/** A pod that nobody owns, and one whose budget never lets it go. */
const sketch = {
  nodes: [{ name: "n" }, { name: "m" }],
  workloads: [{ kind: "Deployment" as const, namespace: "web", name: "one", replicas: 1, on: ["n"] }],
  budgets: [{ namespace: "web", name: "one", spec: { selector: { matchLabels: { app: "one" } }, minAvailable: 1 } }],
  pods: [{ namespace: "web", name: "bare", on: "n" }],
};

async function blockedBy(drain: NonNullable<MaintenanceSpec["drain"]>): Promise<{ world: OperatorWorld; object: Maintenance }> {
  const world = new OperatorWorld(sketch);
  await world.world.until(world.start().ready);
  world.maintain("os-patch", { nodeName: "n", drain });
  return { world, object: await world.reach("os-patch", "Blocked") };
}

const consentsOf = ({ status }: Maintenance) => (status?.blockers ?? []).map(({ object, consents }) => [object, consents]);

test("a blocker names the consents that end it as data, and the command that gives them", async () => {
  const { world, object } = await blockedBy({ allow: ["partial"] });
  const [bare, one] = object.status?.blockers ?? [];
  expect(bare).toMatchObject({
    code: "consent-missing",
    object: "Pod/web/bare",
    consents: ["unmanaged"],
    hint: "to agree: drydock approve n --allow=unmanaged",
  });
  expect(one?.code).toBe("budget-never-allows");
  expect(one).not.toHaveProperty("consents");
  expect(consentsWaitedFor(object)).toEqual(["unmanaged"]);
  world.edit("os-patch", { drain: { allow: ["partial", "unmanaged"] } });
  await world.world.reach(() => world.seen("os-patch")?.status?.blockers?.length === 1);
});

test("where nothing may be left behind every consent is named before the node is touched, and it goes on once they are given", async () => {
  const { world, object } = await blockedBy({ allow: [] });
  expect(object.status).toMatchObject({ from: "Checking", message: expect.stringContaining("web/") });
  expect(world.control.find(nodes, { name: "n" })?.spec?.unschedulable ?? false).toBe(false);
  expect(consentsOf(object)).toEqual(
    expect.arrayContaining([
      [expect.stringMatching(/^Pod\/web\/one-/), ["partial"]],
      ["Pod/web/bare", ["unmanaged"]],
    ]),
  );
  expect(consentsWaitedFor(object)).toEqual(["unmanaged", "partial"]);
  world.edit("os-patch", { drain: { allow: ["unmanaged", "partial"] } });
  await world.world.reach(() => world.world.evictions.includes("bare"));
});

test("what a message says in words is no consent that is waited for", () => {
  const blocker = { code: "consent-missing", object: "Pod/web/a", message: "needs your consent: unmanaged", hint: "agree with --force" };
  const object: Maintenance = {
    metadata: { name: "os-patch", uid: "u", resourceVersion: "1" },
    spec: { nodeName: "n", drain: { allow: ["emptydir"] } },
    status: { blockers: [{ ...blocker, since: "2026-01-05T09:00:00Z", endsBy: "person" }] },
  };
  expect(consentsWaitedFor(object)).toEqual([]);
  const told = {
    ...object,
    status: { blockers: [{ ...blocker, since: "", endsBy: "person" as const, consents: ["emptydir", "interactive"] }] },
  };
  expect(consentsWaitedFor(told)).toEqual(["interactive"]);
});
