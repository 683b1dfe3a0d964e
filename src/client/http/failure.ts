import type { IncomingHttpHeaders } from "node:http";
import { isStatus, type Status } from "../../kube/status.ts";
import { KubeError, type KubeErrorCode, NoAnswerError } from "../errors.ts";
import { headerOf } from "./answer-headers.ts";

const textLimit = 300;

/** No answer came: `started` says whether any of the request may have left. Certificates and protocol errors of TLS are told apart. */
export function noAnswer(cause: unknown, started: boolean, server: string): KubeError {
  const code = codeOf(cause);
  const why = whyOf(cause, code);
  if (code === "UND_ERR_INVALID_ARG") {
    // Such as "invalid authorization header": undici names the header and never its value.
    return new KubeError("identity", `${why}: it has signs in it that HTTP cannot carry; check the token, --as and --as-group`, { cause });
  }
  if (isTls(code)) {
    return new KubeError("tls", `${server}: TLS failed: ${why}; ${tlsHint(code)}`, { cause });
  }
  if (!started) return new NoAnswerError("no", `${server} cannot be reached: ${why}`, { cause });
  if (server.startsWith("http://") && /other side closed|ECONNRESET/.test(why)) {
    const message = `the connection to ${server} broke before any answer came: ${why}; does it speak HTTPS only? Then write ${httpsOf(server)}`;
    return new NoAnswerError("unknown", message, { cause });
  }
  return new NoAnswerError("unknown", `the connection to ${server} broke before the answer was complete: ${why}`, { cause });
}

/** An answer that is no success, with its whole body. `what` is "GET /api/v1/nodes", without query. */
export function refused(
  http: number,
  headers: IncomingHttpHeaders,
  body: Buffer,
  retryAfter: number | undefined,
  what: string,
  server: string,
): KubeError {
  const status = statusIn(headers, body);
  // Go's TLS servers say this in plain text to whoever does not speak TLS (net/http, badRequestError).
  if (http === 400 && server.startsWith("http://") && body.includes("HTTP request to an HTTPS server"))
    return new KubeError("identity", `${server} speaks HTTPS only; write ${httpsOf(server)} in the kubeconfig, or with --server`, { http });
  const code = codeFor(http, status, headers, body);
  const said = status?.message ?? shortened(body);
  const message =
    code === "not-kubernetes"
      ? notKubernetes(http, headers, what, server)
      : status?.message !== undefined
        ? status.message
        : `${what}: ${server} answered ${http}${said === "" ? "" : `: ${said}`}`;
  const options = { http, retryable: isRetryable(http) && code !== "not-kubernetes" };
  return new KubeError(code, message, {
    ...options,
    ...(status === undefined ? {} : { status }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** A body that was to be Kubernetes' JSON and is none: a login page, or another server at this address. */
export function notWhatWasAsked(http: number, headers: IncomingHttpHeaders, what: string, server: string): KubeError {
  return new KubeError("not-kubernetes", notKubernetes(http, headers, what, server), { http });
}

export function statusIn(headers: IncomingHttpHeaders, body: Buffer): Status | undefined {
  if (!isJson(headers)) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return isStatus(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isJson(headers: IncomingHttpHeaders): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(headerOf(headers, "content-type") ?? "");
}

/** A login page, say. */
export function isPage(headers: IncomingHttpHeaders): boolean {
  return /html/i.test(headerOf(headers, "content-type") ?? "");
}

/** One line, at most 300 characters, without markup. */
export function shortened(body: Buffer): string {
  const line = body
    .subarray(0, 4096)
    .toString("utf8")
    .replace(/<(style|script)[^>]*>[\s\S]*?<\/\1>|<[^>]*>/gi, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > textLimit ? `${line.slice(0, textLimit)}…` : line;
}

function codeFor(http: number, status: Status | undefined, headers: IncomingHttpHeaders, body: Buffer): KubeErrorCode {
  if (status === undefined && !isPlainOfKubernetes(http, headers, body)) {
    // What stands before an API server that is away (502, 503, 504 with a page) is a failure of the moment; any other page is not ours.
    if (http !== 429 && http < 500) return "not-kubernetes";
  }
  switch (http) {
    case 400:
      return "bad-request";
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "not-found";
    case 409:
      return status?.reason === "AlreadyExists" ? "already-exists" : "conflict";
    case 410:
      return "expired";
    case 422:
      return "invalid";
    case 429:
      return "too-many-requests";
    case 405:
    case 406:
    case 415:
    case 501:
      return "unsupported";
    default:
      return http >= 500 ? "server-error" : http >= 400 ? "bad-request" : "not-kubernetes";
  }
}

/** The API server answers some things in plain text: an unknown group ("404 page not found"), 401 and 403 before routing, 429. */
function isPlainOfKubernetes(http: number, headers: IncomingHttpHeaders, body: Buffer): boolean {
  if (http < 400) return false;
  return isJson(headers) || (!isPage(headers) && !/^\s*</.test(body.subarray(0, 64).toString("latin1")));
}

function isRetryable(http: number): boolean {
  return http === 429 || (http >= 500 && http !== 501 && http !== 505);
}

function notKubernetes(http: number, headers: IncomingHttpHeaders, what: string, server: string): string {
  const type = headerOf(headers, "content-type")?.split(";", 1)[0] ?? "no content type";
  return `${what}: what answers at ${server} is no Kubernetes API (${http}, ${type}): is a proxy or a login page in front of it, or the address wrong?`;
}

function httpsOf(server: string): string {
  return server.replace(/^http:/, "https:");
}

function codeOf(cause: unknown): string {
  for (let error: unknown = cause; error instanceof Error; error = error.cause) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code === "string" && !code.startsWith("UND_ERR_SOCKET")) return code;
    // Several addresses were tried: they mostly failed alike.
    if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  }
  return "";
}

function whyOf(cause: unknown, code: string): string {
  const first = cause instanceof Error && !(cause instanceof AggregateError) ? (cause.message.split("\n", 1)[0] ?? "") : "";
  // Advice for whoever runs Node.js, which the reader does not know of.
  const message = first.replace(/; if the root CA is installed locally.*$/, "");
  if (message === "") return code === "" ? "no reason was given" : code;
  return code === "" || message.includes(code) ? message : `${message} (${code})`;
}

function isTls(code: string): boolean {
  return /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO|ERR_OSSL_)/.test(code);
}

function tlsHint(code: string): string {
  if (/^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA)/.test(code)) {
    return "its certificate is not signed by the authority of the kubeconfig; check certificate-authority-data, or --certificate-authority";
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return "its certificate is for other names; reach it by one of them, or pass --tls-server-name";
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") return "renew its certificate, and check this machine's time";
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG") return "does it speak http:// only?";
  return "check the address, and the certificates of the kubeconfig";
}
