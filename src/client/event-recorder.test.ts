import { describe, expect, it } from "vitest";
import type { KubeEvent } from "../kube/event.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Resource } from "../kube/resource.ts";
import type { Millis, VirtualClock } from "../runtime/clock.ts";
import { seededRandom } from "../runtime/random.ts";
import { createVirtualClock } from "../runtime/virtual-clock.ts";
import { KubeError, NoAnswerError } from "./errors.ts";
import { type EventNote, type EventRecorder, type EventRecorderOptions, startEventRecorder } from "./event-recorder.ts";
import type { KubeApi, Written } from "./kube-api.ts";

type Stored = KubeEvent & { readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion: string } };

/** Keeps Events by name as an API server does, and fails as it is told. Each call takes a millisecond. */
class Rig implements Pick<KubeApi, "create" | "get" | "patch"> {
  readonly clock: VirtualClock = createVirtualClock();
  readonly stored = new Map<string, Stored>();
  readonly losses: string[] = [];
  readonly #stop = new AbortController();
  calls = 0;
  answers: (Error | "ok")[] = [];
  #version = 0;

  recorder(options: Partial<EventRecorderOptions> = {}): EventRecorder {
    return startEventRecorder({
      api: this,
      clock: this.clock,
      random: seededRandom("events"),
      signal: this.#stop.signal,
      onLoss: (note, why) => this.losses.push(`${note.reason} ${why}`),
      ...options,
    });
  }

  stop(): void {
    this.#stop.abort(new Error("over"));
  }

  get events(): readonly string[] {
    return [...this.stored.values()].map(({ reason, count }) => `${reason} ×${count}`);
  }

  async pass(ms: Millis): Promise<void> {
    let over = false;
    this.clock.timer(ms, () => {
      over = true;
    });
    expect(await this.clock.run(() => over, { at: Number.POSITIVE_INFINITY, eventsPerInstant: 5_000 })).toBe("reached");
  }

  async until<T>(work: Promise<T>): Promise<T> {
    let over = false;
    void work.finally(() => {
      over = true;
    });
    await this.clock.run(() => over, { at: Number.POSITIVE_INFINITY, eventsPerInstant: 5_000 });
    return await work;
  }

  async create<T extends KubeObject>(_r: Resource<T>, body: object, o: { readonly namespace?: string }): Promise<Written<T>> {
    await this.#answer();
    const given = body as Stored;
    const key = `${o.namespace}/${given.metadata.name}`;
    if (this.stored.has(key)) throw new KubeError("already-exists", "exists", { http: 409 });
    return this.#put(key, given);
  }

  async get<T extends KubeObject>(_r: Resource<T>, at: { readonly namespace?: string; readonly name: string }): Promise<T> {
    await this.#answer();
    return this.stored.get(`${at.namespace}/${at.name}`) as unknown as T;
  }

  async patch<T extends KubeObject>(
    _r: Resource<T>,
    at: { readonly namespace?: string; readonly name: string },
    p: Parameters<KubeApi["patch"]>[2],
  ): Promise<Written<T>> {
    await this.#answer();
    const key = `${at.namespace}/${at.name}`;
    const body = (p.kind === "merge" ? p.body : {}) as unknown as Partial<Stored>;
    const before = this.stored.get(key);
    if (before === undefined || body.metadata?.resourceVersion !== before.metadata.resourceVersion)
      throw new KubeError("conflict", "changed");
    return this.#put(key, { ...before, ...body, metadata: before.metadata });
  }

