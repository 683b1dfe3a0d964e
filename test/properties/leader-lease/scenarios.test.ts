import { describe, expect, it } from "vitest";
import { leases } from "../../../src/kube/resource.ts";
import { parseTime } from "../../../src/kube/time.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { createVirtualClock } from "../../../src/runtime/virtual-clock.ts";
import { createEmbeddedCluster } from "../../../src/simulator/embedded-cluster.ts";
import { startLeaderLease, uniqueIdentity } from "../../../src/client/leader-lease/leader-lease.ts";
import { Rig } from "./rig.ts";

const settle = 20_000;

describe("one candidate", () => {
  it("takes a lease that is not there at once, and writes the record as client-go does", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    expect(await rig.until(() => a.acts)).toBeLessThan(200);
    expect(rig.record).toEqual({
      holderIdentity: "a",
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
      acquireTime: expect.stringMatching(/^2026-01-01T00:00:00\.\d{6}Z$/),
      renewTime: expect.stringMatching(/^2026-01-01T00:00:00\.\d{6}Z$/),
    });
    expect(a.told).toEqual(["leader a", "started"]);
    expect(a.lease.leader).toBe("a");
  });

  it("renews it every 2 s, and keeps the time of its acquisition", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    const acquired = rig.record?.acquireTime;
    await rig.pass(60_000);
    expect(rig.record?.acquireTime).toBe(acquired);
    expect((parseTime(rig.record?.renewTime ?? undefined) ?? 0) - (parseTime(acquired ?? undefined) ?? 0)).toBeGreaterThan(57_000);
    expect(a.told).toEqual(["leader a", "started"]);
  });

  it("gives it back as client-go does, and says so", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    expect(await rig.stop(a)).toBe("released");
    expect(rig.record).toMatchObject({ holderIdentity: "", leaseDurationSeconds: 1, leaseTransitions: 0 });
    expect(a.told).toEqual(["leader a", "started", "stopped released", "leader none"]);
  });

  it("refuses a timing that leaves no room between two leaders", () => {
    const clock = createVirtualClock();
    const cluster = createEmbeddedCluster({ clock, random: seededRandom("timing") });
    const options = { api: cluster.api(), namespace: "drydock", name: "leader", identity: "a", clock, random: seededRandom("timing") };
    expect(() => startLeaderLease({ ...options, timing: { renewDeadline: 15_000 } })).toThrow("15000 > 15000");
    expect(() => startLeaderLease({ ...options, timing: { retryPeriod: 9_000 } })).toThrow("1.2 × 9000");
  });

  it("ends at once where its signal was aborted before", async () => {
    await using rig = new Rig();
    const abort = new AbortController();
    abort.abort();
    const options = { namespace: "drydock", name: "leader", identity: "a", clock: rig.clock, random: seededRandom("a") };
    const lease = startLeaderLease({ ...options, api: rig.cluster.api(), signal: abort.signal });
    expect(await lease.ended).toBe("released");
    expect(rig.record).toBeUndefined();
  });

  it("has a name that no other process has", () => {
    const random = seededRandom("identity");
    expect(uniqueIdentity("pod-1", random)).toMatch(/^pod-1_[0-9a-f-]{36}$/);
    expect(uniqueIdentity("pod-1", random)).not.toBe(uniqueIdentity("pod-1", random));
  });

  it("tells of a server that cannot be reached, once, and goes on trying", async () => {
    await using rig = new Rig({ faults: { rates: { unreachable: 1 } } });
    const a = rig.start("a");
    await rig.pass(30_000);
    expect(a.told).toEqual(["trouble unreachable"]);
    rig.cluster.control.faults.turn(false);
    expect(await rig.until(() => a.acts)).toBeLessThan(3_000);
  });
});

describe("two candidates", () => {
  it("have one leader, and the other knows who it is", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    const b = rig.start("b");
    await rig.pass(60_000);
    expect(rig.faults).toEqual([]);
    expect([a.acts, b.acts]).toEqual([true, false]);
    expect(b.told).toEqual(["leader a"]);
  });

  it("change over at once when the leader gives it back", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    const b = rig.start("b");
    await rig.pass(settle);
    await rig.stop(a);
    expect(await rig.until(() => b.acts)).toBeLessThan(500);
    expect(rig.record).toMatchObject({ holderIdentity: "b", leaseDurationSeconds: 15, leaseTransitions: 1 });
    expect(b.told).toEqual(["leader a", "leader none", "leader b", "started"]);
  });

  it("change over when the leader is gone, but not before its time is over", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    const b = rig.start("b");
    await rig.pass(settle);
    a.process.freeze("stopped");
    const took = (await rig.until(() => b.acts)) ?? 0;
    expect(took).toBeGreaterThan(12_900);
    expect(took).toBeLessThan(16_000);
    expect(rig.record?.leaseTransitions).toBe(1);
  });

  it("change over without the right to watch too, when the time of the lease is over", async () => {
    await using rig = new Rig();
    const deny = [{ verb: "list" }, { verb: "watch" }] as const;
    const a = rig.start("a", deny);
    await rig.until(() => a.acts);
    const b = rig.start("b", deny);
    await rig.pass(60_000);
    expect([a.acts, b.acts]).toEqual([true, false]);
    await rig.stop(a);
    expect(await rig.until(() => b.acts)).toBeLessThan(16_000);
    expect(rig.faults).toEqual([]);
  });

  it("ask nothing of the server but a watch while somebody else leads", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    rig.start("b");
    await rig.pass(5_000);
    const calls = () => rig.cluster.record.calls.filter(({ by, verb }) => by === "b" && verb !== "watch");
    const before = calls().length;
    await rig.pass(240_000);
    expect(before).toBeGreaterThan(0);
    expect(calls().slice(before)).toEqual([]);
  });

  it("do not believe the stamps of others: a leader whose clock is an hour behind keeps its lease", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    a.process.setWall(-3_600_000);
    await rig.until(() => a.acts);
    const b = rig.start("b");
    await rig.pass(60_000);
    expect([a.acts, b.acts]).toEqual([true, false]);
    expect(b.told).toEqual(["leader a"]);
  });

  it("wait for the time that a candidate of client-go asked for", async () => {
    await using rig = new Rig();
    rig.cluster.control.create(leases, {
      metadata: { name: "leader", namespace: "drydock" },
      spec: { holderIdentity: "go", leaseDurationSeconds: 40, renewTime: "2020-01-01T00:00:00.000000Z", leaseTransitions: 6 },
    });
    const a = rig.start("a");
    const took = (await rig.until(() => a.acts)) ?? 0;
    expect(took).toBeGreaterThan(39_900);
    expect(took).toBeLessThan(41_000);
    expect(rig.record?.leaseTransitions).toBe(7);
  });
});

