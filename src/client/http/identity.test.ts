import { mkdir } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../runtime/clock.ts";
import { realClock } from "../../runtime/real-clock.ts";
import { type Identity, identify, type IdentityFlags } from "./identity.ts";
import type { Surroundings } from "./surroundings.ts";
import { certificates } from "./testing/certificates.ts";
import { type Folder, kubeconfigFor, movableClock, noSurroundings, temporaryFolder } from "./testing/connected.ts";

const { signal } = new AbortController();
let folder: Folder;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder[Symbol.asyncDispose]());

interface From {
  readonly server?: string;
  readonly user?: object;
  readonly cluster?: object;
  readonly flags?: IdentityFlags;
  readonly around?: Partial<Surroundings>;
  readonly clock?: Clock;
}

async function from({ server = "https://k", user, cluster, flags, around, clock = realClock }: From): Promise<Identity> {
  const kubeconfig = await folder.write("config", kubeconfigFor(server, user, cluster));
  return identify({ kubeconfig, ...flags }, { ...noSurroundings, ...around }, clock);
}

const authorizationOf = async (identity: Identity): Promise<string | undefined> =>
  (await identity.credential(signal)).secrets.authorization;

describe("a kubeconfig", () => {
  it("says server, namespace, authority and token", async () => {
    const identity = await from({});
    expect(identity).toMatchObject({
      server: new URL("https://k"),
      context: "test",
      namespace: "shop",
      clusterName: "loopback",
      impersonation: [],
    });
    expect(await identity.credential(signal)).toMatchObject({
      secrets: { authorization: "Bearer s3cret" },
      tls: { ca: certificates().ca, cert: undefined, skipVerify: false },
    });
  });

  it.each([
    ["a client certificate as data", { "client-certificate-data": "Y2VydA==", "client-key-data": "a2V5" }, { cert: "cert", key: "key" }],
    [
      "a name and a password",
      { username: "ada", password: "lovelace" },
      { authorization: `Basic ${Buffer.from("ada:lovelace").toString("base64")}` },
    ],
    ["nothing: anonymous", {}, {}],
  ])("may show %s", async (_what, user, secrets) => {
    expect((await (await from({ user })).credential(signal)).secrets).toEqual(secrets);
  });

  it("gives way to flags", async () => {
    await folder.write("other.crt", "-----BEGIN CERTIFICATE----- OTHER");
    const flags = { server: "https://other:1", token: "flag", certificateAuthority: join(folder.path, "other.crt"), as: "eve" };
    const identity = await from({
      flags,
      user: { token: "s3cret", as: "ada", "as-groups": ["ops"] },
      cluster: { "tls-server-name": "k.example" },
    });
    expect(identity.server.host).toBe("other:1");
    expect(await identity.credential(signal)).toMatchObject({
      secrets: { authorization: "Bearer flag" },
      tls: { ca: "-----BEGIN CERTIFICATE----- OTHER", serverName: undefined },
    });
    expect(identity.impersonation).toEqual([
      ["Impersonate-User", "eve"],
      ["Impersonate-Group", "ops"],
    ]);
  });

  it("gives way to a certificate, a name and extras given as flags", async () => {
    const flags = {
      clientCertificate: await folder.write("f.crt", "FLAG"),
      clientKey: await folder.write("f.key", "KEY"),
      username: "eve",
      password: "x",
    };
    const user = { token: "s3cret", "client-certificate-data": "Y2VydA==", "client-key-data": "a2V5", "as-user-extra": { a: ["1"] } };
    const identity = await from({ user, flags: { ...flags, as: "ada", asUserExtra: ["why=night=shift", "why=b"] } });
    expect((await identity.credential(signal)).secrets).toEqual({
      cert: "FLAG",
      key: "KEY",
      authorization: `Basic ${Buffer.from("eve:x").toString("base64")}`,
    });
    expect(identity.impersonation).toEqual([
      ["Impersonate-User", "ada"],
      ["Impersonate-Extra-why", "night=shift"],
      ["Impersonate-Extra-why", "b"],
    ]);
    await expect(from({ flags: { as: "ada", asUserExtra: ["why"] } })).rejects.toThrow('--as-user-extra "why" is not key=value');
  });

  it("trusts anyone with --insecure-skip-tls-verify, and no authority then", async () => {
    const { tls } = await (await from({ flags: { insecureSkipTlsVerify: true } })).credential(signal);
    expect(tls).toMatchObject({ ca: undefined, skipVerify: true });
  });

  it("shows nothing to a server without TLS, as kubectl", async () => {
    expect((await (await from({ server: "http://k:8001" })).credential(signal)).secrets).toEqual({});
  });

  it.each([
    [{ context: "prod" }, /there is no context "prod"; choose another with --context \(there is test\)/],
    [{ cluster: "prod" }, /there is no cluster "prod"; .*--cluster \(there is loopback\)/],
    [{ user: "eve" }, /there is no user "eve"; .*--user \(there is tester\)/],
    [{ asGroups: ["ops"] }, /impersonated without a user; add --as/],
    [{ server: "ftp://k" }, /neither https:\/\/ nor http:\/\//],
    [{ server: "https://" }, /is no URL/],
    [
      { certificateAuthority: "/nowhere/ca.crt" },
      /certificate authority of cluster loopback, \/nowhere\/ca\.crt, cannot be read \(ENOENT\)/,
    ],
  ])("cannot grant %j", async (flags, message) => {
    const asking = async (): Promise<unknown> => (await from({ flags })).credential(signal);
    await expect(asking()).rejects.toThrow(message);
    await expect(asking()).rejects.toMatchObject({ code: "identity" });
  });

  it("says so where it names a proxy, a certificate without its key, or a file that is not there", async () => {
    await expect(from({ cluster: { "proxy-url": "socks5://proxy" } })).rejects.toThrow(
      /the proxy of cluster loopback in .*config is no http:/,
    );
    await expect(from({ user: { "client-certificate-data": "Y2VydA==" } })).rejects.toThrow(
      /user tester in .*config has a client certificate without its key/,
    );
    const identity = await from({ user: { tokenFile: "gone" } });
    await expect(identity.credential(signal)).rejects.toThrow(
      `the token of user tester, ${join(folder.path, "gone")}, cannot be read (ENOENT)`,
    );
  });

  it("without a current context asks for one, by name", async () => {
    const config = JSON.parse(kubeconfigFor("https://k")) as object;
    const kubeconfig = await folder.write("config", JSON.stringify({ ...config, "current-context": "" }));
    await expect(identify({ kubeconfig }, noSurroundings, realClock)).rejects.toThrow(
      /sets no current context; pass --context \(there is test\)/,
    );
    await expect(identify({ kubeconfig, cluster: "loopback", user: "tester" }, noSurroundings, realClock)).resolves.toBeDefined();
  });
});

describe("what an entry leaves out, a flag may name", () => {
  it("the server of a cluster, whose authority counts on", async () => {
    const identity = await from({ cluster: { server: "" }, flags: { server: "https://other" } });
    expect(await identity.credential(signal)).toMatchObject({ tls: { ca: certificates().ca } });
    await expect(from({ cluster: { server: "" } })).rejects.toThrow(/cluster loopback in .*config names no server; pass --server/);
  });

  it("the cluster of a context, whose user and namespace count on", async () => {
    const config = JSON.parse(kubeconfigFor("https://k")) as object;
    const contexts = [{ name: "test", context: { user: "tester", namespace: "shop" } }];
    const kubeconfig = await folder.write("config", JSON.stringify({ ...config, contexts }));
    const identity = await identify({ kubeconfig, cluster: "loopback" }, noSurroundings, realClock);
    expect(identity.namespace).toBe("shop");
    expect(await authorizationOf(identity)).toBe("Bearer s3cret");
    await expect(identify({ kubeconfig }, noSurroundings, realClock)).rejects.toThrow(
      /context test in .*config names no cluster; pass --cluster \(there is loopback\)/,
    );
  });
});

describe("files that are renewed", () => {
  it("are read again once a minute old", async () => {
    const { clock, forward } = movableClock();
    const tokenFile = await folder.write("token", "one\n");
    const identity = await from({ user: { tokenFile }, clock });
    expect(await authorizationOf(identity)).toBe("Bearer one");
    await folder.write("token", "two\n");
    forward(59_000);
    expect(await authorizationOf(identity)).toBe("Bearer one");
    forward(1_000);
    expect(await authorizationOf(identity)).toBe("Bearer two");
  });

  it("count on as they were while they cannot be read", async () => {
    const { clock, forward } = movableClock();
    await using other = await temporaryFolder();
    const tokenFile = await other.write("token", "one");
    const identity = await from({ user: { tokenFile }, clock });
    await authorizationOf(identity);
    await other[Symbol.asyncDispose]();
    forward(61_000);
    expect(await authorizationOf(identity)).toBe("Bearer one");
  });

  it("rotate a client certificate", async () => {
    const { clock, forward } = movableClock();
    const user = { "client-certificate": await folder.write("u.crt", "one"), "client-key": await folder.write("u.key", "key") };
    const identity = await from({ user, clock });
    expect((await identity.credential(signal)).tls).toMatchObject({ cert: "one", key: "key" });
    await folder.write("u.crt", "two");
    forward(60_000);
    expect((await identity.credential(signal)).tls).toMatchObject({ cert: "two", key: "key" });
  });
});

describe("without a kubeconfig", () => {
  const pod = async (): Promise<Partial<Surroundings>> => {
    const account = "var/run/secrets/kubernetes.io/serviceaccount";
    await mkdir(join(folder.path, account), { recursive: true });
    await folder.write(`${account}/token`, "pod-token");
    await folder.write(`${account}/ca.crt`, "-----BEGIN CERTIFICATE----- POD");
    await folder.write(`${account}/namespace`, "drydock-system\n");
    return { serviceAccount: folder.path, env: { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" } };
  };

  it("a pod is its service account", async () => {
    const identity = await identify({ as: "ada" }, { ...noSurroundings, ...(await pod()) }, realClock);
    expect(identity).toMatchObject({ namespace: "drydock-system", impersonation: [["Impersonate-User", "ada"]] });
    expect(identity.server.href).toBe("https://[fd00::1]/");
    expect(await identity.credential(signal)).toMatchObject({
      secrets: { authorization: "Bearer pod-token" },
      tls: { ca: "-----BEGIN CERTIFICATE----- POD" },
    });
  });

  it("a pod asks for TLS on any port, as client-go", async () => {
    const { serviceAccount, env } = await pod();
    const around = { ...noSurroundings, serviceAccount: serviceAccount ?? "", env: { ...env, KUBERNETES_SERVICE_PORT: "8080" } };
    expect((await identify({}, around, realClock)).server.href).toBe("https://[fd00::1]:8080/");
  });

  it("a kubeconfig in a pod goes first", async () => {
    expect((await from({ around: await pod() })).server.host).toBe("k");
  });

  it("--server alone will do", async () => {
    const identity = await identify({ server: "localhost:8080" }, noSurroundings, realClock);
    expect(identity.server.href).toBe("http://localhost:8080/");
    const secure = await identify({ server: "k:6443", insecureSkipTlsVerify: true, token: "t" }, noSurroundings, realClock);
    expect(secure.server.href).toBe("https://k:6443/");
    expect(await authorizationOf(secure)).toBe("Bearer t");
  });

  it("anywhere else says where it looked and what to do", async () => {
    const home = folder.path;
    await expect(identify({}, { ...noSurroundings, home }, realClock)).rejects.toMatchObject({
      code: "identity",
      message: `no kubeconfig was found (looked at ${join(home, ".kube", "config")}), and this is not a pod; pass --kubeconfig, set KUBECONFIG, or pass --server`,
    });
  });
});

describe("the official client's providers", () => {
  const jwt = (exp: number): string =>
    `${Buffer.from("{}").toString("base64url")}.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.c2ln`;
  const oidc = (token: string): object => ({ "auth-provider": { name: "oidc", config: { "id-token": token } } });

  it("give an OIDC token that counts", async () => {
    const token = jwt(32_503_680_000);
    expect(await authorizationOf(await from({ user: oidc(token) }))).toBe(`Bearer ${token}`);
  });

  it("say so where it has expired and cannot be refreshed", async () => {
    const identity = await from({ user: oidc(jwt(1)) });
    await expect(identity.credential(signal)).rejects.toThrow(
      /auth-provider oidc of user tester in .*config gives no token: .*log in anew/,
    );
  });

  it("of clouds, which kubectl has dropped, are answered with the plugin that took over", async () => {
    const identity = await from({ user: { "auth-provider": { name: "gcp", config: {} } } });
    await expect(identity.credential(signal)).rejects.toThrow(/auth-provider gcp .*: install gke-gcloud-auth-plugin, then run gcloud/);
  });
});

/** Says why we hand the official client the content of files, not their names: when it fails, that may go. */
it("the official client alone sends the newline at the end of a token's file", async () => {
  const official = new KubeConfig();
  const tokenFile = await folder.write("token", "one\n");
  const provider = { name: "tokenFile", config: { tokenFile } };
  official.loadFromClusterAndUser({ name: "c", server: "https://k", skipTLSVerify: false }, { name: "u", authProvider: provider });
  const options: RequestOptions = {};
  await official.applyToHTTPSOptions(options);
  expect(options.headers).toEqual({ Authorization: "Bearer one\n" });
});
