import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ended, type Running, startDrydock } from "../drain/drydock.ts";
import { type ControlPlane, startControlPlane } from "../fixture/control-plane.ts";

// The commands that speak through objects, with a real API server between them and an operator that works.
let plane: ControlPlane;
let operator: Running;
let kubeconfig = "";
let node = "";

async function drydock(...words: readonly string[]): Promise<Ended> {
  return await startDrydock([...words, "--kubeconfig", kubeconfig], plane.directory).ended;
}

async function isCordoned(): Promise<boolean> {
  const found = await plane.call<{ readonly spec?: { readonly unschedulable?: boolean } }>("GET", `/api/v1/nodes/${node}`);
  return found.spec?.unschedulable === true;
}

beforeAll(async () => {
  plane = await startControlPlane({ audit: "none" });
  [node = ""] = await plane.createNodes(2);
  kubeconfig = await plane.kubeconfig("admin");
  expect((await drydock("install", "--yes", "--without-webhooks")).code).toBe(0);
  const addresses = ["--metrics-bind-address=0", "--health-probe-bind-address=0"];
  operator = startDrydock(
    ["operator", "--leader-elect", "--without-webhooks", "--log-format=text", ...addresses, "--kubeconfig", kubeconfig],
    plane.directory,
  );
  await operator.said(/leads/);
});

afterAll(async () => {
  operator.signal("SIGKILL");
  await operator.ended;
  await plane[Symbol.asyncDispose]();
});

test("a node is taken out, held, released and brought back, and that is remembered", async () => {
  const waiting = startDrydock(["wait", node, "--for=empty", "--kubeconfig", kubeconfig], plane.directory);
  const out = await drydock("maintain", node, "--reason=kernel", "--ticket=OPS-1", "--hold-until-released");
  expect(out).toMatchObject({ code: 0, stdout: `maintenance.drydock.dev/${node} created\n` });
  expect(out.stderr).toContain("the operator carries it out (drydock-system/drydock-operator is held by ");
  expect(out.stderr).toContain(`done: ${node}: `);
  expect(await waiting.ended).toMatchObject({ code: 0, stdout: `node/${node} condition met\n` });
  expect(await isCordoned()).toBe(true);

  const twice = await drydock("maintain", node);
  expect(twice.code).toBe(2);
  expect(twice.stderr).toContain(`maintenance/${node} is Drained`);

  expect(await drydock("pause", node)).toMatchObject({ code: 0, stdout: `maintenance.drydock.dev/${node} paused\n` });
  expect(await drydock("resume", `maintenance/${node}`)).toMatchObject({ code: 0 });
  expect(await drydock("retry", node)).toMatchObject({ code: 0 });
  expect((await drydock("approve", node)).stderr).toContain("waits for no consent");

  const held = await drydock("return", node);
  expect(held.code).toBe(2);
  expect(held.stderr).toContain(`return ${node} --release`);
  expect(await isCordoned()).toBe(true);
  expect(await drydock("return", node, "--release")).toMatchObject({ code: 0 });
  expect(await isCordoned()).toBe(false);
  expect(await drydock("wait", node, "--for=in-service")).toMatchObject({ code: 0 });
});

test("a maintenance is cancelled, and the next one has a number", async () => {
  const out = await drydock("maintain", node, "--no-wait");
  expect(out).toMatchObject({ code: 0, stdout: `maintenance.drydock.dev/${node}-2 created\n` });
  expect(await drydock("cancel", node)).toMatchObject({ code: 0, stdout: `maintenance.drydock.dev/${node}-2 cancelled\n` });
  expect(await isCordoned()).toBe(false);
});
