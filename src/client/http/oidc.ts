// Loaded only for users of OIDC: openid-client comes with it.
import { readFile } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import type { User } from "@kubernetes/client-node/dist/config_types.js";
import { OpenIDConnectAuth } from "@kubernetes/client-node/dist/oidc_auth.js";
import { Agent } from "undici";
import type { Millis } from "../../runtime/clock.ts";
import type { KnownUser } from "./target.ts";

const patience: Millis = 30_000;

interface Form {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Shows an OIDC token, which the official client keeps, finds expired, and replaces in memory by what we fetch (kubectl writes it to the
 * kubeconfig too). To fetch one by itself it is not able (2.0.1): it hands the issuer to its library as a text, which takes a URL alone, and
 * an imitation of an answer where there is an authority of one's own; it leaves the client's secret out, and takes a token's time to live
 * for the time of its expiry.
 */
export class Oidc {
  readonly #official = new OpenIDConnectAuth();

  /** Puts the header into `options` where there is a token. Throws an error that names no secret. */
  async apply(user: KnownUser, options: RequestOptions): Promise<void> {
    const refresh = (token: string): Promise<object> => refreshed(user.authProvider?.config ?? {}, token);
    await this.#official.applyAuthentication(user as User, options, { refresh });
  }
}

async function refreshed(config: Readonly<Record<string, unknown>>, refreshToken: string): Promise<object> {
  const setting = (name: string): string => (typeof config[name] === "string" ? config[name] : "");
  const file = setting("idp-certificate-authority");
  const data = setting("idp-certificate-authority-data");
  const ca = data === "" && file !== "" ? await readFile(file, "utf8") : Buffer.from(data, "base64").toString("utf8");
  const agent = new Agent({
    connect: { ...(ca === "" ? {} : { ca }), timeout: patience },
    headersTimeout: patience,
    bodyTimeout: patience,
  });
  try {
    const issuer = setting("idp-issuer-url").replace(/\/$/, "");
    const provider = await ask(agent, `${issuer}/.well-known/openid-configuration`);
    if (String(provider["issuer"]).replace(/\/$/, "") !== issuer) throw new Error("the identity provider calls itself another issuer");
    const methods = provider["token_endpoint_auth_methods_supported"];
    const inBody = Array.isArray(methods) && methods.includes("client_secret_post") && !methods.includes("client_secret_basic");
    const form = refreshForm(setting("client-id"), setting("client-secret"), refreshToken, inBody);
    const { id_token, refresh_token = refreshToken } = await ask(agent, String(provider["token_endpoint"]), form);
    if (typeof id_token !== "string") throw new Error("the identity provider gave no ID token");
    return { id_token, refresh_token, expires_at: OpenIDConnectAuth.expirationFromToken(id_token) };
  } finally {
    await agent.close();
  }
}

/** RFC 6749, section 2.3.1: the secret in a header, unless the provider takes it in the body alone. */
function refreshForm(id: string, secret: string, refreshToken: string, inBody: boolean): Form {
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  if (secret !== "" && !inBody) {
    const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
    return { headers: { ...headers, authorization: `Basic ${Buffer.from(pair).toString("base64")}` }, body: String(body) };
  }
  body.set("client_id", id);
  if (secret !== "") body.set("client_secret", secret);
  return { headers, body: String(body) };
}

async function ask(agent: Agent, address: string, form?: Form): Promise<Readonly<Record<string, unknown>>> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "https:") throw new Error("the identity provider has no https:// address");
  const method = form === undefined ? "GET" : "POST";
  const answer = await agent.request({ origin: url.origin, path: url.pathname + url.search, method, ...form });
  const text = await answer.body.text();
  let said: Readonly<Record<string, unknown>> = {};
  try {
    said = Object(JSON.parse(text)) as typeof said;
  } catch {
    // The answer may hold tokens: not quoted. What is missing in it is named where it is looked for.
  }
  if (answer.statusCode === 200) return said;
  const reason = /^[a-z_]{1,40}$/.exec(String(said["error"]))?.[0];
  throw new Error(`${url.origin}${url.pathname} answered ${answer.statusCode}${reason === undefined ? "" : ` (${reason})`}`);
}
