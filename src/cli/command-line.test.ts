import { describe, expect, test } from "vitest";
import { type CommandLine, readCommandLine } from "./command-line.ts";
import { readConnectionFlags } from "./connection-flags.ts";
import { readDrainOptions } from "./drain-flags.ts";
import { readNodeChoice } from "./node-choice.ts";
import { parseGoDuration, parseRequestTimeout } from "../kube/go-duration.ts";
import type { DrainOptions } from "../maintenance/work.ts";

function run(...argv: string[]): Extract<CommandLine, { kind: "run" }> {
  const line = readCommandLine(argv);
  if (line.kind !== "run") throw new Error(`read as ${line.kind}`);
  return line;
}

function drainOptions(...words: string[]): DrainOptions {
  const { positionals, values } = run("drain", ...words);
  return readDrainOptions(readNodeChoice("drain", positionals, values), values, undefined);
}

describe("finding the command", () => {
  test("global flags may stand before it, with their values", () => {
    const line = run("--context", "drain", "-v", "2", "--as=x", "cordon", "n1");
    expect(line.command.name).toBe("cordon");
    expect(line.positionals).toEqual(["n1"]);
    expect(readConnectionFlags(line.values)).toEqual({ context: "drain", as: "x", asGroups: [], asUserExtra: [] });
  });

  test("without a command, with help, and with -h there is help", () => {
    expect(readCommandLine([])).toEqual({ kind: "help" });
    expect(readCommandLine(["--help"])).toEqual({ kind: "help" });
    expect(readCommandLine(["help", "drain"])).toMatchObject({ kind: "help", command: { name: "drain" } });
    expect(readCommandLine(["drain", "n1", "-h"])).toMatchObject({ kind: "help", command: { name: "drain" } });
  });

  test("an unknown command is answered with the nearest", () => {
    expect(() => readCommandLine(["dran", "n1"])).toThrow(
      expect.objectContaining({ message: 'unknown command "dran"', next: "did you mean drain?" }),
    );
  });
});

describe("which nodes", () => {
  const names = (...words: string[]): unknown => {
    const { positionals, values } = run("cordon", ...words);
    return readNodeChoice("cordon", positionals, values);
  };

  test("names, node/names and selectors; each node once", () => {
    expect(names("a", "node/b", "nodes/a", "no/c")).toEqual({ names: ["a", "b", "c"] });
    expect(names("-l", "pool=blue")).toEqual({ names: [], selector: "pool=blue" });
  });

  test("names and a selector together are kubectl's error", () => {
    expect(() => names("a", "-l", "x=y")).toThrow("cannot specify both a node name and a --selector option");
  });

  test("no node, and what is none, are refused", () => {
    expect(() => names()).toThrow("which node? give names, or labels with -l");
    expect(() => names("pod/x")).toThrow('"pod/x" is no node');
    expect(() => names("-l", "a in (")).toThrow('invalid selector "a in ("');
    expect(() => names("node/")).toThrow('"node/" names no node');
  });
});

describe("what is asked for", () => {
  test("the defaults are kubectl's", () => {
    expect(drainOptions("n1")).toEqual({
      choice: { names: ["n1"] },
      request: { mode: "Evict", disableEviction: false },
      allow: new Set(),
      parallel: 1,
      pageSize: 500,
      dryRun: "none",
    });
  });

  test("kubectl's flags are consents", () => {
    expect(drainOptions("n1", "--force").allow).toEqual(new Set(["unmanaged", "vm-shutdown"]));
    expect(drainOptions("n1", "--delete-local-data", "--ignore-daemonsets").allow).toEqual(new Set(["daemonsets", "emptydir"]));
    expect(drainOptions("n1", "--disable-eviction")).toMatchObject({
      allow: new Set(["budget-violation"]),
      request: { disableEviction: true },
    });
    expect(drainOptions("n1", "--allow=partial,emptydir", "--allow", "unmanaged").allow).toEqual(
      new Set(["unmanaged", "emptydir", "partial"]),
    );
    expect(drainOptions("n1", "-y").allow).toEqual(new Set());
  });

  test("seconds and durations become milliseconds; negative grace is the pod's own; 0 is no limit", () => {
    expect(drainOptions("n1", "--grace-period=0", "--timeout=90s", "--skip-wait-for-delete-timeout=5")).toMatchObject({
      request: { grace: 0, skipDeletedAfter: 5000 },
      timeout: 90_000,
    });
    expect(drainOptions("n1", "--grace-period=-1", "--timeout=0")).not.toHaveProperty("timeout");
  });

  test("of a selector that is none it is said what is wrong, and how one is written", () => {
    const refusal = (): unknown => drainOptions("n1", "--pod-selector=a in");
    expect(refusal).toThrow(expect.objectContaining({ next: expect.stringMatching(/^"a in": .+; write key=value, /) as string }) as Error);
  });

  test("what makes no sense is refused", () => {
    expect(() => drainOptions("n1", "--parallel=0")).toThrow("--parallel must not be less than 1");
    expect(() => drainOptions("n1", "--pod-selector=a in")).toThrow("--pod-selector=<pod_selector> must be a valid label selector");
    expect(() => drainOptions("n1", "--deadline=0")).toThrow("--deadline must not be less than 1s");
    expect(() => drainOptions("n1", "--deadline=10m", "--timeout=5m")).toThrow("--timeout ends the drain before --deadline is reached");
    expect(() => drainOptions("n1", "--deadline=10m", "--mode=CordonOnly")).toThrow("--deadline has nothing to delete");
    expect(() => drainOptions("n1", "--deadline=10m", "--mode=Taint")).toThrow("--deadline goes with evictions");
    expect(() => drainOptions("n1", "--on-failure=run")).toThrow('invalid value "run" for --on-failure');
    expect(drainOptions("n1", "--deadline=10m", "--timeout=15m", "--on-failure=uncordon", "--volume-detach-timeout=0")).toMatchObject({
      request: { deadline: 600_000, volumeDetachTimeout: 0 },
      onFailure: "uncordon",
    });
    expect(() => drainOptions("n1", "--timeout=-1s")).toThrow("--timeout must not be less than 0");
    expect(() => drainOptions("n1", "--mode=Paint")).toThrow('invalid value "Paint" for --mode');
  });
});

describe("durations", () => {
  test.each([
    ["1h2m3.5s", 3_723_500],
    [".5s", 500],
    ["1.s", 1000],
    ["-1m", -60_000],
    ["100ms", 100],
    ["0", 0],
    ["5us", 0.005],
  ])("%s", (text, millis) => {
    expect(parseGoDuration(text)).toEqual({ ok: true, millis });
  });

  test("a request timeout may be bare seconds", () => {
    expect(parseRequestTimeout("30")).toEqual({ ok: true, millis: 30_000 });
    expect(parseRequestTimeout("1m")).toEqual({ ok: true, millis: 60_000 });
    expect(parseRequestTimeout("soon").ok).toBe(false);
  });
});
