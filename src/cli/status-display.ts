import type { NodeReport, StatusReport } from "../maintenance/status.ts";
import { listed } from "../maintenance/status.ts";
import { deletedLine, nodeStatusDocument, nodeStatusLine } from "../present/status-document.ts";
import type { Voice } from "../present/speak.ts";
import { changeText, stamped, statusDetails, statusTable, statusText } from "../present/status-text.ts";
import type { Millis } from "../runtime/clock.ts";
import { plainConsole } from "./console.ts";
import type { OutputFormat } from "./output-format.ts";
import { openFrame } from "./terminal/frame.ts";
import { paintFor } from "./terminal/paint.ts";
import type { World } from "./world.ts";

/** The display follows within this time, and its ages move once a second. */
const drawWithin: Millis = 60;
const redrawEvery: Millis = 1_000;

/** What `status -w` shows of each report. */
export interface StatusDisplay extends Disposable {
  show(report: StatusReport): void;
}

/** A table drawn in place where stdout is a terminal; else a line for each node that looks different than before. */
export function openStatusDisplay(world: World, format: OutputFormat, voice: Voice): StatusDisplay {
  const isLive = world.out.isTTY && world.env["TERM"] !== "dumb" && format !== "ndjson";
  return isLive ? liveTable(world, format === "wide", voice) : changes(world, format === "ndjson", voice);
}

function liveTable(world: World, wide: boolean, voice: Voice): StatusDisplay {
  const { clock, out, env, platform } = world;
  const frame = openFrame(out, paintFor(out.isTTY, env, platform));
  let latest: StatusReport | undefined;
  let timer: Disposable | undefined;
  let isSoon = false;
  const drawAfter = (within: Millis): void => {
    timer?.[Symbol.dispose]();
    isSoon = within === drawWithin;
    timer = clock.timer(
      within,
      () => {
        if (latest !== undefined) frame.draw(statusText(latest, clock.now(), wide, voice));
        drawAfter(redrawEvery);
      },
      { background: within === redrawEvery },
    );
  };
  return {
    show: (report) => {
      latest = report;
      if (!isSoon) drawAfter(drawWithin);
    },
    [Symbol.dispose]: () => {
      timer?.[Symbol.dispose]();
      frame[Symbol.dispose]();
      // What was last seen stays on the screen.
      const last = latest;
      latest = undefined;
      if (last === undefined) return;
      for (const line of statusTable(last, clock.now(), wide, voice)) plainConsole(world).fitted(line);
      for (const line of statusDetails(last, wide, voice)) plainConsole(world).out(line);
    },
  };
}

function changes(world: World, isDocument: boolean, voice: Voice): StatusDisplay {
  const console = plainConsole(world);
  const said = new Map<string, string>();
  let isFirst = true;
  const tell = (one: NodeReport, report: StatusReport): void => {
    const text = isDocument ? JSON.stringify(nodeStatusDocument(one, voice)) : changeText(one, voice);
    if (said.get(one.node.name) === text) return;
    said.set(one.node.name, text);
    if (isDocument) console.out(JSON.stringify(nodeStatusLine(one, report.at, voice)));
    else console.out(stamped(text, report.at));
  };
  return {
    show: (report) => {
      // Of nodes in service only those are told that were something else before.
      const shown = new Set(listed(report));
      for (const one of report.nodes) if (shown.has(one) || said.has(one.node.name)) tell(one, report);
      for (const name of [...said.keys()].filter((known) => !report.nodes.some(({ node }) => node.name === known))) {
        said.delete(name);
        if (isDocument) console.out(JSON.stringify(deletedLine(name, report.at)));
        else console.out(stamped(`${name} deleted`, report.at));
      }
      if (isFirst && !isDocument && shown.size === 0) console.out(stamped(`all ${report.nodes.length} nodes are in service`, report.at));
      isFirst = false;
    },
    [Symbol.dispose]: () => {},
  };
}
