import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ended, startDrydock } from "../drain/drydock.ts";
import { type ControlPlane, startControlPlane } from "../fixture/control-plane.ts";
import { refusedTo } from "./permissions/granted.ts";
import { OperatorScene } from "./scene.ts";

// The commands that speak through objects, with a real API server between them and an operator that works. Whoever types them may do what
// `check cluster --print-role=maintain` prints, and nothing else; the operator what `install` gives it.
const maintainer = "maintainer";
let plane: ControlPlane;
let scene: OperatorScene;
let node = "";

async function as(user: string, ...words: readonly string[]): Promise<Ended> {
  return await startDrydock([...words, "--kubeconfig", await plane.kubeconfig(user)], plane.directory).ended;
}

const drydock = (...words: readonly string[]): Promise<Ended> => as(maintainer, ...words);

async function isCordoned(): Promise<boolean> {
  const found = await plane.call<{ readonly spec?: { readonly unschedulable?: boolean } }>("GET", `/api/v1/nodes/${node}`);
  return found.spec?.unschedulable === true;
}

beforeAll(async () => {
  plane = await startControlPlane({ audit: "calls", users: { [maintainer]: [] } });
  [node = ""] = await plane.createNodes(2);
  expect((await as("admin", "install", "--yes", "--without-webhooks")).code).toBe(0);
  const { stdout: role } = await drydock("check", "cluster", "--print-role=maintain");
  expect((await plane.kubectl(["apply", "-f", "-"], { stdin: role })).code).toBe(0);
  const binding = ["create", "clusterrolebinding", maintainer, "--clusterrole=drydock-maintain", `--user=${maintainer}`];
  expect((await plane.kubectl(binding)).code).toBe(0);
  scene = await OperatorScene.ofInstalled(plane);
  const addresses = ["--metrics-bind-address=0", "--health-probe-bind-address=0"];
  await scene.run("--leader-elect", "--without-webhooks", "--log-format=text", ...addresses).said(/leads/);
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

test("a node is taken out, held, released and brought back, and that is remembered", async () => {
  const waiting = as("admin", "wait", node, "--for=empty");
  const out = await drydock("maintain", node, "--reason=kernel", "--ticket=OPS-1", "--hold-until-released");
  expect(out).toMatchObject({ code: 0, stdout: `maintenance.drydock.dev/${node} created\n` });
  expect(out.stderr).toContain("the operator carries it out (drydock-system/drydock-operator is held by ");
  expect(out.stderr).toContain(`done: ${node}: `);
  expect(out.stderr).not.toContain("Warning");
  expect(await waiting).toMatchObject({ code: 0, stdout: `node/${node} condition met\n` });
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

test("nobody who was given that role is refused anything, and history remembers", async () => {
  const { code, stdout } = await drydock("history", node, "-o", "name");
  expect({ code, stdout: stdout.split("\n").filter((line) => line !== "") }).toEqual({
    code: 0,
    stdout: [`maintenance.drydock.dev/${node}-2`, `maintenance.drydock.dev/${node}`],
  });
  expect(refusedTo(maintainer, await plane.audit())).toEqual([]);
});
