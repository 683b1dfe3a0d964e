import { describe, expect, test } from "vitest";
import { KubeError } from "../../client/errors.ts";
import { InvariantError } from "../../runtime/errors.ts";
import { createLogger, type LogOptions, plainLine } from "./log.ts";
import type { Logger } from "./logger.ts";

const now = (): number => Date.UTC(2026, 0, 2, 15, 4, 5, 123);

function recorded(options: Partial<LogOptions> = {}): { readonly lines: string[]; readonly log: Logger } {
  const lines: string[] = [];
  return { lines, log: createLogger("operator", { now, sink: (line) => lines.push(line), ...options }) };
}

function written(tell: (log: Logger) => void): Record<string, unknown> {
  const { lines, log } = recorded();
  tell(log);
  return JSON.parse(lines[0] ?? "") as Record<string, unknown>;
}

describe("a line", () => {
  test("is one JSON object with time, level, logger, words and fields, in this order", () => {
    const { lines, log } = recorded();
    log.named("webhooks").with({ node: "w1" }).warn("refused", { code: 403, nothing: undefined });
    expect(lines).toEqual([
      '{"time":"2026-01-02T15:04:05.123000Z","level":"warn","logger":"operator.webhooks","msg":"refused","node":"w1","code":403}\n',
    ]);
  });

  test("stays one line whatever is in it", () => {
    const { lines, log } = recorded();
    log.info("two\nlines", { more: "a\r\nb" });
    expect(lines.join("").match(/\n/g)).toHaveLength(1);
  });

  test("below the level is not made", () => {
    const { lines, log } = recorded({ level: "warn" });
    for (const level of ["debug", "info", "warn", "error"] as const) log[level](level);
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(["warn", "error"]);
  });

  test("keeps its own keys from fields of the same name", () => {
    expect(written((log) => log.info("m", { level: "x", msg: "y" }))).toMatchObject({
      level: "info",
      msg: "m",
      "fields.level": "x",
      "fields.msg": "y",
    });
  });

  test("is made of anything: cycles, maps, sets, bytes, big numbers, and far too much", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const line = written((log) =>
      log.info("m", {
        cycle,
        map: new Map([["a", 1]]),
        set: new Set(["b"]),
        bytes: new Uint8Array(3),
        big: 10n,
        nan: Number.NaN,
        many: Array.from({ length: 100 }, (_, n) => n),
        long: "x".repeat(5_000),
      }),
    );
    expect(line).toMatchObject({ map: { a: 1 }, set: ["b"], bytes: "[3 bytes]", big: "10", nan: "NaN" });
    expect(line["many"]).toHaveLength(65);
    expect(line["long"]).toHaveLength(4_096 + "… (5000 characters)".length);
    expect(JSON.stringify(line["cycle"])).toContain("[…]");
  });
});

describe("an error", () => {
  test("is told with its code, its HTTP status and all its causes, and without a stack where the code says enough", () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", cause: "no route" });
    const error = new KubeError("unreachable", "no connection", { cause, http: 503 });
    expect(written((log) => log.error("m", { error }))["error"]).toEqual({
      name: "KubeError",
      code: "unreachable",
      http: 503,
      message: "no connection",
      causes: [{ name: "Error", code: "ECONNREFUSED", message: "connect ECONNREFUSED" }, "no route"],
    });
  });

  test("that is a bug has its stack", () => {
    for (const error of [new InvariantError("never"), new TypeError("oops")]) {
      const line = written((log) => log.error("m", { error }))["error"] as { stack: string };
      expect(line.stack).toContain("log.test.ts");
    }
  });
});

describe("secrets", () => {
  const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl";
  const key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----";
  test.each([
    ["a bearer token", "Authorization: Bearer abcdef0123456789", "abcdef0123456789"],
    ["a token of a service account", `token is ${jwt}`, "eyJ"],
    ["a private key", key, "MIGH"],
    ["a private key inside JSON", JSON.stringify({ pem: key }), "MIGH"],
    ["a certificate", key.replaceAll("PRIVATE KEY", "CERTIFICATE"), "MIGH"],
    ["a password in a URL", "proxy http://jane:hunter2@proxy:3128", "hunter2"],
    ["a token in a query", "GET /x?access_token=hunter2&y=1", "hunter2"],
  ])("%s is taken out of words, fields, errors and their causes", (_what, text, secret) => {
    const { lines, log } = recorded();
    log.info(text, { field: text, deep: { list: [text] }, error: new Error(text, { cause: new Error(text) }) });
    expect(lines.join("")).not.toContain(secret);
    expect(lines.join("")).toContain("[redacted]");
  });

  test.each(["authorization", "Authorization", "token", "bearerToken", "password", "tls.key", "privateKey", "client-key-data"])(
    "the value of a field %s is not written, whatever it is",
    (name) => {
      expect(written((log) => log.info("m", { deep: { [name]: { a: "hunter2" } } }))["deep"]).toEqual({ [name]: "[redacted]" });
    },
  );
});

test("for a terminal: words first, fields after, causes below, and no control characters", () => {
  const { lines, log } = recorded({ form: plainLine });
  log
    .named("lease")
    .error("lost\u001b[2J", { node: "w1", why: "two words", error: new KubeError("lost", "broke", { cause: new Error("reset") }) });
  expect(lines.join("")).toBe(
    '15:04:05.123 ERROR operator.lease  lost\u{FFFD}[2J node=w1 why="two words"\n    broke (lost)\n    because: reset\n',
  );
});