  #put<T>(key: string, event: Stored): Written<T> {
    this.#version += 1;
    const stored = { ...event, metadata: { ...event.metadata, resourceVersion: String(this.#version) } };
    this.stored.set(key, stored);
    return { object: stored as unknown as T, warnings: [] };
  }

  async #answer(): Promise<void> {
    this.calls += 1;
    await this.clock.sleep(1, new AbortController().signal);
    const answer = this.answers.shift() ?? "ok";
    if (answer !== "ok") throw answer;
  }
}

const about = { apiVersion: "v1", kind: "Node", name: "worker-1", uid: "u-1" } as const;
const begin: EventNote = {
  about,
  component: "NodeMaintenance",
  type: "Normal",
  reason: "BeginMaintenance",
  message: "Begin a node maintenance",
};
const named = (n: number): EventNote => ({ ...begin, about: { ...about, uid: `u-${n}` }, reason: `R${n}` });

describe("an event", () => {
  it("is written as medik8s' operator writes it, that of a cluster-scoped object in default", async () => {
    const rig = new Rig();
    const recorder = rig.recorder({ host: "drydock-0" });
    recorder.record(begin);
    expect(await rig.until(recorder.flush(1_000))).toBe(0);
    const [[key, event] = []] = rig.stored;
    expect(key).toMatch(/^default\/worker-1\.[0-9a-f]{16}$/);
    expect(event).toMatchObject({
      involvedObject: about,
      reason: "BeginMaintenance",
      message: "Begin a node maintenance",
      type: "Normal",
      source: { component: "NodeMaintenance", host: "drydock-0" },
      reportingComponent: "NodeMaintenance",
      reportingInstance: "drydock-0",
      count: 1,
      firstTimestamp: "2026-01-01T00:00:00Z",
      lastTimestamp: "2026-01-01T00:00:00Z",
    });
  });

  it("stands in the namespace of its object, under a name that the server takes, with a message of a length that people read", async () => {
    const rig = new Rig();
    const recorder = rig.recorder();
    recorder.record({
      ...begin,
      about: { ...about, namespace: "shop", name: `${"a".repeat(235)}.${"b".repeat(17)}` },
      message: "x".repeat(3_000),
    });
    await rig.until(recorder.flush(1_000));
    const [[key = "", event] = []] = rig.stored;
    expect(key).toMatch(/^shop\/a{235}\.[0-9a-f]{16}$/);
    expect(event?.message).toHaveLength(1_024);
  });

  it("is written once, however often it is told, by this process, another or the next", async () => {
    const rig = new Rig();
    const [first, second] = [rig.recorder(), rig.recorder()];
    for (let n = 0; n < 3; n += 1) {
      first.record(begin);
      second.record(begin);
    }
    await rig.until(first.flush(1_000));
    await rig.until(second.flush(1_000));
    expect(rig.events).toEqual(["BeginMaintenance ×1"]);
    expect(rig.calls).toBe(2);
    expect([first.counts, second.counts]).toEqual([
      { written: 1, repeated: 2, lost: 0 },
      { written: 0, repeated: 3, lost: 0 },
    ]);
  });

  it("is another one for another object, reason, message or key", async () => {
    const rig = new Rig();
    const recorder = rig.recorder();
    const others = [{ about: { ...about, uid: "u-2" } }, { reason: "R" }, { message: "M" }, { key: "generation 2" }, { component: "C" }];
    for (const other of [{}, ...others]) recorder.record({ ...begin, ...other });
    recorder.record({ ...begin, key: "generation 2", message: "the same in other words" });
    await rig.until(recorder.flush(1_000));
    expect(rig.stored.size).toBe(6);
  });

  it("is counted where that is wanted, and again where somebody else counts at the same time", async () => {
    const rig = new Rig();
    const recorder = rig.recorder({ repeat: "count" });
    for (let n = 0; n < 3; n += 1) recorder.record(begin);
    await rig.until(recorder.flush(1_000));
    expect(rig.events).toEqual(["BeginMaintenance ×3"]);
    rig.answers = ["ok", "ok", new KubeError("conflict", "changed")];
    await rig.pass(5_000);
    recorder.record(begin);
    await rig.until(recorder.flush(10_000));
    expect(rig.events).toEqual(["BeginMaintenance ×4"]);
    expect([...rig.stored.values()][0]).toMatchObject({ firstTimestamp: "2026-01-01T00:00:00Z", lastTimestamp: "2026-01-01T00:00:05Z" });
  });
});

describe("trouble", () => {
  it("is got over in order: calls that fail for the moment are made again, and one whose answer was lost counts as written", async () => {
    const rig = new Rig();
    const recorder = rig.recorder();
    rig.answers = [new NoAnswerError("no", "refused"), new KubeError("server-error", "500", { retryable: true })];
    recorder.record(named(1));
    recorder.record(named(2));
    expect(await rig.until(recorder.flush(60_000))).toBe(0);
    expect(rig.events).toEqual(["R1 ×1", "R2 ×1"]);
    expect(recorder.counts).toEqual({ written: 2, repeated: 0, lost: 0 });
  });

  it("that lasts loses an event after twelve tries, and what is refused at once, each told, and goes on with the next", async () => {
    const rig = new Rig();
    const recorder = rig.recorder();
    rig.answers = [
      new KubeError("forbidden", "no"),
      ...Array.from({ length: 12 }, () => new KubeError("server-error", "500", { retryable: true })),
    ];
    for (let n = 1; n <= 3; n += 1) recorder.record(named(n));
    expect(await rig.until(recorder.flush(3_600_000))).toBe(0);
    expect(rig.events).toEqual(["R3 ×1"]);
    expect(rig.losses).toEqual(["R1 refused", "R2 refused"]);
    expect(recorder.counts.lost).toBe(2);
  });

  it("never makes the caller wait: what is too much is lost, and counted", async () => {
    const rig = new Rig();
    const recorder = rig.recorder();
    for (let n = 0; n < 1_200; n += 1) recorder.record(named(n));
    expect(recorder.counts.lost).toBe(200);
    expect(new Set(rig.losses.map((line) => line.split(" ")[1]))).toEqual(new Set(["full"]));
    const from = rig.clock.monotonic();
    expect(await rig.until(recorder.flush(300_000))).toBe(0);
    // A burst of 100, then 20 a second.
    expect(rig.clock.monotonic() - from).toBeGreaterThan(40_000);
    expect(rig.clock.monotonic() - from).toBeLessThan(50_000);
  });

  it("of one object does not hide the others: 25 of it at once, then one in five minutes", async () => {
    const rig = new Rig();
    const recorder = rig.recorder();
    for (let n = 0; n < 30; n += 1) recorder.record({ ...begin, message: `attempt ${n}` });
    recorder.record(named(2));
    await rig.until(recorder.flush(60_000));
    expect(rig.stored.size).toBe(26);
    expect(rig.losses).toEqual(Array.from({ length: 5 }, () => "BeginMaintenance spam"));
    await rig.pass(300_000);
    recorder.record({ ...begin, message: "attempt 31" });
    await rig.until(recorder.flush(60_000));
    expect(rig.stored.size).toBe(27);
  });
});

describe("the end", () => {
  it("flush says how many still wait at its deadline", async () => {
    const rig = new Rig();
    const recorder = rig.recorder();
    rig.answers = Array.from({ length: 12 }, () => new NoAnswerError("no", "refused"));
    recorder.record(named(1));
    recorder.record(named(2));
    expect(await rig.until(recorder.flush(2_000))).toBe(2);
  });

  it("what waits is lost then, and what comes later too, and it says so", async () => {
    const rig = new Rig();
    const recorder = rig.recorder();
    rig.answers = [new NoAnswerError("no", "refused")];
    recorder.record(named(1));
    await rig.pass(10);
    await rig.until(recorder[Symbol.asyncDispose]());
    recorder.record(named(2));
    expect(rig.losses).toEqual(["R1 ended", "R2 ended"]);
    expect(await recorder.flush(1_000)).toBe(0);
  });

  it("comes with the signal", async () => {
    const rig = new Rig();
    const recorder = rig.recorder();
    rig.stop();
    await rig.pass(1);
    recorder.record(begin);
    expect(rig.losses).toEqual(["BeginMaintenance ended"]);
    expect(rig.events).toEqual([]);
  });
});
