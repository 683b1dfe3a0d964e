import { expect, test } from "vitest";
import { NoAnswerError } from "../client/errors.ts";
import { nodes, pods } from "../kube/resource.ts";
import { seededRandom } from "../runtime/random.ts";
import { everyFault, Faults } from "./faults.ts";
import { Rig } from "./testing/rig.ts";

const at = { name: "a" };
const cordon = { kind: "merge", body: { spec: { unschedulable: true } } } as const;

test.each([
  ["internal-error", { http: 500, code: "server-error", retryable: true }],
  ["unavailable", { http: 503, code: "server-error", retryable: true }],
  ["lost", { code: "lost", applied: "unknown" }],
] as const)("%s: the write is made or not, and the client cannot tell", async (kind, failure) => {
  for (const applied of [true, false]) {
    await using rig = new Rig();
    rig.control.addNode(at);
    rig.control.faults.plant({ verb: "patch" }, { kind, applied });
    await expect(rig.run(rig.api.patch(nodes, at, cordon, {}, rig.call))).rejects.toMatchObject(failure);
    expect(rig.control.find(nodes, at)?.spec?.unschedulable === true).toBe(applied);
  }
});

test("throttled: 429 with Retry-After, a text and no Status; unreachable: nothing was sent", async () => {
  await using rig = new Rig();
  const pod = rig.control.addPod({ namespace: "x", name: "p", on: "a" });
  rig.control.faults.plant({ verb: "evict" }, { kind: "throttled", retryAfter: 3 });
  expect(await rig.run(rig.api.evict(pod.metadata, {}, rig.call))).toEqual({
    http: 429,
    retryAfter: 3,
    text: "Too many requests, please try again later.",
  });
  rig.control.faults.plant({ verb: "evict" }, { kind: "unreachable" });
  await expect(rig.run(rig.api.evict(pod.metadata, {}, rig.call))).rejects.toMatchObject({ applied: "no" });
  expect(rig.control.find(pods, pod.metadata)?.metadata.deletionTimestamp).toBeUndefined();
});

test("a lost eviction throws, a 500 to it is a value", async () => {
  await using rig = new Rig();
  const pod = rig.control.addPod({ namespace: "x", name: "p", on: "a", gone: "hang" });
  rig.control.faults.plant({ verb: "evict" }, { kind: "lost", applied: true });
  await expect(rig.run(rig.api.evict(pod.metadata, {}, rig.call))).rejects.toBeInstanceOf(NoAnswerError);
  expect(rig.control.find(pods, pod.metadata)?.metadata.deletionTimestamp).toBeDefined();
  rig.control.faults.plant({ verb: "evict" }, { kind: "internal-error", applied: false });
  expect(await rig.run(rig.api.evict(pod.metadata, {}, rig.call))).toMatchObject({ http: 500, status: { reason: "InternalError" } });
});

test("stalled: the answer comes late, and counts as lost after 65 s", async () => {
  await using rig = new Rig();
  rig.control.addNode(at);
  rig.control.faults.plant({}, { kind: "stalled", after: 15_000, applied: true });
  const start = rig.clock.monotonic();
  await rig.run(rig.api.patch(nodes, at, cordon, {}, rig.call));
  expect(Math.round((rig.clock.monotonic() - start) / 1000)).toBe(15);
  rig.control.faults.plant({}, { kind: "stalled", after: 100_000, applied: true });
  await expect(rig.run(rig.api.patch(nodes, at, cordon, {}, rig.call))).rejects.toMatchObject({ code: "lost" });
  expect(Math.round((rig.clock.monotonic() - start) / 1000)).toBe(80);
});

test("reads are tried again as over HTTP, unless the call says not to; evictions never are", async () => {
  await using rig = new Rig();
  rig.control.addNode(at);
  const plantTwo = (): void => {
    for (let index = 0; index < 2; index += 1) rig.control.faults.plant({ verb: "get" }, { kind: "unavailable", applied: false });
  };
  plantTwo();
  expect((await rig.run(rig.api.get(nodes, at, rig.call))).metadata.name).toBe("a");
  plantTwo();
  await expect(rig.run(rig.api.get(nodes, at, { ...rig.call, retry: "none" }))).rejects.toMatchObject({ http: 503 });
  expect(rig.cluster.record.calls.filter(({ verb }) => verb === "get").map(({ answer }) => answer)).toEqual([503, 503, 200, 503]);
});

test("a planted fault meets the client and object it is meant for, once", async () => {
  await using rig = new Rig();
  rig.control.addNode(at);
  rig.control.addNode({ name: "b" });
  rig.control.faults.plant({ client: "drydock", verb: "patch", resource: nodes, name: "b" }, { kind: "internal-error", applied: false });
  const other = rig.cluster.api({ name: "other" });
  await rig.run(other.patch(nodes, { name: "b" }, cordon, {}, rig.call));
  await rig.run(rig.api.patch(nodes, at, cordon, {}, rig.call));
  await expect(rig.run(rig.api.patch(nodes, { name: "b" }, cordon, {}, rig.call))).rejects.toMatchObject({ http: 500 });
  await rig.run(rig.api.patch(nodes, { name: "b" }, cordon, {}, rig.call));
  expect(rig.control.find(nodes, { name: "b" })?.spec?.unschedulable).toBe(true);
});

test("rates are shares of the calls, and faults end when the plan says, or when they are turned off", () => {
  let elapsed = 0;
  const faults = new Faults({ rates: everyFault(0.05), endAfter: 1_000 }, seededRandom("rates"), () => elapsed);
  const call = { client: "c", verb: "get" };
  const count = (): Record<string, number> => {
    const kinds: Record<string, number> = {};
    for (let index = 0; index < 4_000; index += 1) {
      const kind = faults.forCall(call)?.kind ?? "none";
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    }
    return kinds;
  };
  const kinds = count();
  expect(Object.keys(kinds).toSorted()).toEqual(["internal-error", "lost", "none", "stalled", "throttled", "unavailable", "unreachable"]);
  for (const [kind, times] of Object.entries(kinds)) if (kind !== "none") expect(Math.abs(times - 200)).toBeLessThan(60);
  faults.turn(false);
  expect(count()).toEqual({ none: 4_000 });
  faults.turn(true);
  elapsed = 1_000;
  expect(count()).toEqual({ none: 4_000 });
  expect(faults.forWatch(call, true)).toBeUndefined();
});
