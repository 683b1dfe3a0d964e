import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { connect } from "../../src/client/http/connect.ts";
import { identify } from "../../src/client/http/identity.ts";
import type { KubeApi } from "../../src/client/kube-api.ts";
import { systemRandom } from "../../src/runtime/random.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { customResourceCases } from "../custom-resources/all-cases.ts";
import { startControlPlane } from "./fixture/control-plane.ts";
import type { ControlPlane } from "./fixture/control-plane.ts";

// For two seconds after a definition was established the API server holds back whoever creates one of its objects (crdHandler, so that
// other replicas know of it too). All cases wait for that together.
vi.setConfig({ maxConcurrency: customResourceCases.length });

let plane: ControlPlane;
let api: KubeApi;

beforeAll(async () => {
  plane = await startControlPlane({ controllerManagerFlags: ["--controllers=garbage-collector-controller"] });
  const kubeconfig = await plane.kubeconfig("admin");
  const surroundings = { env: {}, home: undefined, serviceAccount: "/nonexistent", terminal: false };
  const identity = await identify({ kubeconfig }, surroundings, realClock);
  api = await connect({ identity, clock: realClock, random: systemRandom, userAgent: "drydock/test (custom resources)" });
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

test.concurrent.for(customResourceCases.map((given, index) => [given.name, given, index] as const))(
  "%s",
  async ([, { run, gives }, index], { signal }) => {
    const namespace = `case-${index}`;
    await plane.createNamespace(namespace);
    expect(await run({ api, signal, namespace, group: `case-${index}.example.com`, commonGroup: "example.com" })).toEqual(gives);
  },
);
