import { describe, expect, it } from "vitest";
import { nodes } from "../../kube/resource.ts";
import { systemRandom } from "../../runtime/random.ts";
import { KubeError } from "../errors.ts";
import type { Item, WatchEvent } from "../kube-api.ts";
import { startReflector } from "./reflector.ts";
import { Rig } from "./testing/rig.ts";
import type { RawEvent } from "./testing/pretend-server.ts";

const verbs = (rig: Rig): readonly string[] => rig.server.requests.map(({ verb }) => verb);
const kinds = (rig: Rig): readonly string[] => rig.states.map(({ kind }) => kind);

/** A reflector that has been live for a while over two objects; its first requests are forgotten. */
async function settled(): Promise<Rig> {
  const rig = new Rig();
  rig.server.create();
  rig.server.create();
  rig.start();
  await rig.pass(30_000);
  rig.server.requests.length = 0;
  rig.states.length = 0;
  return rig;
}

describe("the first state", () => {
  it("I0: is one whole replace, from a watch-list where the server has it", async () => {
    await using rig = new Rig();
    for (let n = 0; n < 7; n += 1) rig.server.create();
    rig.start();
    await rig.pass(10);
    await rig.reflector.synced;
    expect(rig.sink.log).toEqual(["replace 7 @107"]);
    expect(verbs(rig)).toEqual(["watch-list"]);
    expect(rig.reflector.status.kind).toBe("live");
    expect(rig.reflector.resourceVersion()).toBe("107");
  });

  for (const how of ["refused", "ignored"] as const) {
    it(`I9: comes from a paged list where watch-lists are ${how}, and the next one too`, async () => {
      await using rig = new Rig();
      rig.server.watchLists = how;
      for (let n = 0; n < 7; n += 1) rig.server.create();
      rig.start();
      await rig.pass(61_000);
      expect(verbs(rig)).toEqual(["watch-list", "list", "watch"]);
      expect(rig.sink.log).toEqual(["replace 7 @107"]);
      rig.server.sayError(410, "Expired");
      await rig.pass(1_000);
      expect(verbs(rig).slice(3)).toEqual(["list", "watch"]);
    });
  }

  it("holds a change that the server sent before the end of its initial events", async () => {
    await using rig = new Rig();
    const thing = rig.server.create();
    rig.server.watchLists = "ignored";
    rig.start();
    await rig.pass(10);
    rig.server.remove(thing.metadata.uid);
    const other = rig.server.create();
    rig.server.say({ type: "BOOKMARK", resourceVersion: rig.server.version, initial: true });
    await rig.pass(10);
    expect([...rig.sink.copy.keys()]).toEqual([other.metadata.uid]);
  });

  it("I11: an unreachable server is told at once, and found when it comes", async () => {
    await using rig = new Rig();
    rig.server.down = true;
    const { reflector } = rig;
    await rig.pass(2);
    expect(await reflector.firstOutcome).toMatchObject({ failed: { code: "unreachable" } });
    expect(reflector.status).toMatchObject({ kind: "starting", lastError: { code: "unreachable" } });
    rig.server.heal();
    expect(await rig.until(() => reflector.status.kind === "live")).toBeLessThan(1_100);
    await reflector.synced;
    expect(reflector.status.lastError).toBeUndefined();
  });

  it("I11: a denied list is told at once; one busy answer is not told, the third in a row is", async () => {
    await using denied = new Rig();
    denied.server.listDenied = denied.server.watchDenied = true;
    const outcome = denied.reflector.firstOutcome;
    await denied.pass(5);
    expect(await outcome).toMatchObject({ denied: { code: "forbidden" } });
    expect(denied.reflector.status.kind).toBe("denied");

    await using busy = new Rig();
    busy.server.answers = { left: 1, error: () => new KubeError("too-many-requests", "busy", { http: 429, retryAfter: 1 }) };
    busy.start();
    await busy.pass(5_000);
    expect(await busy.reflector.firstOutcome).toBe("synced");

    await using broken = new Rig();
    broken.server.answers = { left: 3, error: () => new KubeError("server-error", "etcd has no leader", { http: 500 }) };
    broken.start();
    await broken.pass(10_000);
    expect(await broken.reflector.firstOutcome).toMatchObject({ failed: { http: 500 } });
    expect(broken.same).toBe(true);
  });

  it("I11: both promises reject when it is disposed of before, with the reason of an abort", async () => {
    const rig = new Rig();
    rig.server.stall();
    const { reflector } = rig;
    await rig.pass(10);
    await reflector[Symbol.asyncDispose]();
    await expect(reflector.synced).rejects.toMatchObject({ code: "disposed" });
    await expect(reflector.firstOutcome).rejects.toMatchObject({ code: "disposed" });

    const reason = new Error("Ctrl-C");
    const { server, sink, clock } = new Rig();
    const aborted = startReflector<never, string>({
      api: server,
      resource: nodes as never,
      selection: {},
      project: () => "",
      sink,
      clock,
      random: systemRandom,
      signal: AbortSignal.abort(reason),
    });
    await expect(aborted.synced).rejects.toBe(reason);
    expect(server.requests).toEqual([]);
  });
});

