import { type GivenView, clusterView, nodeView, someTime } from "../../../test/support/cluster-view.ts";
import { planRequest } from "../../../test/support/plan-request.ts";
import { type AskedEviction, ScriptedApi } from "../../../test/support/scripted-api.ts";
import type { EvictionAnswer } from "../../client/kube-api.ts";
import { drain } from "../../crafts/drain/drain.ts";
import type { KubeObject } from "../../kube/object.ts";
import { composePlan } from "../../plan/compose.ts";
import type { Consent } from "../../plan/consent.ts";
import type { Craft } from "../../plan/craft.ts";
import type { PlanRequest } from "../../plan/request.ts";
import { settledTurn } from "../../runtime/event-loop.ts";
import { InvariantError } from "../../runtime/errors.ts";
import { seededRandom } from "../../runtime/random.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import type { ExecutionEvent } from "../event.ts";
import { Executor } from "../executor.ts";
import type { NodeProgress, PassResult, Reach } from "../progress.ts";

export interface RigOptions {
  readonly given: GivenView;
  readonly request?: Partial<PlanRequest>;
  readonly allowed?: readonly Consent[];
}

/** An executor between hand-made views and a scripted server. */
export class ExecutorRig {
  readonly api = new ScriptedApi();
  readonly clock = createVirtualClock(someTime);
  readonly events: ExecutionEvent[] = [];
  readonly executor: Executor;
  wakes = 0;
  #given: GivenView;

  constructor({ given, request = {}, allowed = [] }: RigOptions) {
    this.#given = given;
    const crafts = [drain as Craft];
    this.executor = new Executor({
      api: this.api,
      clock: this.clock,
      random: seededRandom("rig"),
      crafts,
      plan: composePlan(crafts, clusterView(given), planRequest(request)),
      allowed: new Set(allowed),
      holder: { kind: "command", user: "jane", host: "laptop", since: "2026-01-01T00:00:00Z" },
      observe: (event) => this.events.push(event),
      wake: () => {
        this.wakes += 1;
      },
      signal: new AbortController().signal,
    });
  }

  /** One pass over the last view, or over what it has become. */
  pass(change: GivenView = {}, reach: Reach | ReadonlyMap<string, Reach> = "verdict"): PassResult {
    this.#given = { ...this.#given, ...change };
    return this.executor.pass(
      clusterView({ ...this.#given, asOf: this.clock.now() }),
      typeof reach === "string" ? new Map([["n", reach]]) : reach,
    );
  }

  progress(change: GivenView = {}): NodeProgress {
    const [node] = this.pass(change).nodes;
    if (node === undefined) throw new InvariantError("no progress");
    return node;
  }

  /** The server cordons the node and the view shows it; evictions begin in the pass after. */
  async cordon(given: GivenView = {}): Promise<void> {
    this.pass();
    await this.answerPatch("60");
    const nodes = [nodeView({ unschedulable: true, resourceVersion: "60" })];
    this.#given = { ...this.#given, nodes, cordonedSince: { n: this.clock.now() }, ...given };
  }

  async answerPatch(resourceVersion: string): Promise<void> {
    const machine: KubeObject = { metadata: { name: "n", uid: "uid-n", resourceVersion } };
    this.api.patches.at(-1)?.answer(machine);
    await settledTurn();
  }

  async answer(asked: AskedEviction | undefined, answer: EvictionAnswer = { http: 201 }): Promise<void> {
    if (asked === undefined) throw new InvariantError("nothing was asked");
    asked.answer(answer);
    await settledTurn();
  }

  /** Names of the pods that were asked for, in order, each as often as it was. */
  get asked(): readonly string[] {
    return this.api.evictions.map(({ pod }) => pod.name);
  }

  async elapse(ms: number): Promise<void> {
    let isOver = false;
    this.clock.timer(ms, () => {
      isOver = true;
    });
    await this.clock.run(() => isOver, { at: Number.POSITIVE_INFINITY, eventsPerInstant: 1_000 });
  }

  kinds(...kinds: readonly ExecutionEvent["kind"][]): readonly ExecutionEvent[] {
    return this.events.filter((event) => kinds.includes(event.kind));
  }

  blockerCodes(result: PassResult): readonly string[] {
    return result.nodes.flatMap((node) => node.blockers.map((blocker) => blocker.code));
  }
}
