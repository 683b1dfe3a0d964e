import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realClock } from "../../runtime/real-clock.ts";
import { identify, type Identity } from "./identity.ts";
import { certificates } from "./testing/certificates.ts";
import { kubeconfigFor, noSurroundings, temporaryFolder } from "./testing/connected.ts";
import { type LoopbackServer, loopbackServer, type Reply } from "./testing/loopback-server.ts";

const { signal } = new AbortController();
const year3000 = 32_503_680_000;

const jwt = (claims: object): string =>
  ["{}", JSON.stringify(claims), "signature"].map((part) => Buffer.from(part).toString("base64url")).join(".");

let provider: LoopbackServer;
let tokens: Reply;
let methods: readonly string[] | undefined;

beforeEach(async () => {
  methods = undefined;
  tokens = { body: { id_token: jwt({ exp: year3000, n: 2 }), refresh_token: "r2", expires_in: 3600 } };
  provider = await loopbackServer("https", ({ path }) => {
    const about = { issuer: provider.url, token_endpoint: `${provider.url}/token`, token_endpoint_auth_methods_supported: methods };
    return path === "/token" ? tokens : { body: about };
  });
});

afterEach(() => provider[Symbol.asyncDispose]());

const expired = (): Readonly<Record<string, string>> => ({
  "id-token": jwt({ exp: 1 }),
  "refresh-token": "r1",
  "client-id": "drydock",
  "idp-issuer-url": provider.url,
  "idp-certificate-authority-data": Buffer.from(certificates().ca).toString("base64"),
});

async function login(config: object): Promise<Identity> {
  await using folder = await temporaryFolder();
  const kubeconfig = await folder.write("config", kubeconfigFor("https://k", { "auth-provider": { name: "oidc", config } }));
  return await identify({ kubeconfig }, noSurroundings, realClock);
}

const authorizationOf = async (identity: Identity): Promise<string | undefined> =>
  (await identity.credential(signal)).secrets.authorization;
const granted = (): readonly (readonly [string | readonly string[] | undefined, string])[] =>
  provider.requests.filter(({ path }) => path === "/token").map(({ headers, body }) => [headers["authorization"], body]);

describe("an OIDC token", () => {
  it("that has expired is refreshed once for all who ask, and shown until the new one expires", async () => {
    const identity = await login(expired());
    const fresh = `Bearer ${jwt({ exp: year3000, n: 2 })}`;
    expect(await Promise.all([authorizationOf(identity), authorizationOf(identity)])).toEqual([fresh, fresh]);
    expect(await authorizationOf(identity)).toBe(fresh);
    expect(granted()).toEqual([[undefined, "grant_type=refresh_token&refresh_token=r1&client_id=drydock"]]);
  });

  it("is refreshed with the refresh token that came last", async () => {
    tokens = { body: { id_token: jwt({ exp: 2 }), refresh_token: "r2" } };
    const identity = await login(expired());
    await authorizationOf(identity);
    await authorizationOf(identity);
    expect(granted().map(([, body]) => new URLSearchParams(body).get("refresh_token"))).toEqual(["r1", "r2"]);
  });

  it("of a client with a secret is refreshed with it, the way the provider likes", async () => {
    const config = { ...expired(), "client-secret": "s3cret:" };
    await authorizationOf(await login(config));
    methods = ["client_secret_post"];
    await authorizationOf(await login(config));
    expect(granted()).toEqual([
      [`Basic ${Buffer.from("drydock:s3cret%3A").toString("base64")}`, "grant_type=refresh_token&refresh_token=r1"],
      [undefined, "grant_type=refresh_token&refresh_token=r1&client_id=drydock&client_secret=s3cret%3A"],
    ]);
  });

  it.each([
    [
      "refuses",
      { status: 400, body: { error: "invalid_grant", error_description: "r1" } },
      /token answered 400 \(invalid_grant\); log in anew$/,
    ],
    ["gives none", { body: { access_token: "s3cret" } }, /failed: the identity provider gave no ID token; log in anew$/],
    ["answers with a page", { body: "<html>s3cret" }, /gave no ID token/],
  ])("whose provider %s is named, and no secret", async (_what, reply, message) => {
    tokens = reply;
    const identity = await login(expired());
    await expect(identity.credential(signal)).rejects.toMatchObject({
      code: "identity",
      message: expect.stringMatching(message) as string,
    });
    await expect(identity.credential(signal)).rejects.toThrow(/the auth-provider oidc of user tester in .*config failed/);
    await expect(identity.credential(signal)).rejects.not.toThrow(/s3cret/);
  });

  it("is not asked for over plain HTTP, nor from one who calls itself another", async () => {
    await expect((await login({ ...expired(), "idp-issuer-url": "http://127.0.0.1:1" })).credential(signal)).rejects.toThrow(
      "has no https:// address",
    );
    await expect((await login({ ...expired(), "idp-issuer-url": `${provider.url}/other` })).credential(signal)).rejects.toThrow(
      "calls itself another issuer",
    );
  });
});

/** Says why the fetching is ours: when it fails, that may go. */
it("the official client alone cannot refresh an OIDC token", async () => {
  const official = new KubeConfig();
  const user = { name: "u", authProvider: { name: "oidc", config: { ...expired() } } };
  official.loadFromClusterAndUser({ name: "c", server: "https://k", skipTLSVerify: false }, user);
  const options: RequestOptions = {};
  await expect(official.applyToHTTPSOptions(options)).rejects.toThrow('"server" must be an instance of URL');
  const asUrl = { name: "oidc", config: { ...expired(), "idp-issuer-url": new URL(provider.url) } };
  official.loadFromClusterAndUser({ name: "c", server: "https://k", skipTLSVerify: false }, { name: "u", authProvider: asUrl });
  await expect(official.applyToHTTPSOptions(options)).rejects.toThrow('"response" must be an instance of Response');
});
