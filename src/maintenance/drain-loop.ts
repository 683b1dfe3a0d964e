import type { ClusterView } from "../cluster/view/cluster-view.ts";
import { Executor } from "../execution/executor.ts";
import type { NodeDeadline, NodeProgress, PassResult, Reach } from "../execution/progress.ts";
import { formatTime } from "../kube/time.ts";
import type { Instant, Millis } from "../runtime/clock.ts";
import { createLatch } from "../runtime/latch.ts";
import { afterFailure } from "./after-failure.ts";
import { crafts } from "./crafts.ts";
import { DrainAlarms } from "./drain-alarms.ts";
import { endEvent } from "./end-event.ts";
import { selfOf } from "./identity.ts";
import { Forecaster } from "./forecaster.ts";
import type { Look } from "./look.ts";
import { deadlineFor, recordOf } from "./node-deadline.ts";
import { forcedNotes } from "./forced-notes.ts";
import { endOf, type NodeEnd } from "./node-end.ts";
import { RecordNotes } from "./record-notes.ts";
import type { Outcome } from "./outcome.ts";
import { PassPace } from "./pass-pace.ts";
import { withDestinations } from "./whereabouts.ts";
import type { DrainOptions, Surroundings } from "./work.ts";

/** After a stop, answers under way are waited for this long, so that what was asked for can be said. */
const answerPatience: Millis = 3_000;

/** Makes a pass whenever the view changes, an answer comes or a time is reached, until every node has ended. */
export async function runDrain(s: Surroundings, o: DrainOptions, seen: Look): Promise<Outcome> {
  await using run = new DrainRun(s, o, seen);
  return await run.finish();
}

interface NodeRun {
  readonly node: string;
  readonly uid: string;
  reach: Reach;
  startedAt: Instant | undefined;
  deadline: NodeDeadline | undefined;
  end: NodeEnd | undefined;
  progress: NodeProgress | undefined;
}

class DrainRun implements AsyncDisposable {
  readonly #s: Surroundings;
  readonly #o: DrainOptions;
  readonly #look: Look;
  readonly #executor: Executor;
  readonly #latch = createLatch();
  readonly #pace: PassPace;
  readonly #requests = new AbortController();
  readonly #owned = new DisposableStack();
  readonly #nodes: readonly NodeRun[];
  readonly #notes: RecordNotes;
  /** When this run began, as it stands in records. */
  readonly #since: string;
  readonly #forecaster: Forecaster;
  readonly #alarms: DrainAlarms;
  #readsBeside = false;

