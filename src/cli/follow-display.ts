import type { Maintenance } from "../api/maintenance.ts";
import type { ObjectEvent } from "../maintenance/by-object/outcome.ts";
import { blockerLines, dueAt, followLines, keyOf } from "../present/by-object/follow-lines.ts";
import { liveObjects } from "../present/by-object/live-objects.ts";
import { printedObject } from "../present/by-object/objects-text.ts";
import { type Line, plain, warn } from "../present/line.ts";
import type { Millis } from "../runtime/clock.ts";
import { plainConsole } from "./console.ts";
import type { OutputFormat } from "./output-format.ts";
import { isWatched } from "./reporter.ts";
import { type Frame, openFrame } from "./terminal/frame.ts";
import { paintFor } from "./terminal/paint.ts";
import type { World } from "./world.ts";

/** The seconds in the live display move once a second. */
const redrawEvery: Millis = 1_000;

export interface FollowWishes {
  readonly format: OutputFormat;
  readonly quiet: boolean;
  /** "created", "configured": what kubectl would say became of the object. */
  readonly written: (object: Maintenance) => string;
}

/** Shows what Maintenances come to say. Dispose of it before the last words are printed. */
export interface FollowDisplay extends Disposable {
  report(event: ObjectEvent): void;
}

/**
 * kubectl's lines on stdout, and what the objects come to say on stderr. Where a person watches stderr the progress is drawn in place under
 * it; else each step of it is a line.
 */
export function openFollowDisplay(world: World, { format, quiet, written }: FollowWishes): FollowDisplay {
  const { clock, err, out, env, platform } = world;
  const console = plainConsole(world);
  const followed = new Map<string, Maintenance>();
  /** Of each object, what was said of its blockers. */
  const said = new Map<string, Set<string>>();
  const isLive = !quiet && isWatched(world);
  let frame: Frame | undefined;
  let timer: Disposable | undefined;
  let waiting: Disposable | undefined;
  let isOver = false;
  const draw = (): void => {
    timer?.[Symbol.dispose]();
    // Not before there is something to draw: a question may be asked first, and needs the cursor.
    if (isLive && !isOver && followed.size > 0) frame ??= openFrame(err, paintFor(err.isTTY, env, platform));
    frame?.draw((cells) => liveObjects([...followed.values()], clock.now(), cells));
    timer = frame === undefined || isOver ? undefined : clock.timer(redrawEvery, draw, { background: true });
  };
  const say = (print: () => void): void => (frame === undefined ? print() : frame.above(print));
  const told = (lines: readonly Line[]): void => {
    if (lines.length > 0) say(() => lines.forEach((line) => console.err(line)));
  };
  /** What was in the way before, and what the last words will say, is no news. */
  const alreadySaid = ({ object, before, final }: Extract<ObjectEvent, { kind: "seen" }>): readonly string[] => {
    const last = final ? (object.status?.message ?? "") : "";
    const now = (object.status?.blockers ?? []).filter(({ message }) => last.includes(message));
    return [...(before?.status?.blockers ?? []).filter(({ endsBy }) => endsBy === "person"), ...now].map(keyOf);
  };
  /** What is due of everything that is in the way, and the rest when it is. */
  const sayBlockers = (): void => {
    waiting?.[Symbol.dispose]();
    let next = Number.POSITIVE_INFINITY;
    for (const { metadata, spec, status } of followed.values()) {
      const known = said.get(metadata.uid) ?? new Set();
      said.set(metadata.uid, known);
      const news = (status?.blockers ?? []).filter((one) => !known.has(keyOf(one)));
      const due = news.filter((one) => dueAt(one) <= clock.now());
      for (const one of due) known.add(keyOf(one));
      told(blockerLines(due, `${world.program} why ${spec.nodeName}`));
      next = Math.min(next, ...news.map(dueAt).filter((at) => at > clock.now()));
    }
    if (!isOver) waiting = clock.timer(Math.max(1, next - clock.now()), sayBlockers, { background: true });
  };
  const close = (): void => {
    isOver = true;
    timer?.[Symbol.dispose]();
    waiting?.[Symbol.dispose]();
    frame?.[Symbol.dispose]();
  };
  // Whoever stops it gets the cursor back, also where the process ends at once.
  const stopping = world.onStopSignal(close);
  return {
    report: (event) => {
      const { object } = event;
      if (event.kind === "seen") {
        if (quiet) return;
        told(followLines(object, event.before, { final: event.final, counts: !isLive }));
        followed.set(object.metadata.uid, object);
        said.set(object.metadata.uid, new Set([...(said.get(object.metadata.uid) ?? []), ...alreadySaid(event)]));
        sayBlockers();
        if (event.final) followed.delete(object.metadata.uid);
        draw();
        return;
      }
      told(event.warnings.map((warning) => [warn("Warning"), plain(`: ${warning}`)]));
      const printed = printedObject(object.metadata.name);
      const line = format === "text" ? `${printed} ${written(object)}` : format === "name" ? printed : undefined;
      if (line !== undefined && out.isTTY) say(() => console.out(line));
      else if (line !== undefined) console.out(line);
    },
    [Symbol.dispose]: () => {
      stopping[Symbol.dispose]();
      close();
    },
  };
}
