import { describe, expect, test } from "vitest";
import { DrainWorld } from "../../test/support/drain-world.ts";
import { Fleet } from "../cluster/live/fleet.ts";
import { createLedger } from "../execution/ledger.ts";
import { createLimiter } from "../execution/limiter.ts";
import type { Reach } from "../execution/progress.ts";
import { steadyTime } from "../runtime/steady-time.ts";
import type { ClientOptions } from "../simulator/embedded-cluster.ts";
import type { ClusterSketch } from "../simulator/sketch.ts";
import { NodeSession } from "./node-session.ts";
import type { SessionOrder, SessionState } from "./session-contract.ts";

const order: SessionOrder = { key: "1", request: { mode: "Evict", disableEviction: false }, allow: new Set(["partial"]) };

/** Sessions of several nodes that pass whenever they are woken, as an operator's queue has it. */
class Sessions {
  readonly world: DrainWorld;
  readonly states = new Map<string, SessionState>();
  readonly fleet: Fleet;
  readonly #s;
  readonly #accounts;
  readonly open = new Map<string, NodeSession>();
  readonly reach = new Map<string, Reach>();
  begins = true;

  constructor(sketch: Partial<ClusterSketch>, client: ClientOptions = {}) {
    this.world = new DrainWorld(sketch);
    this.#s = this.world.surroundings(undefined, client);
    const { api, clock, random, stop } = this.#s;
    this.fleet = new Fleet({ api, clock, random: random.fork("fleet"), signal: stop });
    this.#accounts = { ledger: createLedger(steadyTime(clock)), limiter: createLimiter() };
  }

  begin(node: string, own: SessionOrder = order): NodeSession {
    const session = new NodeSession({
      s: this.#s,
      node,
      holder: { kind: "command", user: `for ${node}`, host: "here", since: "2026-01-01T00:00:00Z" },
      order: own,
      shared: this.fleet.share(),
      accounts: this.#accounts,
      wake: () => {
        for (const one of this.open.values()) if (one === session || one.awaitsOthers) this.#soon(one);
      },
    });
    this.open.set(node, session);
    this.reach.set(node, "verdict");
    return session;
  }

  /** In a turn of its own, as a queue does it. */
  #soon(session: NodeSession): void {
    this.world.clock.timer(1, () => this.pass(session.node));
  }

  pass(node: string): void {
    const state = this.open.get(node)?.pass(this.reach.get(node) ?? "nowhere", this.begins);
    if (state !== undefined) this.states.set(node, state);
  }

  drained = (node: string): boolean => this.states.get(node)?.progress?.verdict !== undefined;

  async end(): Promise<void> {
    for (const session of this.open.values()) await this.world.until(session[Symbol.asyncDispose]());
    await this.fleet[Symbol.asyncDispose]();
  }
}

const shared: Partial<ClusterSketch> = {
  nodes: [{ name: "a" }, { name: "b" }, { name: "c" }],
  workloads: [
    {
      kind: "Deployment",
      namespace: "web",
      name: "web",
      replicas: 6,
      on: ["a", "a", "a", "b", "b", "b"],
      pod: { ready: 1_000, gone: 1_000 },
    },
  ],
  budgets: [{ namespace: "web", name: "web", spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 } }],
};

describe("nodes in sessions of their own", () => {
  test("share the arithmetic of a budget: nothing is asked in vain, and both are proven empty", async () => {
    const all = new Sessions(shared);
    all.begin("a");
    all.begin("b");
    await all.world.reach(() => all.drained("a") && all.drained("b"));
    expect(all.world.evictions).toHaveLength(6);
    expect(["a", "b"].map((node) => all.states.get(node)?.progress?.verdict?.proven)).toEqual([true, true]);
    expect(all.world.cluster.control.podsOn("c")).toHaveLength(6);
    await all.end();
  });

  test("watch nodes, budgets and attachments once, pods once each, and all pods once from the 21st node on; all of it is dropped again", async () => {
    const names = Array.from({ length: 23 }, (_, i) => `n${i}`);
    const all = new Sessions({ nodes: names.map((name) => ({ name })) });
    for (const name of names) all.begin(name);
    await all.world.reach(() => names.every(all.drained));
    expect(all.fleet.watches).toBe(4);
    const opened = all.world.cluster.record.calls.filter(({ verb }) => verb === "watch").map(({ resource }) => resource);
    const count = (resource: string): number => opened.filter((one) => one === resource).length;
    expect([count("nodes"), count("poddisruptionbudgets.policy"), count("pods")]).toEqual([1, 1, 21]);
    await all.end();
  });

  test("that joins what others have watched for long sees who came before it, and takes nobody for new", async () => {
    const all = new Sessions(shared);
    all.begin("a");
    await all.world.reach(() => all.drained("a"));
    all.begin("b");
    await all.world.reach(() => all.drained("b"));
    expect(all.open.get("b")?.view().arrivals("b")).toEqual([]);
    expect(all.states.get("b")?.progress?.verdict?.proven).toBe(true);
    await all.end();
  });

  test("goes on under other orders without losing what it has seen", async () => {
    const all = new Sessions({
      ...shared,
      pods: [{ namespace: "web", name: "bare", on: "a" }],
    });
    const session = all.begin("a");
    await all.world.reach(() => all.states.get("a")?.progress?.isStuck === true);
    expect(all.states.get("a")?.progress?.left.map(({ subject }) => subject.name)).toEqual(["bare"]);
    session.change({ key: "2", request: order.request, allow: new Set(["partial", "unmanaged"]) });
    await all.world.reach(() => all.drained("a"));
    expect(all.states.get("a")?.progress?.verdict?.proven).toBe(true);
    await all.end();
  });

  test("that may begin nothing looks on, and goes on when it may", async () => {
    const all = new Sessions(shared);
    all.begin("a");
    await all.world.reach(() => all.world.evictions.length === 1);
    all.begins = false;
    await all.world.elapse(60_000);
    expect(all.world.evictions).toHaveLength(1);
    expect(all.states.get("a")?.progress?.left).toHaveLength(2);
    all.begins = true;
    all.pass("a");
    await all.world.reach(() => all.drained("a"));
    expect(all.world.evictions).toHaveLength(3);
    await all.end();
  });

  test("that ends waits for the answer to what it asked", async () => {
    const all = new Sessions(shared);
    const session = all.begin("a");
    await all.world.reach(() => all.world.cluster.record.calls.some(({ verb }) => verb === "evict"));
    await all.world.until(session[Symbol.asyncDispose]());
    const answers = all.world.cluster.record.calls.filter(({ verb }) => verb === "evict").map(({ answer }) => answer);
    expect(answers).toEqual([201]);
    await all.end();
  });

  test("whose pods may not be read says so", async () => {
    const all = new Sessions(shared, { deny: [{ resource: "pods" }] });
    const session = all.begin("a");
    await all.world.reach(() => session.trouble !== undefined);
    expect(session.trouble).toMatchObject({ kind: "denied", verb: "list", resource: "pods" });
    expect(session.pass("verdict")).toBeUndefined();
    await all.end();
  });
});
