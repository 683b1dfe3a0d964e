import { describe, expect, it } from "vitest";
import { nodes } from "../../kube/resource.ts";
import { systemRandom } from "../../runtime/random.ts";
import { startReflector } from "./reflector.ts";
import { Rig, settled } from "./testing/rig.ts";
import type { Thing } from "./testing/thing.ts";

describe("going on", () => {
  it("an orderly end is followed at once from the last version, and nobody is told", async () => {
    await using rig = await settled();
    rig.server.tick(5);
    rig.server.bookmark();
    await rig.pass(5);
    rig.server.end();
    await rig.pass(2);
    expect(rig.server.requests).toMatchObject([{ verb: "watch", from: "107" }]);
    expect(rig.states).toEqual([]);
  });

  it("a lost connection is back within 110 ms, without a new list, and nothing in between is missed", async () => {
    await using rig = await settled();
    rig.server.cut();
    await rig.pass(0);
    rig.server.create();
    expect(await rig.until(() => rig.same)).toBeLessThan(110);
    expect(rig.verbs).toEqual(["watch"]);
    expect(rig.kinds).toEqual(["reconnecting", "live"]);
  });

  it("I5: after a restart of the API server of 20 s the copy is whole again within a second or so", async () => {
    await using rig = await settled();
    rig.server.down = true;
    rig.server.cut();
    await rig.pass(20_000);
    expect(rig.reflector.status).toMatchObject({ kind: "reconnecting", lastError: { code: "unreachable" } });
    rig.server.create();
    rig.server.heal();
    expect(await rig.until(() => rig.same && rig.reflector.status.kind === "live")).toBeLessThan(1_100);
  });

  it("I7: an outage of an hour costs no more than a few hundred requests", async () => {
    await using rig = await settled();
    rig.server.down = true;
    rig.server.cut();
    await rig.pass(3_600_000);
    expect(rig.server.requests.length).toBeLessThan(500);
    rig.server.heal();
    expect(await rig.until(() => rig.reflector.status.kind === "live")).toBeLessThan(30_100);
  });

  it("I7: a server that ends each watch as soon as it is open is not asked without pause", async () => {
    await using rig = await settled();
    rig.server.hasty = true;
    rig.server.end();
    await rig.pass(60_000);
    expect(rig.busiest(1_000)).toBeLessThanOrEqual(8);
    expect(rig.server.requests.length).toBeLessThan(25);
  });

  it("an expired version, by event or by answer, is followed by a whole state; what vanished unseen is gone", async () => {
    await using rig = await settled();
    const [uid] = rig.server.things.keys();
    rig.server.stall();
    rig.server.remove(uid ?? "");
    rig.server.compact();
    rig.server.heal();
    await rig.until(() => rig.same);
    expect(rig.sink.copy.has(uid ?? "")).toBe(false);
    expect(rig.verbs).toEqual(["watch", "watch-list"]);
  });

  it("a silent connection is cut after 150 s, or after the deadline set meanwhile, counted from the last sign of life", async () => {
    await using rig = await settled();
    rig.server.stall();
    rig.server.heal();
    rig.server.create();
    await rig.pass(100_000);
    expect(rig.same).toBe(false);
    rig.reflector.setIdleDeadline(45_000);
    expect(await rig.until(() => rig.same)).toBeLessThan(10);
    expect(rig.kinds).toEqual([]);
  });

  it("I10: a server that takes no requests any more shows as reconnecting within 5 s of the next request", async () => {
    await using rig = await settled();
    rig.reflector.setIdleDeadline(45_000);
    rig.server.stall();
    expect(await rig.until(() => rig.reflector.status.kind === "reconnecting")).toBeLessThanOrEqual(50_000);
    rig.server.heal();
    expect(await rig.until(() => rig.reflector.status.kind === "live")).toBeLessThanOrEqual(45_100);
  });

  it.each([
    { what: "cut by a short idle deadline", every: Number.POSITIVE_INFINITY },
    { what: "nudged every 30 s", every: 30 },
    { what: "nudged all the time", every: 1 },
  ])("L7, L12: a quiet watch that is $what goes on from no version older than a busy server remembers", async ({ every }) => {
    await using rig = await settled();
    rig.reflector.setIdleDeadline(45_000);
    const versions: number[] = [];
    for (let second = 0; second < 1_800; second += 1) {
      versions.push(Number(rig.server.version));
      if (second % every === every - 1) rig.reflector.nudge();
      rig.server.tick(100);
      await rig.pass(1_000);
    }
    const begun = rig.clock.monotonic() - 1_800_000;
    const ages = rig.server.requests.map(({ at, from }) => {
      const second = versions.findLastIndex((version) => version <= Number(from));
      return (at - begun) / 1_000 - second;
    });
    expect(rig.verbs).not.toContain("watch-list");
    expect(ages.length).toBeGreaterThan(10);
    expect(Math.max(...ages.slice(1))).toBeLessThan(75);
    expect(rig.kinds).toEqual([]);
  });

  it("I8: a quiet watch that is renewed all the time asks for a whole state now and then, and is live but for those moments", async () => {
    await using rig = await settled();
    rig.server.bookmarks = false;
    rig.reflector.setIdleDeadline(45_000);
    await rig.pass(1_800_000);
    const whole = rig.verbs.filter((verb) => verb === "watch-list").length;
    expect(whole).toBe(2);
    expect(rig.kinds).toEqual(Array.from({ length: whole }, () => ["reconnecting", "live"]).flat());
  });

  it("I3: an etcd restored from a backup is believed in the end, and the copy follows it", async () => {
    await using rig = await settled();
    const backup = { version: Number(rig.server.version), things: [...rig.server.things.values()] };
    for (let n = 0; n < 5; n += 1) rig.server.create();
    await rig.pass(1_000);
    rig.sink.allowPast = true;
    rig.server.restore(backup);
    expect(await rig.until(() => rig.same)).toBeLessThan(600_000);
    rig.server.create();
    expect(await rig.until(() => rig.same)).toBeDefined();
    expect(rig.sink.faults).toEqual([]);
  });

  it("I4: what a request says after it was given up is not heard", async () => {
    await using rig = new Rig();
    const thing = rig.server.create();
    const { uid, name } = thing.metadata;
    const late = Promise.withResolvers<void>();
    let told = false;
    const reflector = startReflector<Thing, string>({
      api: {
        list: rig.server.list.bind(rig.server),
        // The first watch does not mind its signal, and claims a deletion when nobody listens any more.
        async *watch(resource, query, call) {
          const mine = query.from === "initial-events";
          yield* rig.server.watch(resource, query, mine ? { signal: new AbortController().signal } : call);
          if (!mine) return;
          await late.promise;
          told = true;
          const item = { uid, name, resourceVersion: "999", value: undefined as never };
          yield [{ type: "DELETED", item }];
        },
      },
      resource: nodes as never,
      selection: {},
      project: ({ metadata }) => metadata.name,
      sink: rig.sink,
      clock: rig.clock,
      random: systemRandom,
    });
    await rig.pass(10_000);
    reflector.nudge();
    await rig.pass(10_000);
    expect(rig.verbs).toEqual(["watch-list", "watch"]);
    rig.server.end();
    late.resolve();
    await rig.pass(10_000);
    expect(told).toBe(true);
    expect(rig.sink.log).toEqual(["replace 1 @101"]);
    expect(reflector.resourceVersion()).toBe("101");
    await reflector[Symbol.asyncDispose]();
  });

  it("I6: an error of the projection is told and tried again, not the end", async () => {
    await using rig = new Rig();
    rig.server.create();
    let broken = true;
    const reflector = startReflector<never, string>({
      api: rig.server,
      resource: nodes as never,
      selection: {},
      project: () => {
        if (broken) throw new TypeError("undefined is not an object");
        return "";
      },
      sink: rig.sink,
      clock: rig.clock,
      random: systemRandom,
    });
    await rig.pass(1_000);
    expect(await reflector.firstOutcome).toMatchObject({ failed: { code: "not-kubernetes", cause: { name: "TypeError" } } });
    broken = false;
    expect(await rig.until(() => reflector.status.kind === "live")).toBeDefined();
    await reflector[Symbol.asyncDispose]();
  });
});
