import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Clock, Millis } from "../../runtime/clock.ts";
import type { HealthCheck } from "./health-check.ts";
import type { ListenAddress } from "./listen-address.ts";
import { listen } from "./listening.ts";
import type { Logger } from "./logger.ts";
import { reportHealth } from "./readiness.ts";

export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

/** What is served; what is left out answers 404. */
export interface EndpointOptions {
  readonly at: ListenAddress;
  /** Is this process of any use? Where it says no, the kubelet starts it anew. Serves /healthz and /healthz/NAME. */
  readonly alive?: readonly HealthCheck[];
  /** Does it want requests? Serves /readyz and /readyz/NAME. */
  readonly ready?: readonly HealthCheck[];
  /** Serves /metrics. */
  readonly metrics?: () => Promise<MetricsText>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Endpoints {
  readonly port: number;
  close(grace: Millis): Promise<void>;
}

interface Answer {
  readonly code: number;
  readonly text: string;
  readonly contentType?: string;
}

const notFound: Answer = { code: 404, text: "not found\n" };

/**
 * Plain HTTP for probes and scrapers: no secret is behind it, nothing can be changed by it. `?verbose` names every check, `?exclude=NAME` passes
 * over one, as with the API server's own.
 *
 * @throws DrydockError "address-in-use", "not-listening"
 */
export async function startEndpoints(options: EndpointOptions): Promise<Endpoints> {
  const { at, alive, ready, metrics, clock, log } = options;
  const answer = async ({ method, url = "/" }: IncomingMessage): Promise<Answer> => {
    if (method !== "GET" && method !== "HEAD") return { code: 405, text: "only GET and HEAD\n" };
    const [path = "/", query = ""] = url.split("?", 2);
    const [, name = "", check] = path.split("/", 3);
    if (name === "metrics" && check === undefined && metrics !== undefined) return { code: 200, ...(await metrics()) };
    const checks = name === "healthz" ? alive : name === "readyz" ? ready : undefined;
    return checks === undefined ? notFound : healthAnswer(name, checks, check, new URLSearchParams(query));
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (given) => send(response, request, given),
      (error: unknown) => {
        log.error("an endpoint failed", { path: request.url, error });
        send(response, request, { code: 500, text: "internal error: see the log\n" });
      },
    );
  });
  const { port, close } = await listen(server, at, clock);
  return { port, close };
}

function healthAnswer(path: string, checks: readonly HealthCheck[], only: string | undefined, query: URLSearchParams): Answer {
  const excluded = query.getAll("exclude");
  const asked = checks.filter(({ name }) => (only === undefined || name === only) && !excluded.includes(name));
  if (only !== undefined && !checks.some(({ name }) => name === only)) return notFound;
  const { ok, text } = reportHealth(path, asked, query.has("verbose"));
  return { code: ok ? 200 : 503, text };
}

function send(response: ServerResponse, { method }: IncomingMessage, { code, text, contentType }: Answer): void {
  const headers = {
    "content-type": contentType ?? "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  response.writeHead(code, { ...headers, "content-length": Buffer.byteLength(text) });
  response.end(method === "HEAD" ? undefined : text);
}