describe("changes", () => {
  it("I1, I2: are told once, in order, with their true types", async () => {
    await using rig = await settled();
    const thing = rig.server.create();
    const { uid } = thing.metadata;
    rig.server.update(uid);
    rig.server.remove(uid);
    rig.server.repeat(3);
    await rig.pass(10);
    expect(rig.sink.log.slice(1)).toEqual([`ADDED thing-2 @103`, `MODIFIED thing-2 @104`, `DELETED thing-2 @105`]);
    expect(rig.reflector.resourceVersion()).toBe("105");
  });

  it("I12: an object that the projection leaves out is not kept, and is told as deleted when it was", async () => {
    await using rig = await settled();
    const { uid } = rig.server.create(false).metadata;
    rig.server.update(uid, true);
    rig.server.update(uid, false);
    rig.server.update(uid, false);
    rig.server.remove(uid);
    await rig.pass(10);
    expect(rig.sink.log.slice(1)).toEqual(["ADDED thing-2 @104", "DELETED thing-2 @105"]);
    expect(rig.sink.copy.size).toBe(2);
    expect(rig.reflector.resourceVersion()).toBe("107");
  });

  it("I3: an older bookmark moves nothing back, an early one loses nothing while the watch is open", async () => {
    await using rig = await settled();
    rig.server.bookmark("90");
    await rig.pass(10);
    expect(rig.reflector.resourceVersion()).toBe("102");
    rig.server.bookmark("110");
    await rig.pass(10);
    rig.server.create();
    await rig.pass(10);
    expect(rig.same).toBe(true);
    expect(rig.reflector.resourceVersion()).toBe("110");
  });

  it("versions that cannot be ordered are followed as they are told", async () => {
    const item = (name: string, resourceVersion: string): Item<string> => ({ uid: name, name, resourceVersion, value: name });
    const batches: WatchEvent<Item<string>>[][] = [
      [
        { type: "ADDED", item: item("a", "x1") },
        { type: "BOOKMARK", resourceVersion: "x1", initial: true },
        { type: "MODIFIED", item: item("a", "w2") },
        { type: "MODIFIED", item: item("a", "w2") },
        { type: "BOOKMARK", resourceVersion: "v3", initial: false },
      ],
    ];
    await using rig = new Rig();
    const reflector = startReflector<never, string>({
      api: {
        list: rig.server.list.bind(rig.server),
        async *watch(_r, _q, { signal }) {
          for (const batch of batches) yield batch as never;
          await rig.clock.sleep(3_600_000, signal, { background: true });
        },
      },
      resource: nodes as never,
      selection: {},
      project: () => "",
      sink: {
        replace: (items, version) => void rig.sink.log.push(`replace ${items.length} @${version}`),
        apply: (changes) =>
          void rig.sink.log.push(...changes.map(({ type, item: { name, resourceVersion } }) => `${type} ${name} @${resourceVersion}`)),
      },
      clock: rig.clock,
      random: systemRandom,
    });
    await rig.pass(1);
    expect(rig.sink.log).toEqual(["replace 1 @x1", "MODIFIED a @w2"]);
    expect(reflector.resourceVersion()).toBe("v3");
    await reflector[Symbol.asyncDispose]();
  });
});

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
    expect(verbs(rig)).toEqual(["watch"]);
    expect(kinds(rig)).toEqual(["reconnecting", "live"]);
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
    expect(verbs(rig)).toEqual(["watch", "watch-list"]);
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
    expect(kinds(rig)).toEqual([]);
  });

  it("I10: a server that takes no requests any more shows as reconnecting within 5 s of the next request", async () => {
    await using rig = await settled();
    rig.reflector.setIdleDeadline(45_000);
    rig.server.stall();
    expect(await rig.until(() => rig.reflector.status.kind === "reconnecting")).toBeLessThanOrEqual(50_000);
    rig.server.heal();
    expect(await rig.until(() => rig.reflector.status.kind === "live")).toBeLessThanOrEqual(45_100);
  });

  it("I8: a quiet watch that is renewed all the time asks for a whole state now and then, and is live but for those moments", async () => {
    await using rig = await settled();
    rig.server.bookmarks = false;
    rig.reflector.setIdleDeadline(45_000);
    await rig.pass(1_800_000);
    const whole = verbs(rig).filter((verb) => verb === "watch-list").length;
    expect(whole).toBe(4);
    expect(kinds(rig)).toEqual(Array.from({ length: whole }, () => ["reconnecting", "live"]).flat());
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
    await using rig = await settled();
    const ghost: RawEvent[] = [];
    rig.server.stall(); // the old watch never ends
    rig.reflector.nudge();
    const late = [...rig.server.things.values()][0];
    if (late === undefined) throw new Error("no thing");
    ghost.push({ type: "DELETED", item: { uid: late.metadata.uid, name: late.metadata.name, resourceVersion: "999", value: late } });
    rig.server.say(...ghost);
    rig.server.heal();
    await rig.pass(200_000);
    expect(rig.same).toBe(true);
    expect(rig.sink.log.length).toBe(1);
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

describe("denied verbs", () => {
  it("a denied watch is listed every 5 s and watched again once allowed", async () => {
    await using rig = new Rig();
    rig.server.watchDenied = true;
    rig.server.create();
    rig.start();
    await rig.pass(20_000);
    expect(rig.reflector.status).toMatchObject({ kind: "polling", lastError: { code: "forbidden" } });
    rig.server.create();
    expect(await rig.until(() => rig.same)).toBeLessThan(6_010);
    expect(rig.busiest(30_000)).toBeLessThanOrEqual(9);
    rig.server.watchDenied = false;
    expect(await rig.until(() => rig.reflector.status.kind === "live")).toBeLessThan(66_100);
    expect(kinds(rig)).toEqual(["starting", "polling", "live"]);
  });

  it("a denied list is tried again every 30 s, and watched at once when allowed", async () => {
    await using rig = await settled();
    rig.server.listDenied = rig.server.watchDenied = true;
    rig.server.cut();
    await rig.pass(120_000);
    expect(rig.reflector.status.kind).toBe("denied");
    expect(rig.sink.copy.size).toBe(2);
    rig.server.listDenied = rig.server.watchDenied = false;
    expect(await rig.until(() => rig.reflector.status.kind === "live")).toBeLessThan(33_100);
    expect(kinds(rig).filter((kind) => kind === "denied").length).toBe(1);
  });
});

describe("a nudge", () => {
  it("ends a back-off, but not more than once a second however often it comes", async () => {
    await using rig = await settled();
    rig.server.down = true;
    rig.server.cut();
    await rig.pass(300_000);
    rig.server.requests.length = 0;
    for (let n = 0; n < 100; n += 1) {
      rig.reflector.nudge();
      await rig.pass(100);
    }
    expect(rig.server.requests.length).toBeGreaterThanOrEqual(9);
    expect(rig.server.requests.length).toBeLessThanOrEqual(12);
    rig.server.heal();
    rig.reflector.nudge();
    expect(await rig.until(() => rig.reflector.status.kind === "live")).toBeLessThanOrEqual(1_100);
  });

  it("finds what a dead connection kept back", async () => {
    await using rig = await settled();
    rig.server.stall();
    rig.server.heal();
    rig.server.create();
    rig.reflector.nudge();
    expect(await rig.until(() => rig.same)).toBeLessThan(10);
  });
});

it("I6: stops when disposed of, and only then: no request and no timer is left", async () => {
  const rig = await settled();
  await rig.reflector[Symbol.asyncDispose]();
  expect(rig.server.openWatches).toBe(0);
  rig.server.create();
  expect(await rig.clock.run(() => false, { at: rig.clock.now() + 1_000_000, eventsPerInstant: 10 })).toBe("at-rest");
  expect(rig.server.requests).toEqual([]);
  expect(rig.sink.log.length).toBe(1);
});
