import type { Millis, VirtualClock } from "../../../runtime/clock.ts";
import { seededRandom } from "../../../runtime/random.ts";
import { createVirtualClock } from "../../../runtime/virtual-clock.ts";
import { nodes } from "../../../kube/resource.ts";
import { type Reflector, type ReflectorStatus, startReflector } from "../reflector.ts";
import { PretendServer } from "./pretend-server.ts";
import { Recorder } from "./recorder.ts";
import type { Thing } from "./thing.ts";

const second: Millis = 1_000;

/** A pretend server, a reflector of it and a recorder, in virtual time. */
export class Rig implements AsyncDisposable {
  readonly clock: VirtualClock = createVirtualClock();
  readonly server = new PretendServer(this.clock);
  readonly sink = new Recorder<string>();
  readonly states: ReflectorStatus[] = [];
  readonly #seed: string;
  #reflector: Reflector | undefined;

  constructor(seed = "rig") {
    this.#seed = seed;
  }

  start(): Reflector {
    this.#reflector ??= startReflector<Thing, string>({
      api: this.server,
      resource: nodes as never,
      selection: {},
      project: (thing) => (thing.spec.keep ? `${thing.metadata.name}@${thing.metadata.resourceVersion}` : undefined),
      sink: this.sink,
      clock: this.clock,
      random: seededRandom(this.#seed),
      pageSize: 3,
      onState: (status) => this.states.push(status),
    });
    return this.#reflector;
  }

  get reflector(): Reflector {
    return this.start();
  }

  /** Lets so much time pass. A loop without a pause ends it with "runaway". */
  async pass(ms: Millis): Promise<void> {
    let reached = false;
    this.clock.timer(ms, () => {
      reached = true;
    });
    const how = await this.clock.run(() => reached, { at: this.clock.now() + ms, eventsPerInstant: 200 });
    if (how !== "reached") throw new Error(`time did not pass: ${how}`);
  }

  /** Lets time pass until `holds`; says how long it took, or undefined after `limit`. */
  async until(holds: () => boolean, limit: Millis = 600 * second): Promise<Millis | undefined> {
    const from = this.clock.monotonic();
    this.clock.timer(limit, () => {});
    const how = await this.clock.run(holds, { at: this.clock.now() + limit, eventsPerInstant: 200 });
    return how === "reached" ? this.clock.monotonic() - from : undefined;
  }

  get wanted(): ReadonlyMap<string, string> {
    const kept = [...this.server.things.values()].filter((thing) => thing.spec.keep);
    return new Map(kept.map(({ metadata }) => [metadata.uid, metadata.resourceVersion]));
  }

  /** Does the sink hold what the server holds? */
  get same(): boolean {
    const { wanted } = this;
    return (
      wanted.size === this.sink.copy.size && [...wanted].every(([uid, version]) => this.sink.copy.get(uid)?.resourceVersion === version)
    );
  }

  /** What was asked of the server, in order. */
  get verbs(): readonly string[] {
    return this.server.requests.map(({ verb }) => verb);
  }

  /** The kinds of status that were told, in order. */
  get kinds(): readonly string[] {
    return this.states.map(({ kind }) => kind);
  }

  /** The most requests within any `span`. */
  busiest(span: Millis): number {
    const { requests } = this.server;
    let most = 0;
    for (let last = 0, first = 0; last < requests.length; last += 1) {
      while ((requests[last]?.at ?? 0) - (requests[first]?.at ?? 0) > span) first += 1;
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reflector?.[Symbol.asyncDispose]();
  }
}

/** A reflector that has been live for a while over two objects; its first requests are forgotten. */
export async function settled(): Promise<Rig> {
  const rig = new Rig();
  rig.server.create();
  rig.server.create();
  rig.start();
  await rig.pass(30_000);
  rig.server.requests.length = 0;
  rig.states.length = 0;
  return rig;
}
