import { describe, expect, test } from "vitest";
import { faultsIn } from "./planted.ts";

const refused = [
  "setTimeout(f, 1);",
  "setInterval(f, 1);",
  "setImmediate(f);",
  "queueMicrotask(f);",
  "clearTimeout(t);",
  "const wait = setTimeout;",
  "const tools = { setTimeout };",
  "promisify(setTimeout)(1);",
  "globalThis.setTimeout(f, 1);",
  'globalThis["setTimeout"](f, 1);',
  "globalThis?.setTimeout(f, 1);",
  "global.setImmediate(f);",
  "const { setTimeout } = globalThis;",
  "const { setTimeout: later } = globalThis;",
  "const world = globalThis;",
  "globalThis[name](f, 1);",
  "(setTimeout as Later)(f, 1);",
  "setTimeout!(f, 1);",
  'import { setTimeout as wait } from "node:timers/promises";',
  'import { setTimeout as wait } from "timers/promises";',
  'import timers from "node:timers";',
  'import "node:timers";',
  'const { scheduler } = await import("node:timers/promises");',
  'export { setTimeout as wait } from "node:timers/promises";',
  'import { performance } from "node:perf_hooks";',
  "performance.now();",
  "new Date();",
  "new Date;",
  "Date();",
  "Date.now();",
  "const now = Date.now;",
  "const D = Date;",
  "new globalThis.Date();",
  "globalThis.Date.now();",
  'Date.parse("2026-01-01");',
  "new Date(0).toISOString();",
  "Date.UTC(2026, 1);",
  "const { now } = Date;",
  "Temporal.Now.instant();",
  "process.hrtime();",
  "process.hrtime.bigint();",
  "process.uptime();",
  "process.nextTick(f);",
  "const { nextTick: soon } = process;",
  'process.getBuiltinModule("timers");',
  'import { hrtime } from "node:process";',
  "AbortSignal.timeout(1);",
  'AbortSignal["timeout"](1);',
  "const { timeout } = AbortSignal;",
  "const A = AbortSignal;",
  "Atomics.wait(a, 0, 0, 1);",
  "Math.random();",
  'Math["random"]();',
  "Math[name]();",
  "const r = Math.random;",
  "const { random } = Math;",
  "const M = Math;",
  "globalThis.Math.random();",
  "f(Math.random);",
  "crypto.randomUUID();",
  "crypto.getRandomValues(a);",
  "const c = crypto;",
  'import { randomUUID } from "node:crypto";',
  'import { randomUUID as id, createHash } from "crypto";',
  'import * as crypto from "node:crypto";',
  'import nodeCrypto from "node:crypto";',
  'const { randomBytes } = await import("node:crypto");',
  'import { createRequire } from "node:module";',
  'require("node:timers");',
];

const fine = [
  "clock.setTimeout(f, 1);",
  "const tools = { setTimeout: 1, Date: 2 };",
  "interface Tools { setTimeout(f: () => void): void; Date: string }",
  "type Stamp = Date | typeof setTimeout;",
  "Math.max(1, 2);",
  "AbortSignal.any([a, b]);",
  "if (x instanceof AbortSignal) f();",
  "process.argv;",
  "run(process);",
  'import process from "node:process";',
  'import { createHash, X509Certificate } from "node:crypto";',
  'crypto.subtle.digest("SHA-256", a);',
  "globalThis.fetch;",
  "class Clock { now() { return 1; } Date = 1 }",
  'const text = "setTimeout(() => Date.now())";',
];

describe("outside src/runtime/ nobody reads the time, waits or draws by himself", () => {
  test.each(refused)("%s", (code) => {
    const faults = faultsIn({ "scripts/x.ts": `\n${code}` });
    expect(new Set(faults)).toEqual(new Set(["time-and-randomness scripts/x.ts:2"]));
  });

  test.each(["src/cli/x.ts", "src/cli/x.test.ts", "test/x.ts", "scripts/x.ts"])("%s is watched", (path) => {
    expect(faultsIn({ [path]: 'Date.now(); test("x", () => expect(1));' })).toEqual([`time-and-randomness ${path}:1`]);
  });
});

describe("no false alarm", () => {
  test.each(fine)("%s", (code) => {
    expect(faultsIn({ "scripts/x.ts": code })).toEqual([]);
  });

  test("src/runtime/ is where it is done", () => {
    expect(faultsIn({ "src/runtime/real-clock.ts": "Date.now(); setTimeout(f, 1); Math.random();" })).toEqual([]);
  });

  test("a test may say with Date.UTC which instant it means", () => {
    expect(faultsIn({ "src/kube/time.test.ts": 'test("x", () => expect(parseTime(s)).toBe(Date.UTC(2026, 1)));' })).toEqual([]);
  });

  test("src/kube/time.ts reads and writes stamps, but not the present", () => {
    expect(faultsIn({ "src/kube/time.ts": "Date.parse(s);\nnew Date(1);\nnew Date();\nDate.now();" })).toEqual([
      "time-and-randomness src/kube/time.ts:3",
      "time-and-randomness src/kube/time.ts:4",
    ]);
  });
});
