import { expect, test } from "vitest";
import type { AdoptOptions } from "../../operator/adopt/adopt.ts";
import type { AdoptionReport, AdoptOutcome } from "../../operator/adopt/report.ts";
import { fakeWorld } from "../testing/fake-world.ts";

const report: AdoptionReport = {
  server: "https://a",
  leaders: [{ namespace: "nmo", holder: "nmo-1", until: Date.UTC(2026, 0, 5, 9), isFresh: true }],
  deployments: [{ namespace: "nmo", name: "node-maintenance-operator-controller-manager", replicas: 1, ready: 1 }],
  subscriptions: [],
  definition: "plain",
  webhooks: [],
  drydock: [],
  objects: [],
  notRead: [{ resource: "subscriptions.operators.coreos.com", why: "forbidden" }],
};

function worldWhere(outcome: AdoptOutcome) {
  const asked: AdoptOptions[] = [];
  const adopt = async (_: unknown, o: AdoptOptions): Promise<AdoptOutcome> => {
    asked.push(o);
    return await Promise.resolve(outcome);
  };
  return { world: fakeWorld({ parts: { adopt } }), asked };
}

test("it only looks, unless told to by -y, and never in a dry run", async () => {
  const { world, asked } = worldWhere({ kind: "shown", report });
  for (const more of [[], ["-y"], ["-y", "--dry-run=server"]]) expect(await world.run("adopt", "nmo", ...more)).toBe(0);
  expect(asked).toEqual([{ scalesDown: false }, { scalesDown: true }, { scalesDown: false }]);
});

test("lines to paste go to the same cluster, and what could not be read is named", async () => {
  const { world } = worldWhere({ kind: "shown", report });
  await world.run("adopt", "nmo", "--context=prod");
  expect(world.out.written).toContain("     drydock install --wait --context=prod\n");
  expect(world.out.written).toContain(
    "     kubectl --context=prod -n nmo scale deployment/node-maintenance-operator-controller-manager --replicas=0\n",
  );
  expect(world.out.written).toContain("subscriptions.operators.coreos.com may not be read: forbidden");
});

test("a refusal says why on stderr, and the document has it too", async () => {
  const { world } = worldWhere({ kind: "refused", report, why: "no-successor" });
  expect(await world.run("adopt", "nmo", "-y", "-o", "json")).toBe(2);
  expect(JSON.parse(world.out.written)).toMatchObject({ kind: "Adoption", result: "refused", refusedFor: "no-successor" });
  expect(world.err.written).toContain("nothing was changed: no pod of Drydock's operator is Ready");
});

test.each([[["adopt"]], [["adopt", "nhc"]], [["adopt", "nmo", "x"]], [["adopt", "nmo", "--back", "-y"]]])("%j is refused", async (argv) => {
  const { world, asked } = worldWhere({ kind: "shown", report });
  expect(await world.run(...argv)).toBe(4);
  expect(asked).toEqual([]);
});
