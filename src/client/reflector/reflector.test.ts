import { describe, expect, it } from "vitest";
import { nodes } from "../../kube/resource.ts";
import { systemRandom } from "../../runtime/random.ts";
import { KubeError } from "../errors.ts";
import type { Item, WatchEvent } from "../kube-api.ts";
import { startReflector } from "./reflector.ts";
import { Rig, settled } from "./testing/rig.ts";

describe("the first state", () => {
  it("I0: is one whole replace, from a watch-list where the server has it", async () => {
    await using rig = new Rig();
    for (let n = 0; n < 7; n += 1) rig.server.create();
    rig.start();
    await rig.pass(10);
    await rig.reflector.synced;
    expect(rig.sink.log).toEqual(["replace 7 @107"]);
    expect(rig.verbs).toEqual(["watch-list"]);
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
      expect(rig.verbs).toEqual(["watch-list", "list", "watch"]);
      expect(rig.sink.log).toEqual(["replace 7 @107"]);
      rig.server.sayError(410, "Expired");
      await rig.pass(1_000);
      expect(rig.verbs.slice(3)).toEqual(["list", "watch"]);
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
    expect(rig.kinds).toEqual(["starting", "polling", "live"]);
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
    expect(rig.kinds.filter((kind) => kind === "denied").length).toBe(1);
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
