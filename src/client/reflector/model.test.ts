import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KubeError, NoAnswerError } from "../errors.ts";
import { Rig } from "./testing/rig.ts";

/** What may happen to a reflector, as fast-check commands: the server's objects change, its answers fail, time passes. */
interface Deed {
  readonly name: string;
  readonly do: (rig: Rig) => Promise<void> | void;
}
type Model = Record<string, never>;

class DeedCommand implements fc.AsyncCommand<Model, Rig> {
  readonly #deed: Deed;
  constructor(deed: Deed) {
    this.#deed = deed;
  }
  check(): boolean {
    return true;
  }
  async run(_model: Model, rig: Rig): Promise<void> {
    await this.#deed.do(rig);
    expect(rig.sink.faults).toEqual([]);
  }
  toString(): string {
    return this.#deed.name;
  }
}

const deed = (name: string, run: Deed["do"]): fc.Arbitrary<DeedCommand> => fc.constant(new DeedCommand({ name, do: run }));
const deedWith = <A>(
  name: string,
  arbitrary: fc.Arbitrary<A>,
  run: (rig: Rig, argument: A) => Promise<void> | void,
): fc.Arbitrary<DeedCommand> =>
  arbitrary.map((argument) => new DeedCommand({ name: `${name}(${JSON.stringify(argument)})`, do: (rig) => run(rig, argument) }));

const pick = (rig: Rig, index: number): string => [...rig.server.things.keys()][index % Math.max(1, rig.server.things.size)] ?? "";
const anyIndex = fc.nat({ max: 20 });
const error = (code: "server-error" | "too-many-requests" | "expired" | "unauthorized" | "lost", http: number) => (): KubeError =>
  code === "lost"
    ? new NoAnswerError("unknown", "connection reset")
    : new KubeError(code, String(http), { http, ...(code === "too-many-requests" ? { retryAfter: 2 } : {}) });
const faults = {
  500: error("server-error", 500),
  429: error("too-many-requests", 429),
  410: error("expired", 410),
  401: error("unauthorized", 401),
  lost: error("lost", 0),
};

const changes = [
  deedWith("create", fc.boolean(), (rig, keep) => void rig.server.create(keep)),
  deedWith("update", fc.tuple(anyIndex, fc.boolean()), (rig, [index, keep]) => rig.server.update(pick(rig, index), keep)),
  deedWith("remove", anyIndex, (rig, index) => rig.server.remove(pick(rig, index))),
  deedWith("tick", fc.nat({ max: 50 }), (rig, by) => rig.server.tick(by)),
];
const time = [deedWith("pass", fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 2_000 }), fc.nat({ max: 200_000 })), (rig, ms) => rig.pass(ms))];
const troubles = [
  deed("cut", (rig) => rig.server.cut()),
  deed("end", (rig) => rig.server.end()),
  deed("expire", (rig) => rig.server.sayError(410, "Expired")),
  deed("error event", (rig) => rig.server.sayError(500, "InternalError")),
  deed("compact", (rig) => rig.server.compact()),
  deedWith("repeat", fc.nat({ max: 8 }), (rig, count) => rig.server.repeat(count)),
  deed("bookmark", (rig) => rig.server.bookmark()),
  deedWith("old bookmark", fc.nat({ max: 40 }), (rig, back) => rig.server.bookmark(String(Math.max(1, Number(rig.server.version) - back)))),
  deed("stall", (rig) => rig.server.stall()),
  deedWith("down", fc.boolean(), (rig, down) => void (rig.server.down = down)),
  deedWith("deny watch", fc.boolean(), (rig, denied) => void (rig.server.watchDenied = denied)),
  deedWith("deny list", fc.boolean(), (rig, denied) => void (rig.server.listDenied = denied)),
  deedWith("watch-lists", fc.constantFrom("served", "refused", "ignored"), (rig, how) => void (rig.server.watchLists = how)),
  deedWith("hasty", fc.boolean(), (rig, hasty) => void (rig.server.hasty = hasty)),
  deedWith("bookmarks", fc.boolean(), (rig, on) => void (rig.server.bookmarks = on)),
  deedWith("pages expire", fc.nat({ max: 2 }), (rig, after) => void (rig.server.pagesUntilExpiry = after)),
  deedWith(
    "answers",
    fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom<keyof typeof faults>(500, 429, 410, 401, "lost")),
    (rig, [left, code]) => {
      rig.server.answers = { left, error: faults[code] };
    },
  ),
  deed("heal", (rig) => rig.server.heal()),
];
const owner = [
  deed("nudge", (rig) => rig.reflector.nudge()),
  deedWith("idle deadline", fc.constantFrom(1_000, 45_000, 150_000), (rig, ms) => rig.reflector.setIdleDeadline(ms)),
];

const commands = fc.commands([...changes, ...changes, ...time, ...time, ...time, ...troubles, ...owner], { maxCommands: 60, size: "+1" });
const runs = Number(process.env["REFLECTOR_RUNS"] ?? 150);

describe("whatever the server does", () => {
  it("I0–I2, I6, I7: nothing is told twice or out of order, requests are paced, and after the faults the copy equals the server", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), commands, async (seed, deeds) => {
        await using rig = new Rig(seed);
        rig.server.create();
        rig.start();
        await fc.asyncModelRun(() => ({ model: {}, real: rig }), deeds);
        rig.server.heal();
        expect(await rig.until(() => rig.same && rig.reflector.status.kind === "live"), "time until the same").toBeDefined();
        // Not by chance: what changes from now on comes too.
        const late = rig.server.create();
        expect(await rig.until(() => rig.sink.copy.has(late.metadata.uid)), "time until the next change").toBeDefined();
        expect(rig.sink.faults).toEqual([]);
        expect(rig.busiest(10_000), "requests within 10 s").toBeLessThan(60);
      }),
      { numRuns: runs },
    );
  });
});
