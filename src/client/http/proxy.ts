import { BlockList, isIP } from "node:net";
import { KubeError } from "../errors.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The HTTP proxy on the way to the server, as kubectl finds it: the cluster's `proxy-url`, else HTTPS_PROXY (HTTP_PROXY for a server without
 * TLS) unless NO_PROXY or a loopback address says otherwise. Throws `KubeError` "identity" for a proxy that is none of HTTP.
 */
export function proxyFor(server: URL, proxyUrl: { readonly value: string; readonly where: string } | undefined, env: Env): URL | undefined {
  if (proxyUrl !== undefined) return parsed(proxyUrl.value, proxyUrl.where);
  const name = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const value = valueOf(env, name);
  if (value === undefined || isLoopback(server.hostname) || isExempt(server, valueOf(env, "NO_PROXY") ?? "")) return undefined;
  return parsed(value.includes("://") ? value : `http://${value}`, name);
}

/** Without its user and password. */
export function proxyName(proxy: URL): string {
  return `${proxy.protocol}//${proxy.host}`;
}

function valueOf(env: Env, name: string): string | undefined {
  return env[name] || env[name.toLowerCase()] || undefined;
}

function parsed(value: string, where: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  // The value may hold a password: not shown.
  throw new KubeError(
    "identity",
    `the proxy of ${where} is no http:// or https:// URL, and Drydock knows no others; use such a one, or none`,
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}

/** As Go reads NO_PROXY: "*", addresses, CIDR ranges, and domains, which hold for what is below them; each but "*" with a port if it likes. */
function isExempt(server: URL, list: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = server.port || (server.protocol === "https:" ? "443" : "80");
  return list
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== "")
    .some((entry) => entry === "*" || matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry.includes("/")) return isInRange(entry, host);
  if (isIP(entry) !== 0) return entry === host;
  const [, name = "", only] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  if (only !== undefined && only !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const domain = name.replace(/^\*?\./, "");
  // ".example.com" holds for what is below it only, "example.com" for itself too.
  return host.endsWith(`.${domain}`) || (domain === name && host === domain);
}

function isInRange(range: string, host: string): boolean {
  const [network = "", bits = ""] = range.split("/");
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const kind = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(network, Number(bits), kind);
  return list.check(host, kind);
}
