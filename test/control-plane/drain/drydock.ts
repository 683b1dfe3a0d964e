import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { inject } from "vitest";
import { faultInPrinted } from "../../support/printed.ts";

/** A line of `-o ndjson`: an event, or the result as the last of them. */
export interface CliLine {
  readonly event?: string;
  readonly kind?: string;
  readonly [field: string]: unknown;
}

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A drydock process, as its user sees it. */
export interface Running {
  /** Resolves with its end, whatever that is. */
  readonly ended: Promise<Ended>;
  /** Resolves once stdout and stderr together contain this. @throws when it ends without */
  said(words: string | RegExp): Promise<void>;
  /** The first line of its ndjson for which `holds`. @throws when it ends without one */
  line(holds: (line: CliLine) => boolean): Promise<CliLine>;
  /** Resolves once its ndjson has so many lines, or it has ended with fewer. */
  lines(count: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** The command line and what it wrote so far. */
  written(): string;
}

/** Every process begins its user agent with this. */
export const isDrydock = (userAgent: string): boolean => userAgent.startsWith("drydock/");

/** How a process of drydock is started. */
export interface Start {
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Another user and group than those of the tests: only root may choose them. */
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts the command line, bundled, without a terminal; HOME is `home`, so that nobody's own settings count. */
export function startDrydock(args: readonly string[], home: string): Running {
  const env = { PATH: process.env["PATH"], HOME: home };
  return startProgram({ program: process.execPath, words: [inject("drydock"), ...args], cwd: home, env });
}

/** Starts drydock in another way than the other tests do, without a terminal. */
export function startProgram({ program, words, ...where }: Start): Running {
  const child = spawn(program, words, { ...where, stdio: ["ignore", "pipe", "pipe"] });
  const written = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  const look = (): void => {
    for (const watcher of watchers) watcher();
  };
  const keep = (stream: Readable, name: keyof typeof written): void => {
    stream.setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
      look();
    });
  };
  keep(child.stdout, "stdout");
  keep(child.stderr, "stderr");
  let isOver = false;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      isOver = true;
      look();
      const fault = faultInPrinted(written.stdout);
      if (fault === undefined) resolve({ code, ...written });
      else reject(new Error(fault));
    });
  });
  const until = <T>(what: string, find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const watcher = (): void => {
        const found = find();
        if (found === undefined && !isOver) return;
        watchers.delete(watcher);
        if (found === undefined) reject(new Error(`drydock ended without ${what}\n${written.stdout}\n${written.stderr}`));
        else resolve(found);
      };
      watchers.add(watcher);
      watcher();
    });
  return {
    ended,
    said: async (words) => {
      const has = (text: string): boolean => (typeof words === "string" ? text.includes(words) : words.test(text));
      await until(`saying ${String(words)}`, () => (has(written.stdout) || has(written.stderr) ? true : undefined));
    },
    line: (holds) => until("such a line", () => ndjson(written.stdout).find(holds)),
    lines: async (count) => {
      await until(`${count} lines`, () => (isOver || ndjson(written.stdout).length >= count ? true : undefined));
    },
    signal: (signal) => void child.kill(signal),
    written: () => ["drydock", ...words.slice(1), "\n"].join(" ") + written.stdout + written.stderr,
  };
}

/** The complete lines of an ndjson output. */
export function ndjson(stdout: string): readonly CliLine[] {
  return stdout
    .split("\n")
    .slice(0, -1)
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as CliLine);
}
