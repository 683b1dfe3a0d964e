import { describe, expect, it } from "vitest";
import { nodes } from "../../kube/resource.ts";
import { systemRandom } from "../../runtime/random.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Page } from "../kube-api.ts";
import { type Reflector, startReflector } from "./reflector.ts";
import { Rig, settled } from "./testing/rig.ts";
import type { RawEvent, Thing } from "./testing/thing.ts";

const thing = (uid: string, resourceVersion: number): Thing => ({
  metadata: { uid, name: uid, resourceVersion: String(resourceVersion) },
  spec: { keep: true },
});
const event = (type: "ADDED" | "MODIFIED" | "DELETED", uid: string, resourceVersion: number): RawEvent => ({
  type,
  item: { uid, name: uid, resourceVersion: String(resourceVersion), value: thing(uid, resourceVersion) },
});

/** A reflector whose parts a test replaces. */
function reflect(rig: Rig, parts: Partial<Parameters<typeof startReflector<Thing, string>>[0]>): Reflector {
  const usual = { api: rig.server, resource: nodes as never, selection: {}, sink: rig.sink, clock: rig.clock, random: systemRandom };
  return startReflector<Thing, string>({ ...usual, project: ({ metadata }) => metadata.name, ...parts });
}

describe("one batch", () => {
  it("I4: is over with its ERROR event: what follows does not count", async () => {
    await using rig = await settled();
    const [uid] = rig.server.things.keys();
    const status = { kind: "Status", code: 500, reason: "InternalError" } as const;
    rig.server.say({ type: "ERROR", status }, event("DELETED", uid ?? "", 999));
    await rig.pass(2_000);
    rig.server.create();
    await rig.pass(10);
    expect(rig.same).toBe(true);
    expect(rig.sink.faults).toEqual([]);
  });

  it("is told as one, up to a bookmark", async () => {
    await using rig = await settled();
    let calls = 0;
    const apply = rig.sink.apply.bind(rig.sink);
    rig.sink.apply = (changes) => {
      calls += 1;
      apply(changes);
    };
    rig.server.say(event("ADDED", "a", 110), event("ADDED", "b", 111), event("MODIFIED", "a", 112));
    await rig.pass(10);
    expect(calls).toBe(1);
    expect(rig.sink.log.slice(1)).toEqual(["ADDED a @110", "ADDED b @111", "MODIFIED a @112"]);
  });

  it("may end an initial state a second time: that is a bookmark", async () => {
    await using rig = await settled();
    rig.server.say({ type: "BOOKMARK", resourceVersion: "150", initial: true });
    await rig.pass(10);
    expect(rig.reflector.resourceVersion()).toBe("150");
    expect(rig.reflector.status.kind).toBe("live");
  });
});

describe("pages", () => {
  it("count from where the list began anew, and from the version of the first", async () => {
    await using rig = new Rig();
    rig.server.watchLists = "refused";
    const page = (uid: string, resourceVersion: string, restarted?: true): Page<never> => ({
      items: [{ uid, name: uid, resourceVersion: "5", value: uid } as never],
      resourceVersion,
      ...(restarted === undefined ? {} : { restarted }),
    });
    await using reflector = reflect(rig, {
      api: {
        watch: rig.server.watch.bind(rig.server),
        async *list() {
          yield page("deleted-meanwhile", "110");
          yield page("a", "120", true);
          yield page("b", "121");
        },
      },
    });
    await rig.pass(10);
    expect([...rig.sink.copy.keys()]).toEqual(["a", "b"]);
    expect(reflector.resourceVersion()).toBe("120");
  });
});

describe("the idle deadline", () => {
  it("counts from the last sign of life: bookmarks once a minute keep a quiet watch for as long as the server lets it", async () => {
    await using rig = await settled();
    await rig.pass(250_000);
    expect(rig.verbs).toEqual([]);
  });
});

describe("signs of life", () => {
  it("I13: are reported as they come: the opening of a watch, its events and its bookmarks; not refusals, not silence", async () => {
    await using rig = new Rig();
    let heardAt = Number.NaN;
    const silence = (): number => rig.clock.monotonic() - heardAt;
    const note = (): void => {
      heardAt = rig.clock.monotonic();
    };
    await using _ = reflect(rig, { onHeard: note });
    await rig.pass(30_000);
    expect(silence()).toBeGreaterThan(29_000);
    rig.server.bookmark();
    await rig.pass(10);
    expect(silence()).toBeLessThanOrEqual(10);
    rig.server.create();
    await rig.pass(10);
    expect(silence()).toBeLessThanOrEqual(10);
    rig.server.stall();
    await rig.pass(140_000);
    expect(silence()).toBeGreaterThan(139_000);
    rig.server.down = true;
    await rig.pass(300_000);
    expect(silence()).toBeGreaterThan(439_000);
    rig.server.heal();
    await rig.pass(30_100);
    expect(silence()).toBeLessThan(30_100);
  });

  it("I13: are pages, where nothing may be watched", async () => {
    await using rig = new Rig();
    rig.server.watchDenied = true;
    let pages = 0;
    await using _ = reflect(rig, { onHeard: () => void (pages += 1) });
    await rig.pass(60_000);
    expect(pages).toBeGreaterThanOrEqual(10);
    rig.server.listDenied = true;
    await rig.pass(10_000);
    const before = pages;
    await rig.pass(300_000);
    expect(pages).toBe(before);
  });
});

describe("a sink that calls back", () => {
  it("may dispose of the reflector: what was about to begin is cut, and nothing follows", async () => {
    await using rig = new Rig();
    rig.server.watchLists = "refused";
    const reflector: Reflector = reflect(rig, {
      sink: { replace: () => void reflector[Symbol.asyncDispose](), apply: () => {} },
    });
    await rig.pass(10_000);
    expect(rig.verbs).toEqual(["watch-list", "list", "watch"]);
    expect(rig.server.openWatches).toBe(0);
  });

  it("sees the version that it was just given", async () => {
    await using rig = new Rig();
    const seen: (string | undefined)[] = [];
    const note = (): void => void seen.push(reflector.resourceVersion());
    await using reflector = reflect(rig, { sink: { replace: note, apply: note } });
    await rig.pass(10);
    rig.server.create();
    await rig.pass(10);
    expect(seen).toEqual(["100", "101"]);
  });
});

describe("the end", () => {
  it("I6: comes with dispose only, and leaves no request and no timer", async () => {
    const rig = new Rig();
    const timers = new Set<object>();
    const clock: Clock = {
      ...rig.clock,
      timer(after, run, options) {
        const mark = {};
        timers.add(mark);
        const ring = (): void => {
          timers.delete(mark);
          run();
        };
        const timer = rig.clock.timer(after, ring, options);
        return {
          [Symbol.dispose]: () => {
            timers.delete(mark);
            timer[Symbol.dispose]();
          },
        };
      },
    };
    const reflector = reflect(rig, { clock });
    await rig.pass(1_000);
    rig.server.cut();
    await rig.pass(1_000);
    expect(timers.size).toBeGreaterThan(0);
    await reflector[Symbol.asyncDispose]();
    expect([...timers]).toEqual([]);
    expect(rig.server.openWatches).toBe(0);
  });
});
