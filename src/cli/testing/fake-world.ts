import type { KubeApi } from "../../client/kube-api.ts";
import type { ExecutionEvent } from "../../execution/event.ts";
import { phrases } from "../../maintenance/crafts.ts";
import type { ClusterCheck } from "../../maintenance/check-cluster.ts";
import type { Outcome, PreviewOutcome } from "../../maintenance/outcome.ts";
import type { WhyOptions, WhyOutcome } from "../../maintenance/why/work.ts";
import type { TaintOptions } from "../../maintenance/taint.ts";
import type { CordonOptions, DrainOptions, Surroundings } from "../../maintenance/work.ts";
import { faultInPrinted } from "../../../test/support/printed.ts";
import { seededRandom } from "../../runtime/random.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import type { VirtualClock } from "../../runtime/clock.ts";
import type { ConnectionFlags } from "../connection-flags.ts";
import type { Engine } from "../engine.ts";
import { realEngine } from "../real-engine.ts";
import { run } from "../run.ts";
import type { StopSignal, World } from "../world.ts";
import { FakeTerminal } from "./fake-terminal.ts";

type Script<O, R> = (s: Surroundings, o: O) => R | Promise<R>;

export interface Scripts {
  readonly drain?: Script<DrainOptions, Outcome>;
  readonly preview?: Script<DrainOptions, PreviewOutcome>;
  readonly why?: Script<WhyOptions, WhyOutcome>;
  readonly cordon?: Script<CordonOptions, Outcome>;
  readonly uncordon?: Script<CordonOptions, Outcome>;
  readonly taint?: Script<TaintOptions, Outcome>;
  /** What a person at the terminal answers; absent: there is nobody. */
  readonly answer?: (question: string) => string;
  /** Lines at a prompt. */
  readonly typed?: readonly string[];
  readonly checkCluster?: (s: Surroundings) => ClusterCheck | Promise<ClusterCheck>;
  /** Of the rest of the engine, instead of the real one. */
  readonly parts?: Partial<Engine>;
  /** The real one, say, for a simulated cluster. */
  readonly engine?: Engine;
  readonly connect?: (flags: ConnectionFlags) => KubeApi | Promise<KubeApi>;
  readonly env?: Readonly<Record<string, string>>;
  /** Texts by the name of their file; "-" is stdin. */
  readonly files?: Readonly<Record<string, string>>;
  readonly stdoutIsTTY?: boolean;
  readonly stderrIsTTY?: boolean;
  readonly columns?: number;
  readonly program?: string;
}

/** A command line with everything outside it scripted: the maintenance functions, the terminal, the clock, signals. */
export interface FakeWorld extends World {
  readonly out: FakeTerminal;
  readonly err: FakeTerminal;
  readonly clock: VirtualClock;
  readonly exits: readonly number[];
  /** Files that were written, by name. A folder that is not there begins with "/nowhere". */
  readonly filesWritten: ReadonlyMap<string, string>;
  readonly bytesWritten: ReadonlyMap<string, Uint8Array>;
  signal(name: StopSignal): void;
  run(...argv: string[]): Promise<number>;
}

export function fakeWorld(scripts: Scripts = {}): FakeWorld {
  const listeners = new Set<(signal: StopSignal) => void>();
  const exits: number[] = [];
  const filesWritten = new Map<string, string>();
  const bytesWritten = new Map<string, Uint8Array>();
  const out = new FakeTerminal(scripts.stdoutIsTTY ?? false, scripts.columns);
  // A terminal is one screen, whichever stream writes to it.
  const err =
    scripts.stdoutIsTTY === true && scripts.stderrIsTTY === true ? out : new FakeTerminal(scripts.stderrIsTTY ?? false, scripts.columns);
  const clock = createVirtualClock(1_767_603_600_000);
  const world: FakeWorld = {
    out,
    err,
    env: { LANG: "C.UTF-8", ...scripts.env },
    platform: "linux",
    program: scripts.program ?? "drydock",
    version: "1.2.3",
    host: "laptop",
    clock,
    paced: () => clock,
    random: seededRandom("cli"),
    phrases,
    engine: scripts.engine ?? {
      // What only reads works on any server, a simulated one too.
      ...realEngine,
      drain: async (s, o) => await scripted(scripts.drain)(s, o),
      previewNodes: async (s, o) => await scripted(scripts.preview)(s, o),
      why: async (s, o) => await scripted(scripts.why)(s, o),
      cordonNodes: async (s, o) => await scripted(scripts.cordon)(s, o),
      uncordonNodes: async (s, o) => await scripted(scripts.uncordon)(s, o),
      taintNodes: async (s, o) => await scripted(scripts.taint)(s, o),
      checkCluster: async (s) => await scripted(scripts.checkCluster)(s, undefined),
      ...scripts.parts,
    },
    connect: async (flags) => await (scripts.connect ?? (() => fakeApi()))(flags),
    kubeconfigNames: async () => ({ contexts: ["prod", "test"], clusters: ["east"], users: ["anna"] }),
    readText: async (file) => {
      const text = scripts.files?.[file];
      if (text === undefined) throw Object.assign(new Error(`no ${file}`), { code: "ENOENT" });
      return await Promise.resolve(text);
    },
    writeText: async (file, text) => {
      if (file.startsWith("/nowhere")) throw Object.assign(new Error(`no ${file}`), { code: "ENOENT" });
      filesWritten.set(file, text);
      await Promise.resolve();
    },
    writeBytes: async (file, bytes) => {
      if (file.startsWith("/nowhere")) throw Object.assign(new Error(`no ${file}`), { code: "ENOENT" });
      bytesWritten.set(file, bytes);
      await Promise.resolve();
    },
    filesWritten,
    bytesWritten,
    ...(scripts.answer === undefined ? {} : { ask: async (question: string) => await Promise.resolve(scripts.answer?.(question) ?? "") }),
    prompt: async () => {
      const lines = [...(scripts.typed ?? [])];
      return await Promise.resolve({ next: async () => await Promise.resolve(lines.shift()), [Symbol.dispose]: () => {} });
    },
    onStopSignal: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => listeners.delete(listener) };
    },
    exitNow: (code) => {
      exits.push(code);
    },
    exits,
    signal: (name) => {
      for (const listener of listeners) listener(name);
    },
    run: async (...argv) => {
      const before = out.written.length;
      const code = await run(argv, world);
      const fault = faultInPrinted(out.written.slice(before));
      if (fault !== undefined) throw new Error(fault);
      return code;
    },
  };
  return world;
}

function scripted<O, R>(script: Script<O, R> | undefined): Script<O, R> {
  if (script === undefined) throw new Error("this test has no script for that");
  return script;
}

/** A server of which only these parts are asked. */
export function fakeApi(parts: Partial<KubeApi> = {}): KubeApi {
  return { server: "the scripted cluster", [Symbol.asyncDispose]: async () => {}, ...parts } as KubeApi;
}

export function tell(s: Surroundings, events: readonly ExecutionEvent[]): void {
  for (const event of events) s.observe(event);
}
