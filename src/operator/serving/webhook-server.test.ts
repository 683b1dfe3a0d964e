import { Agent, request } from "node:https";
import { connect } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { certificates } from "../../client/http/testing/certificates.ts";
import type { AdmissionReview } from "../../kube/admission-review.ts";
import { createLatch } from "../../runtime/latch.ts";
import { realClock } from "../../runtime/real-clock.ts";
import { review } from "../admission/testing/facts.ts";
import type { AdmissionHandler } from "../admission/handler.ts";
import { loopback } from "./listen-address.ts";
import { createLogger } from "./log.ts";
import { startWebhookServer, type WebhookServer, type WebhookServerOptions } from "./webhook-server.ts";

const { ca, server: pair } = certificates();
const serving = { certificate: pair.cert, key: pair.key };
const path = "/judge";
const logged: string[] = [];
const log = createLogger("test", { now: () => 0, sink: (line) => logged.push(line) });
const open: (WebhookServer | Agent)[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await ("close" in each ? each.close(0) : each.destroy());
});

interface Answered {
  readonly code: number;
  readonly text: string;
}

async function started(handler: AdmissionHandler, options: Partial<WebhookServerOptions> = {}) {
  const handlers = new Map([[path, handler]]);
  const server = await startWebhookServer({
    at: { host: loopback, port: 0 },
    certificate: serving,
    handlers,
    clock: realClock,
    log,
    ...options,
  });
  open.push(server);
  const agent = new Agent({ ca, keepAlive: true });
  open.push(agent);
  const send = (
    body: string,
    o: { readonly method?: string; readonly path?: string; readonly type?: string; readonly signal?: AbortSignal } = {},
  ) =>
    new Promise<Answered>((resolve, reject) => {
      const headers = { "content-type": o.type ?? "application/json" };
      const { port } = server;
      const call = request(
        { host: loopback, port, agent, method: o.method ?? "POST", path: o.path ?? path, headers, signal: o.signal },
        (response) => {
          response
            .setEncoding("utf8")
            .toArray()
            .then((chunks) => resolve({ code: response.statusCode ?? 0, text: chunks.join("") }), reject);
        },
      );
      call.once("error", reject);
      call.end(body);
    });
  return { server, send };
}

const asked = JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request: review("Maintenance", "w1") });
const yes: AdmissionHandler = async ({ uid }) => ({ uid, allowed: true, warnings: ["mind the gap"] });
const responseOf = ({ text }: Answered) => (JSON.parse(text) as AdmissionReview).response;

describe("a review", () => {
  test("is answered in its own version, with its uid and all that the handler said", async () => {
    const { send } = await started(yes);
    expect(await send(asked)).toEqual({
      code: 200,
      text: JSON.stringify({
        apiVersion: "admission.k8s.io/v1",
        kind: "AdmissionReview",
        response: { uid: "review-1", allowed: true, warnings: ["mind the gap"] },
      }),
    });
    expect((await send(asked, { path: `${path}?timeout=5s` })).code).toBe(200);
  });

  test("is refused where the handler fails, without its words: they may hold a secret", async () => {
    const { send } = await started(() => Promise.reject(new Error("password is hunter2")));
    expect(responseOf(await send(asked))).toMatchObject({
      allowed: false,
      status: { code: 500, message: "not judged because of an error, so refused: see the log of Drydock's operator for review review-1" },
    });
    expect(logged.join("")).toContain("a review could not be judged, and was refused");
  });

  test("is refused where the handler is too slow, and the handler hears of it", async () => {
    let heard: unknown;
    const slow: AdmissionHandler = (_, signal) =>
      new Promise((__, reject) => {
        signal.addEventListener("abort", () => reject((heard = signal.reason)), { once: true });
      });
    const { send } = await started(slow, { deadline: 5 });
    expect(responseOf(await send(asked))).toMatchObject({ allowed: false, status: { code: 504, reason: "Timeout" } });
    expect(heard).toMatchObject({ code: "deadline" });
  });

  test("is given up when the API server hangs up", async () => {
    const [began, ended] = [createLatch(), createLatch()];
    const waiting: AdmissionHandler = (_, signal) =>
      new Promise((__, reject) => {
        began.set();
        signal.addEventListener("abort", () => {
          ended.set();
          reject(signal.reason);
        });
      });
    const { send } = await started(waiting);
    const hangUp = new AbortController();
    const call = send(asked, { signal: hangUp.signal });
    await began.wait();
    hangUp.abort();
    await expect(call).rejects.toThrow("aborted");
    await expect(ended.wait()).resolves.toBeUndefined();
  });
});

describe("what is no review is answered with", () => {
  test.each([
    ["400 for no JSON", "{", {}, 400],
    ["400 for another kind", JSON.stringify({ kind: "Status" }), {}, 400],
    ["400 for an older version", asked.replace("admission.k8s.io/v1", "admission.k8s.io/v1beta1"), {}, 400],
    ["400 for a review without a request", JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" }), {}, 400],
    ["400 for an object that is none", asked.replace(/"object":\{.*?\}\},"oldObject"/, '"object":7,"oldObject"'), {}, 400],
    ["415 for another content type", asked, { type: "text/plain" }, 415],
    ["413 for a body that is too large", " ".repeat(3 * 1024 * 1024 + 1), {}, 413],
    ["405 for another method", "", { method: "GET" }, 405],
    ["404 for another path", asked, { path: "/other" }, 404],
  ])("%s", async (_what, body, options, code) => {
    const { send } = await started(yes);
    expect(await send(body, options)).toMatchObject({ code });
  });
});

describe("the server", () => {
  test("says that it lives, and tells how many requests it answered", async () => {
    const codes: string[] = [];
    const { send, server } = await started(yes, { observer: { began: (at) => (code) => codes.push(`${at} ${code}`) } });
    expect(await send("", { method: "GET", path: "/healthz" })).toEqual({ code: 200, text: "ok" });
    expect(server.check.look()).toBeUndefined();
    await send(asked);
    await send("{");
    expect(codes).toEqual(["/judge 200", "/judge 400"]);
    await server.close(0);
    expect(server.check.look()).toBe("it does not listen");
  });

  test("takes another certificate without a restart, and breaks no connection by it", async () => {
    const { send, server } = await started(yes);
    const first = await fingerprint(server.port);
    expect((await send(asked)).code).toBe(200);
    server.use({ certificate: certificates().client.cert, key: certificates().client.key });
    expect(await fingerprint(server.port)).not.toBe(first);
    expect((await send(asked)).code).toBe(200);
    server.use(serving);
    expect(await fingerprint(server.port)).toBe(first);
  });

  test("speaks no TLS before 1.2", async () => {
    const { server } = await started(yes);
    await expect(fingerprint(server.port, "TLSv1.1")).rejects.toThrow(/alert protocol version|no protocols available|unsupported protocol/);
  });

  test("lets requests in flight end when it closes, and takes no new ones", async () => {
    const [began, go] = [createLatch(), createLatch()];
    const { send, server } = await started(async ({ uid }) => {
      began.set();
      await go.wait();
      return { uid, allowed: true };
    });
    const call = send(asked);
    await began.wait();
    const closed = server.close(60_000);
    await expect(fingerprint(server.port)).rejects.toThrow("ECONNREFUSED");
    go.set();
    expect(responseOf(await call)).toMatchObject({ allowed: true });
    await closed;
  });
});

function fingerprint(port: number, maxVersion: "TLSv1.1" | "TLSv1.3" = "TLSv1.3"): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: loopback, port, minVersion: "TLSv1", maxVersion, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
