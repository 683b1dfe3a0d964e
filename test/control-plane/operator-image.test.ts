import { chmodSync, chownSync, copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeDistribution } from "../../scripts/bundle/distribution.ts";
import type { Node } from "../../src/kube/node.ts";
import { operatorArguments } from "../../src/operator/manifests/workload.ts";
import { copies, Dockerfile } from "../support/dockerfile.ts";
import { type Running, startProgram } from "./drain/drydock.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";
import { freePort } from "./fixture/ports.ts";
import { options } from "./operator/permissions/installed.ts";
import { OperatorScene } from "./operator/scene.ts";

// What the image holds, laid out by the Dockerfile's own words, and started as the Deployment starts it. No container runs: Node's permission
// model stands in for the read-only root and forbids every write, of any file. Where the tests may choose it, the user is one whom nobody knows.
const root = resolve(import.meta.dirname, "../..");
const image = mkdtempSync(join(tmpdir(), "drydock-image-"));
const user = process.getuid?.() === 0 ? { uid: 12_345, gid: 0 } : {};

let plane: ControlPlane;
let scene: OperatorScene;
let operator: Running | undefined;

async function layOut(): Promise<void> {
  chmodSync(image, 0o755);
  const stage = join(image, "stage");
  await makeDistribution(root, join(stage, "src/dist"));
  for (const { from, sources, to } of copies(new Dockerfile(root).lastStage)) {
    for (const source of sources) {
      const into = to.endsWith("/") ? join(to, basename(source)) : to;
      cpSync(join(from === undefined ? root : stage, source), join(image, into), { recursive: true });
    }
  }
  copyFileSync(process.execPath, join(image, "node"));
}

function privateCopy(file: string): string {
  const copy = join(image, "kubeconfig");
  writeFileSync(copy, readFileSync(file), { mode: 0o400 });
  if (user.uid !== undefined) chownSync(copy, user.uid, user.gid);
  return copy;
}

beforeAll(async () => {
  await layOut();
  plane = await startControlPlane({ audit: "calls" });
  await plane.createNodes(["worker-1", "worker-2"].map((name) => ({ name })));
  scene = await OperatorScene.install(plane);
});

afterAll(async () => {
  operator?.signal("SIGKILL");
  await operator?.ended;
  await scene[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
  rmSync(image, { recursive: true, force: true });
});

test("the image's program, as a stranger who may write nothing and has no home, takes a node out as the operator", async () => {
  await plane.createDeployment({ name: "shop", replicas: 2, on: ["worker-1"], pods: { ready: 1, gone: 1 } });
  await plane.podsReady({ namespace: "default", labelSelector: "app=shop" }, 2);
  const [program, entry] = new Dockerfile(root).words("ENTRYPOINT");
  expect(program).toBe("node");
  const ports = { metrics: await freePort(), health: await freePort(), webhook: await freePort() };
  const words = operatorArguments(options).map((word) =>
    word.replace(/^--(metrics|health|webhook)((?:-probe)?-bind-address)=.*/, (_, which: keyof typeof ports, rest: string) => {
      return `--${which}${rest}=127.0.0.1:${ports[which]}`;
    }),
  );
  expect(words.filter((word) => word.includes("=127.0.0.1:"))).toHaveLength(3);
  operator = startProgram({
    program: join(image, "node"),
    words: [
      "--permission",
      "--allow-fs-read=*",
      "--allow-net",
      join(image, entry ?? ""),
      ...words,
      `--kubeconfig=${privateCopy(scene.kubeconfig)}`,
    ],
    cwd: "/",
    env: { POD_NAMESPACE: options.namespace },
    ...user,
  });
  await operator.said('"every object is looked after"');
  const ready = await fetch(`http://127.0.0.1:${ports.health}/readyz`);
  expect(ready.status).toBe(200);

  const object = {
    apiVersion: "drydock.dev/v1alpha1",
    kind: "Maintenance",
    metadata: { name: "os-patch" },
    spec: { nodeName: "worker-1" },
  };
  expect(await plane.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(object) })).toMatchObject({ code: 0 });
  const drained = ["wait", "maintenance/os-patch", "--for=jsonpath={.status.phase}=Drained", "--timeout=120s"];
  expect(await plane.kubectl(drained)).toMatchObject({ code: 0, stderr: "" });
  const node = await plane.call<Node>("GET", "/api/v1/nodes/worker-1");
  expect(node.spec?.unschedulable).toBe(true);

  operator.signal("SIGTERM");
  const { code, stderr } = await operator.ended;
  expect({ code, denied: stderr.includes("ERR_ACCESS_DENIED") }).toEqual({ code: 0, denied: false });
  expect(stderr.split("\n").filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
