import { expect, test } from "vitest";
import { OperatorWorld } from "../../../test/support/operator-world.ts";
import { formatMicroTime } from "../../kube/time.ts";
import { leases } from "../../kube/resource.ts";
import { realEngine } from "../real-engine.ts";
import { run } from "../run.ts";
import { type FakeWorld, fakeWorld } from "../testing/fake-world.ts";

/** What the command line says on a simulated cluster on which an operator works, as one would see it. */
class Shell {
  readonly operators = new OperatorWorld({
    nodes: [{ name: "n" }, { name: "m" }],
    workloads: [{ kind: "Deployment", namespace: "web", name: "web", replicas: 2, on: ["n", "m"], pod: { ready: 1_000, gone: 1_000 } }],
    pods: [{ namespace: "web", name: "bare", on: "n" }],
  });
  readonly #terminal: FakeWorld = fakeWorld({ engine: realEngine, connect: () => this.operators.world.cluster.api({ name: "jane" }) });

  constructor() {
    const metadata = { name: "drydock-operator", namespace: "kube-system" };
    const spec = { holderIdentity: "pod-1", leaseDurationSeconds: 86_400, renewTime: formatMicroTime(this.operators.world.clock.now()) };
    this.operators.control.create(leases, { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec });
  }

  async run(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const { out, err } = this.#terminal;
    const [before, after] = [out.written.length, err.written.length];
    const world = { ...this.#terminal, clock: this.operators.world.clock };
    const code = await this.operators.world.until(run(argv, world), "patient");
    return { code, out: out.written.slice(before), err: err.written.slice(after) };
  }
}

test("a node's whole stay out of service is told, each thing once", async () => {
  const shell = new Shell();
  await using _ = await shell.operators.begin();
  expect(await shell.run("maintain", "n", "--reason=kernel", "--hold-until-released")).toEqual({
    code: 0,
    out: "maintenance.drydock.dev/n created\n",
    err: [
      "the operator carries it out (kube-system/drydock-operator is held by pod-1); this command follows",
      "n: Checking: is getting the lease of node n",
      "n: Draining: 2 pods are still to leave node n",
      "n: 2 of 2 pods gone, 0 left",
      "done: n: node n is empty and kept out; to bring it back: drydock return n",
      "",
    ].join("\n"),
  });
  expect(await shell.run("pause", "n")).toEqual({
    code: 0,
    out: "maintenance.drydock.dev/n paused\n",
    err: "done: n: paused at Drained: nothing new is started; to go on: drydock resume n\n",
  });
  expect(await shell.run("resume", "maintenance/n")).toMatchObject({ code: 0, out: "maintenance.drydock.dev/n resumed\n" });
  expect(await shell.run("maintain", "n")).toMatchObject({ code: 2, err: expect.stringContaining("maintenance/n is Drained") });
  expect(await shell.run("return", "n")).toMatchObject({ code: 2, err: expect.stringContaining("drydock return n --release") });
  expect(await shell.run("return", "n", "--direct", "-y")).toMatchObject({
    code: 2,
    err: expect.stringContaining("held by maintenance/n"),
  });
  expect(await shell.run("return", "n", "--release")).toEqual({
    code: 0,
    out: "maintenance.drydock.dev/n wanted in\n",
    err: "done: n: node n has passed its checks and was put back\n",
  });
  expect(await shell.run("wait", "n", "--for=in-service")).toMatchObject({ code: 0, out: "node/n condition met\n" });
  expect(await shell.run("history", "n")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^n +n +.* returned +jane on laptop .* kernel$/m),
  });
  expect(await shell.run("pause", "n")).toMatchObject({ code: 4, err: expect.stringContaining("no maintenance is under way") });
});

test("what waits for a consent is shown by approve, which names the line that gives it", async () => {
  const shell = new Shell();
  await using _ = await shell.operators.begin();
  shell.operators.maintain("os-patch", { nodeName: "n", drain: { allow: ["partial"] } });
  await shell.operators.reach("os-patch", "Blocked");
  const shown = await shell.run("approve", "n");
  expect(shown).toMatchObject({ code: 2, out: "" });
  expect(shown.err).toContain("n waits for: unmanaged\n  blocked  web/bare: needs your consent: unmanaged\n");
  expect(shown.err).toContain("drydock approve n --allow=unmanaged");
  expect(await shell.run("approve", "n", "--allow=unmanaged")).toMatchObject({
    code: 0,
    out: "maintenance.drydock.dev/os-patch approved\n",
  });
  await shell.operators.reach("os-patch", "Drained");
  expect(await shell.run("cancel", "n")).toMatchObject({ code: 0, out: "maintenance.drydock.dev/os-patch cancelled\n" });
});