describe("a leader", () => {
  it("stops acting, and tells it, when no renewal succeeds for 10 s, though the record is still its own", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    await rig.pass(5_000);
    const renewed = parseTime(rig.record?.renewTime ?? undefined) ?? 0;
    for (let n = 0; n < 50; n += 1) rig.cluster.control.faults.plant({ verb: "patch" }, { kind: "unreachable" });
    await rig.until(() => !a.acts);
    expect(rig.clock.now() - renewed).toBeLessThanOrEqual(10_050);
    expect(rig.clock.now() - renewed).toBeGreaterThan(9_900);
    expect(a.signal?.aborted).toBe(true);
    expect(await a.lease.ended).toBe("lost");
    expect(a.told).toEqual(["leader a", "started", "trouble unreachable", "stopped deadline"]);
    expect(rig.record?.holderIdentity).toBe("a");
  });

  it("lives through a few failures and lost answers", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    rig.cluster.control.faults.plant({ verb: "patch" }, { kind: "lost", applied: true });
    rig.cluster.control.faults.plant({ verb: "patch" }, { kind: "internal-error", applied: false });
    await rig.pass(30_000);
    expect(a.acts).toBe(true);
    expect(a.told).toEqual(["leader a", "started", "trouble lost", "trouble server-error"]);
  });

  it("does not wait for an answer that does not come until it is too late", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    rig.cluster.control.faults.plant({ verb: "patch" }, { kind: "stalled", after: 60_000, applied: false });
    await rig.pass(30_000);
    expect(a.acts).toBe(true);
    expect(a.told).toEqual(["leader a", "started", "trouble lost"]);
  });

  it("stops at once when the record names somebody else", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    await rig.pass(500);
    rig.edit({ holderIdentity: "somebody" });
    expect(await rig.until(() => !a.acts)).toBeLessThan(200);
    expect(a.told.slice(2)).toEqual(["stopped taken", "leader somebody"]);
    expect(await a.lease.ended).toBe("lost");
  });

  it("makes the Lease again when somebody deletes it, and nobody else takes it meanwhile", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    const b = rig.start("b");
    await rig.pass(settle);
    rig.delete();
    await rig.pass(60_000);
    expect(rig.faults).toEqual([]);
    expect([a.acts, b.acts]).toEqual([true, false]);
    expect(rig.record?.holderIdentity).toBe("a");
  });

  it("may not act while its wall clock says that its time is over, until the next renewal", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    await rig.pass(500);
    a.process.setWall(60_000);
    expect(a.acts).toBe(false);
    expect(await rig.until(() => a.acts)).toBeLessThan(2_500);
    expect(a.told).toEqual(["leader a", "started"]);
  });

  it.each(["stopped", "suspended"] as const)("that was %s for 60 s does not act when it goes on, for somebody else does", async (how) => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    const b = rig.start("b");
    await rig.pass(settle);
    a.process.freeze(how);
    await rig.pass(60_000);
    expect(b.acts).toBe(true);
    a.process.thaw();
    expect(a.acts).toBe(false);
    await rig.pass(30_000);
    expect(rig.faults).toEqual([]);
    expect(b.acts).toBe(true);
    expect(a.end).toBe("lost");
    expect(rig.record?.leaseTransitions).toBe(1);
  });

  it("says that nobody could be told when it ends and the server does not answer", async () => {
    await using rig = new Rig();
    const a = rig.start("a");
    await rig.until(() => a.acts);
    for (let n = 0; n < 50; n += 1) rig.cluster.control.faults.plant({ client: "a" }, { kind: "unreachable" });
    const from = rig.clock.monotonic();
    expect(await rig.stop(a)).toBe("unreleased");
    expect(rig.clock.monotonic() - from).toBeLessThan(5_200);
    expect(a.told).toContain("stopped released");
  });
});
