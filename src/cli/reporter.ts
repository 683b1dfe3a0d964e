import type { ExecutionEvent } from "../execution/event.ts";
import type { Blocker } from "../plan/finding.ts";
import { causeGroups } from "../present/cause-groups.ts";
import { type Line, plain } from "../present/line.ts";
import { liveView } from "../present/live/live-view.ts";
import { noticesOf, stillWaiting } from "../present/notice-lines.ts";
import { noProgress, observe, type Progress } from "../present/progress.ts";
import type { Voice } from "../present/speak.ts";
import type { Millis } from "../runtime/clock.ts";
import { forOutput } from "./console.ts";
import { type Frame, openFrame } from "./terminal/frame.ts";
import { paint, paintFor } from "./terminal/paint.ts";
import type { World } from "./world.ts";

/** The display follows within this time, and the seconds in it move once a second. */
const drawWithin: Millis = 60;
const redrawEvery: Millis = 1_000;
/** Without a live display: what lasts this long is said, and said again this much later. */
const worthSaying: Millis = 10_000;
const sayAgain: Millis = 60_000;

export interface ReporterOptions {
  readonly quiet: boolean;
  /** Are pods moved? Then there may be a live display, and a stop leaves some of them on their way. */
  readonly moves: boolean;
  /** What goes on after a stop, where that is not only pods that were asked to go. */
  readonly goesOn?: string;
  /** Nothing is under way that a stop would leave: it ends without a word. */
  readonly onlyWatches?: true;
  readonly voice: Voice;
  /** Lines for stdout (kubectl's own, or a document's) that an event brings, and lines that belong to stderr. */
  readonly stdout: (event: ExecutionEvent) => readonly { readonly to: "stdout" | "stderr"; readonly text: string }[];
}

/** Shows what happens while it happens. Dispose it before the last words are printed. */
export interface Reporter extends Disposable {
  observe(event: ExecutionEvent): void;
  /** A line of our own on stderr, said in every mode. */
  say(line: Line): void;
}

/** A live display where stderr is a terminal that a person watches, else plain lines. */
export function openReporter(world: World, options: ReporterOptions): Reporter {
  return new EventReporter(world, options, isWatched(world) && options.moves && !options.quiet);
}

/** Is stderr a terminal on which a person sees what moves? */
export function isWatched({ env, err }: Pick<World, "env" | "err">): boolean {
  const inCi = !["", "false", "0"].includes(env["CI"] ?? "");
  return err.isTTY && env["TERM"] !== "dumb" && !inCi;
}

class EventReporter implements Reporter {
  readonly #world: World;
  readonly #options: ReporterOptions;
  readonly #frame: Frame | undefined;
  readonly #said = new Map<string, number>();
  /** What is planned is said when it begins: a refusal speaks for itself. */
  #planned: ExecutionEvent | undefined;
  #progress: Progress = noProgress;
  #timer: Disposable | undefined;
  #drawAt = Number.POSITIVE_INFINITY;

  constructor(world: World, options: ReporterOptions, live: boolean) {
    this.#world = world;
    this.#options = options;
    this.#frame = live ? openFrame(world.err, paintFor(world.err.isTTY, world.env, world.platform)) : undefined;
  }

  observe(event: ExecutionEvent): void {
    this.#progress = observe(this.#progress, event);
    for (const { to, text } of this.#options.stdout(event)) {
      if (to === "stderr") this.say([plain(text)]);
      else this.#above(this.#world.out.isTTY, () => this.#world.out.write(`${text}\n`));
    }
    if (event.kind === "planned") this.#planned = event;
    else this.#notices(event);
    if (this.#frame !== undefined) this.#drawSoon(drawWithin);
    else if (event.kind === "blocked") this.#waits(event.blocker.endsBy === "person");
  }

  say(line: Line): void {
    const how = paintFor(this.#world.err.isTTY, this.#world.env, this.#world.platform);
    const { err } = this.#world;
    this.#above(true, () =>
      err.write(
        forOutput(line, err)
          .map((one) => `${paint(one, how)}\n`)
          .join(""),
      ),
    );
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#frame?.[Symbol.dispose]();
  }

  #notices(event: ExecutionEvent): void {
    const begun = this.#planned !== undefined && (event.kind === "cordoned" || event.kind === "tainted") ? this.#planned : undefined;
    if (begun !== undefined) this.#planned = undefined;
    for (const { line, important } of [begun, event].flatMap((one) => (one === undefined ? [] : noticesOf(one, this.#options.voice)))) {
      if (important || !this.#options.quiet) this.say(line);
    }
  }

  #above(sharesTerminal: boolean, write: () => void): void {
    if (this.#frame === undefined || !sharesTerminal) write();
    else this.#frame.above(write);
  }

  #drawSoon(within: Millis): void {
    const { clock } = this.#world;
    const at = clock.monotonic() + within;
    if (at >= this.#drawAt) return;
    this.#timer?.[Symbol.dispose]();
    this.#drawAt = at;
    this.#timer = clock.timer(
      within,
      () => {
        this.#drawAt = Number.POSITIVE_INFINITY;
        this.#frame?.draw((cells) => liveView(this.#progress, clock.now(), this.#options.voice, cells));
        this.#drawSoon(redrawEvery);
      },
      { background: true },
    );
  }

  /** Says at once what only a person can end, and everything else when it has lasted. */
  #waits(atOnce: boolean): void {
    if (this.#options.quiet) return;
    if (atOnce) this.#sayWaits((endsBy) => endsBy === "person");
    this.#timer ??= this.#world.clock.timer(
      worthSaying,
      () => {
        this.#timer = undefined;
        this.#sayWaits(() => true);
        if (this.#blockers().length > 0) this.#waits(false);
      },
      { background: true },
    );
  }

  #sayWaits(which: (endsBy: Blocker["endsBy"]) => boolean): void {
    const now = this.#world.clock.now();
    const due = causeGroups(this.#blockers(), this.#options.voice).filter((group) => {
      const lasts = group.endsBy === "person" || now - group.since >= worthSaying;
      if (!which(group.endsBy) || !lasts || now - (this.#said.get(group.key) ?? Number.NEGATIVE_INFINITY) < sayAgain) return false;
      this.#said.set(group.key, now);
      return true;
    });
    for (const line of stillWaiting(due, now)) this.say(line);
  }

  #blockers(): readonly Blocker[] {
    return [...this.#progress.nodes.values()].filter(({ state }) => state === "cordoned").flatMap((node) => [...node.blockers.values()]);
  }
}