  constructor(s: Surroundings, o: DrainOptions, seen: Look) {
    this.#s = s;
    this.#o = o;
    this.#look = seen;
    this.#pace = new PassPace(s.clock);
    this.#notes = new RecordNotes(s, seen.holder, this.#requests.signal);
    this.#since = formatTime(s.clock.now());
    this.#forecaster = new Forecaster(seen.plan, { parallel: o.parallel });
    this.#nodes = seen.plan.nodes.map(({ node, steps }) => {
      const uid = steps.find((step) => step.stage === "cordon")?.subject.uid ?? "";
      // A cordon harms nobody, a taint deletes: that one waits for its node's turn.
      const reach = seen.plan.request.mode === "Taint" ? "nowhere" : "cordon";
      return { node, uid, reach, startedAt: undefined, deadline: undefined, end: undefined, progress: undefined };
    });
    const evicts = seen.plan.request.mode !== "CordonOnly";
    this.#executor = new Executor({
      api: s.api,
      clock: s.clock,
      random: s.random.fork("executor"),
      crafts,
      plan: seen.plan,
      allowed: o.allow,
      holder: evicts ? { ...seen.holder, evictingSince: this.#since } : seen.holder,
      observe: s.observe,
      wake: this.#latch.set,
      signal: this.#requests.signal,
    });
    this.#owned.use(seen.live.onChange(this.#latch.set));
    s.stop.addEventListener("abort", this.#latch.set, { once: true });
    this.#owned.defer(() => s.stop.removeEventListener("abort", this.#latch.set));
    this.#alarms = this.#owned.use(new DrainAlarms(s, seen.live, this.#latch.set));
  }

  async finish(): Promise<Outcome> {
    for (;;) {
      this.#pace.begin();
      const view = this.#look.live.view();
      if (this.#s.stop.aborted) return await this.#interrupted();
      // What the last pass found is out of date: of this view only what needs no pass counts (a node that is gone, a time that is up).
      this.#noticeEnds(view, false);
      if (this.#open().length === 0) break;
      const result = this.#pass(view);
      this.#learn(result);
      this.#readBeside();
      this.#tellForecast(view);
      this.#noticeEnds(view, this.#executor.inFlight === 0);
      if (this.#open().length === 0) break;
      // After the ends: a node that has just ended makes room, and nothing else would tell.
      if (this.#letOn(view)) continue;
      this.#arm(view, result.wakeAt);
      this.#pace.end();
      await this.#latch.wait();
      await this.#pace.rest();
    }
    return await this.#outcome();
  }

  #tellForecast(view: ClusterView): void {
    const forecast = this.#open().some(({ reach }) => reach === "verdict") ? this.#forecaster.next(view) : undefined;
    if (forecast !== undefined) this.#s.observe({ ...forecast, at: this.#s.clock.now() });
  }

  /** Volumes and peers are read when the first evictions are on their way, never before: nobody waits for them until the pods are gone. */
  #readBeside(): void {
    if (this.#readsBeside || !this.#open().some(({ reach }) => reach === "verdict")) return;
    this.#readsBeside = true;
    const awaitsDetach = this.#look.plan.nodes.some(({ steps }) => steps.some(({ stage }) => stage === "detach"));
    void this.#look.live.readVolumes(awaitsDetach);
    void this.#look.live.readSurroundings(selfOf(this.#look.holder, this.#s));
    const view = this.#look.live.view();
    void this.#look.live.watchPeers(this.#nodes.flatMap(({ node }) => view.podsOn(node)));
  }

  #open(): readonly NodeRun[] {
    return this.#nodes.filter((run) => run.end === undefined);
  }

  #learn(result: PassResult): void {
    for (const run of this.#nodes) run.progress = result.nodes.find(({ node }) => node === run.node) ?? run.progress;
  }

  /**
   * All nodes are cordoned before the first eviction, as kubectl does; then `parallel` at a time go on. A node makes room for the next
   * when no pod of its plan is left: its quiet and its verdict run alongside.
   */
  #letOn(view: ClusterView): boolean {
    const cordonOpen = this.#open().some(({ reach, progress }) => reach !== "nowhere" && progress?.isCordoned !== true);
    const { mode } = this.#look.plan.request;
    if ((cordonOpen && mode !== "Taint") || mode === "CordonOnly") return false;
    let busy = this.#open().filter((run) => run.reach === "verdict" && (run.progress?.left.length ?? 1) > 0).length;
    let changed = false;
    for (const run of this.#open()) {
      if (busy >= this.#o.parallel) break;
      if (run.reach === "verdict") continue;
      run.reach = "verdict";
      run.startedAt = view.asOf;
      this.#setDeadline(run, view);
      busy += 1;
      changed = true;
    }
    return changed;
  }

  #noticeEnds(view: ClusterView, isIdle: boolean): void {
    for (const run of this.#open()) {
      const timeoutAt = this.#o.timeout === undefined || run.startedAt === undefined ? undefined : run.startedAt + this.#o.timeout;
      run.end = endOf({
        node: run.node,
        uid: run.uid,
        progress: run.progress,
        request: this.#look.plan.request,
        view,
        isTimedOut: timeoutAt !== undefined && view.asOf >= timeoutAt,
        isIdle,
      });
      if (run.end === undefined) continue;
      const event = endEvent(run.end, this.#s.clock.now());
      if (event !== undefined) this.#s.observe(event);
      this.#noteEnd(run, view);
    }
  }

  #noteEnd({ node, end, progress, deadline }: NodeRun, view: ClusterView): void {
    const seen = view.node(node);
    const forced = forcedNotes(progress, this.#since);
    if (end?.outcome.state === "drained") return this.#notes.proven(seen, forced);
    if (deadline !== undefined) this.#notes.deadline(seen, undefined);
    this.#notes.forced(seen, forced);
  }

  #setDeadline(run: NodeRun, view: ClusterView): void {
    const { deadline } = this.#look.plan.request;
    if (deadline === undefined) return;
    const node = view.node(run.node);
    run.deadline = deadlineFor(node, this.#look.holder, deadline, view);
    this.#notes.deadline(node, recordOf(run.deadline, deadline, view));
  }

  #pass(view: ClusterView): PassResult {
    const open = this.#open();
    const deadlines = open.flatMap(({ node, deadline }) => (deadline === undefined ? [] : [[node, deadline] as const]));
    return this.#executor.pass(view, new Map(open.map(({ node, reach }) => [node, reach])), new Map(deadlines));
  }

  /** When to look again though nothing happens. */
  #arm(view: ClusterView, wakeAt: Instant | undefined): void {
    const timeouts = this.#open().flatMap(({ startedAt }) =>
      startedAt === undefined || this.#o.timeout === undefined ? [] : [startedAt + this.#o.timeout],
    );
    const blockers = this.#open().flatMap(({ progress }) => progress?.blockers ?? []);
    this.#alarms.arm(view.asOf, Math.min(wakeAt ?? Number.POSITIVE_INFINITY, ...timeouts), blockers);
  }

  /** Stops starting, waits shortly for answers, and says how things stand. */
  async #interrupted(): Promise<Outcome> {
    this.#executor.stop();
    using deadline = this.#s.clock.deadline(answerPatience, this.#requests.signal);
    deadline.signal.addEventListener("abort", this.#latch.set, { once: true });
    while (this.#executor.inFlight > 0 && !deadline.signal.aborted) await this.#latch.wait();
    const view = this.#look.live.view();
    this.#learn(this.#pass(view));
    for (const run of this.#open()) {
      run.end = endOf({
        node: run.node,
        uid: run.uid,
        progress: run.progress,
        request: this.#look.plan.request,
        view,
        isTimedOut: false,
        isIdle: true,
        isInterrupted: true,
      });
      this.#noteEnd(run, view);
    }
    return await this.#outcome();
  }

  async #outcome(): Promise<Outcome> {
    await this.#notes.written();
    const ends = this.#nodes.flatMap(({ end }) => end ?? []);
    const nodes = await withDestinations(ends, this.#look, this.#s);
    return { kind: "finished", plan: this.#look.plan, nodes: await afterFailure(nodes, this.#o.onFailure, this.#look, this.#s) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#requests.abort();
    this.#owned.dispose();
    await Promise.resolve();
  }
}
