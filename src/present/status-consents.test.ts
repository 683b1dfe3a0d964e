import { expect, test } from "vitest";
import { OperatorWorld } from "../../test/support/operator-world.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";
import { statusText } from "./status-text.ts";
import { phrases } from "../maintenance/crafts.ts";
import { followStatus } from "../maintenance/follow-status.ts";
import { statusOfNodes, type StatusOutcome, type StatusReport } from "../maintenance/status.ts";

const sketch: Partial<ClusterSketch> = {
  nodes: [{ name: "n" }, { name: "m" }],
  pods: [{ namespace: "web", name: "bare", on: "n", gone: 500 }],
};
const options = { choice: { names: [] }, pageSize: 500 };
const voice = { phrases, speaker: { program: "kubectl drydock" } };

async function blocked(): Promise<OperatorWorld> {
  const world = new OperatorWorld(sketch);
  await world.world.until(world.start().ready);
  world.maintain("os-patch", { nodeName: "n", drain: { allow: ["partial"] } });
  await world.reach("os-patch", "Blocked");
  return world;
}

function reported(outcome: StatusOutcome): StatusReport {
  if (outcome.kind !== "reported") throw new Error(outcome.kind);
  return outcome;
}

const stateOf = ({ nodes }: StatusReport): string | undefined => nodes.find(({ node }) => node.name === "n")?.state;

test("a node whose Maintenance waits for a consent is blocked, by that and with the line that gives it", async () => {
  const { world } = await blocked();
  const report = reported(await world.until(statusOfNodes(world.surroundings(), options)));
  expect(stateOf(report)).toBe("blocked");
  const lines = statusText(report, report.at, false, voice).map((line) => line.map(({ text }) => text).join(""));
  expect(lines.join("\n")).toContain("consent-missing");
  expect(lines).toContain("           → to agree: kubectl drydock approve n --allow=unmanaged");
});

test("to whoever may not read Maintenances it says so, and the rest", async () => {
  const { world } = await blocked();
  const s = world.surroundings(undefined, { deny: [{ resource: "maintenances" }] });
  const report = reported(await world.until(statusOfNodes(s, options)));
  expect(report.unread).toEqual(["maintenances.drydock.dev"]);
  expect(report.nodes.find(({ node }) => node.name === "n")?.standing?.left).toHaveLength(1);
});

test("where no Maintenance holds a node none is asked for", async () => {
  const { world } = new OperatorWorld(sketch);
  await world.drain({ allow: new Set(["partial"]) });
  await world.until(statusOfNodes(world.surroundings(undefined, { name: "viewer" }), options));
  const asked = world.cluster.record.calls.filter(({ by }) => by === "viewer").map(({ resource }) => resource);
  expect(asked).not.toContain("maintenances.drydock.dev");
});

test("followed, it goes on as soon as somebody has agreed", async () => {
  const world = await blocked();
  const stop = new AbortController();
  const seen: (string | undefined)[] = [];
  const following = followStatus(world.world.surroundings(stop.signal), options, (report) => seen.push(stateOf(report)));
  await world.world.reach(() => seen.includes("blocked"));
  world.edit("os-patch", { drain: { allow: ["partial", "unmanaged"] } });
  await world.world.reach(() => seen.includes("empty"));
  stop.abort(new Error("enough"));
  await world.world.until(following.catch(() => {}));
  expect(seen.indexOf("blocked")).toBeLessThan(seen.indexOf("empty"));
});
