import { afterEach, describe, expect, test } from "vitest";
import { realClock } from "../../runtime/real-clock.ts";
import { type EndpointOptions, type Endpoints, startEndpoints } from "./http-endpoints.ts";
import { loopback, parseListenAddress } from "./listen-address.ts";
import { createLogger } from "./log.ts";
import { createReadiness } from "./readiness.ts";

const open: Endpoints[] = [];
afterEach(async () => {
  for (const endpoints of open.splice(0)) await endpoints.close(0);
});

const lines: string[] = [];
const log = createLogger("test", { now: () => 0, sink: (line) => lines.push(line) });

async function started(
  options: Partial<EndpointOptions> = {},
): Promise<(path: string, init?: RequestInit) => Promise<{ code: number; text: string }>> {
  const endpoints = await startEndpoints({ at: { host: loopback, port: 0 }, clock: realClock, log, ...options });
  open.push(endpoints);
  return async (path, init) => {
    const response = await fetch(`http://${loopback}:${endpoints.port}${path}`, init);
    return { code: response.status, text: await response.text() };
  };
}

describe("/healthz and /readyz", () => {
  const fine = { name: "watches", look: () => undefined };
  const bad = { name: "leader-lease", look: () => "no answer for 20 s" };

  test("say ok, and every check with ?verbose", async () => {
    const get = await started({ alive: [fine], ready: [fine, { ...fine, name: "webhook" }] });
    expect(await get("/healthz")).toEqual({ code: 200, text: "ok" });
    expect(await get("/readyz?verbose")).toEqual({ code: 200, text: "[+]watches ok\n[+]webhook ok\nreadyz check passed\n" });
  });

  test("name what is wrong, and can be asked for one check or all but one", async () => {
    const get = await started({ ready: [fine, bad] });
    expect(await get("/readyz")).toEqual({
      code: 503,
      text: "[+]watches ok\n[-]leader-lease failed: no answer for 20 s\nreadyz check failed\n",
    });
    expect(await get("/readyz/watches")).toEqual({ code: 200, text: "ok" });
    expect((await get("/readyz/leader-lease")).code).toBe(503);
    expect((await get("/readyz?exclude=leader-lease")).code).toBe(200);
    expect((await get("/readyz/nothing")).code).toBe(404);
  });

  test("a check that throws is one that fails", async () => {
    const get = await started({
      alive: [
        {
          name: "broken",
          look: () => {
            throw new Error("a bug");
          },
        },
      ],
    });
    expect(await get("/healthz")).toMatchObject({ code: 503, text: "[-]broken failed: a bug\nhealthz check failed\n" });
  });

  test("a replica that is about to end is not ready, and says why", async () => {
    const readiness = createReadiness();
    const get = await started({ alive: [fine], ready: [readiness.check] });
    expect((await get("/readyz")).code).toBe(200);
    readiness.off("it was told to end (SIGTERM)");
    expect((await get("/readyz")).text).toContain("[-]shutdown failed: it was told to end (SIGTERM)");
    expect((await get("/healthz")).code).toBe(200);
  });
});

describe("/metrics and the rest", () => {
  test("serves what it is given, with its type", async () => {
    const get = await started({ metrics: async () => ({ contentType: "text/plain; version=0.0.4", text: "up 1\n" }) });
    expect(await get("/metrics")).toEqual({ code: 200, text: "up 1\n" });
    expect((await get("/metrics", { method: "HEAD" })).text).toBe("");
  });

  test("a failure is told in the log, not to whoever asked", async () => {
    const get = await started({ metrics: () => Promise.reject(new Error("registry on fire")) });
    expect(await get("/metrics")).toEqual({ code: 500, text: "internal error: see the log\n" });
    expect(lines.join("")).toContain("registry on fire");
  });

  test("nothing else is there, and nothing can be changed", async () => {
    const get = await started({ alive: [] });
    const paths = ["/", "/metrics", "/readyz", "/healthz/", "//", "/healthz/../metrics"];
    const codes = await Promise.all(paths.map(async (path) => (await get(path)).code));
    expect(codes).toEqual(paths.map(() => 404));
    expect((await get("/healthz", { method: "POST" })).code).toBe(405);
  });

  test("a port that is taken is named", async () => {
    await started();
    const port = open[0]?.port ?? 0;
    await expect(startEndpoints({ at: { host: loopback, port }, clock: realClock, log })).rejects.toMatchObject({
      code: "address-in-use",
      message: `another process listens on 127.0.0.1:${port}`,
    });
  });
});

test.each([
  [":8080", { port: 8080 }],
  ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
  ["localhost:8081", { host: "localhost", port: 8081 }],
  ["[::1]:8081", { host: "::1", port: 8081 }],
  ["0", "off"],
  ["8080", undefined],
  [":70000", undefined],
  ["a b:1", undefined],
  ["", undefined],
])("an address to listen on: %s", (text, expected) => {
  expect(parseListenAddress(text)).toEqual(expected);
});
