import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connect } from "../../src/client/http/connect.ts";
import type { HttpKubeApi } from "../../src/client/http/http-kube-api.ts";
import { identify, type IdentityFlags } from "../../src/client/http/identity.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { namespaces, selfSubjectReviews } from "../../src/kube/resource.ts";
import type { Clock } from "../../src/runtime/clock.ts";
import { systemRandom } from "../../src/runtime/random.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";

interface Review extends KubeObject {
  readonly status: {
    readonly userInfo: { readonly username: string; readonly uid?: string; readonly groups?: readonly string[]; readonly extra?: object };
  };
}

const { signal } = new AbortController();
let cluster: ControlPlane;
let folder: string;
let stack: AsyncDisposableStack;

beforeAll(async () => {
  cluster = await startControlPlane();
});

afterAll(() => cluster[Symbol.asyncDispose]());

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), "drydock-identity-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
});

afterEach(() => stack.disposeAsync());

async function as(user: object, flags: IdentityFlags = {}, clock: Clock = realClock): Promise<HttpKubeApi> {
  const kubeconfig = join(folder, "config");
  const config = {
    clusters: [{ name: "c", cluster: { server: cluster.server, "certificate-authority": cluster.certificates.authority.certificate } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const surroundings = { env: process.env, home: undefined, serviceAccount: "/nonexistent", terminal: false };
  const identity = await identify({ kubeconfig, ...flags }, surroundings, clock);
  return stack.use(await connect({ identity, clock, random: systemRandom, userAgent: "drydock/test (identity)" }));
}

async function review(api: HttpKubeApi): Promise<Review["status"]["userInfo"]> {
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  return ((await api.create(selfSubjectReviews, body, {}, { signal })).object as Review).status.userInfo;
}

async function serviceAccountToken(): Promise<string> {
  await cluster.request("POST", "/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "drydock" } });
  const asked = await cluster.call<{ status: { token: string } }>("POST", "/api/v1/namespaces/default/serviceaccounts/drydock/token", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: 600 },
  });
  return asked.status.token;
}

describe("a real API server knows us", () => {
  it("by a token", async () => {
    expect(await review(await as({ token: cluster.token("operator") }))).toMatchObject({
      username: "operator",
      groups: ["drydock:operators", "system:authenticated"],
    });
  });

  it("by a token in a file, renewed after a refusal and by age", async () => {
    let ahead = 0;
    const clock: Clock = { ...realClock, monotonic: () => realClock.monotonic() + ahead };
    const tokenFile = join(folder, "token");
    await writeFile(tokenFile, cluster.token("operator"));
    const api = await as({ tokenFile }, {}, clock);
    expect((await review(api)).username).toBe("operator");
    await writeFile(tokenFile, cluster.token("viewer"));
    expect((await review(api)).username).toBe("operator");
    ahead = 60_000;
    expect((await review(api)).username).toBe("viewer");
    await writeFile(tokenFile, "revoked");
    ahead = 120_000;
    await expect(review(api)).rejects.toMatchObject({ code: "unauthorized", http: 401 });
    await writeFile(tokenFile, await serviceAccountToken());
    expect((await review(api)).username).toBe("system:serviceaccount:default:drydock");
  });

  it("by a client certificate, from files and as data", async () => {
    const { certificate, key } = cluster.certificates.admin;
    const base64 = async (file: string): Promise<string> => (await readFile(file)).toString("base64");
    const files = { "client-certificate": certificate, "client-key": key };
    const data = { "client-certificate-data": await base64(certificate), "client-key-data": await base64(key) };
    for (const user of [files, data])
      expect(await review(await as(user))).toMatchObject({
        username: "admin-by-certificate",
        groups: ["system:masters", "system:authenticated"],
      });
  });

  it("by an exec plugin's token, and by its next one when the first is refused", async () => {
    const login = join(folder, "login");
    const print = (token: string): string =>
      `printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}' '${token}'`;
    await writeFile(
      login,
      `#!/bin/sh\nif mkdir '${folder}/ran' 2>/dev/null; then ${print("stale")}; else ${print(cluster.token("operator"))}; fi\n`,
    );
    await chmod(login, 0o700);
    const api = await as({ exec: { apiVersion: "client.authentication.k8s.io/v1", command: "./login", interactiveMode: "Never" } });
    expect((await review(api)).username).toBe("operator");
  });

  it("by an exec plugin's certificate", async () => {
    const { certificate, key } = cluster.certificates.admin;
    const status = { clientCertificateData: await readFile(certificate, "utf8"), clientKeyData: await readFile(key, "utf8") };
    await writeFile(
      join(folder, "said"),
      JSON.stringify({ kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1beta1", status }),
    );
    const api = await as({ exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "cat", args: [join(folder, "said")] } });
    expect((await review(api)).username).toBe("admin-by-certificate");
  });

  it("as someone else, with each group by itself", async () => {
    const extra = { "as-user-extra": { "drydock.dev/Why": ["night", "shift"] } };
    const api = await as({ token: cluster.token("admin"), ...extra }, { as: "ada", asUid: "42", asGroups: ["ops", "night, shift"] });
    expect(await review(api)).toEqual({
      username: "ada",
      uid: "42",
      groups: ["ops", "night, shift", "system:authenticated"],
      extra: { "drydock.dev/why": ["night", "shift"] },
    });
  });

  it("as someone who may not impersonate: it says so", async () => {
    const api = await as({ token: cluster.token("viewer") }, { as: "admin" });
    await expect(review(api)).rejects.toMatchObject({
      code: "forbidden",
      http: 403,
      message: expect.stringContaining("cannot impersonate") as string,
    });
  });

  it("not at all without a credential, or with a wrong one", async () => {
    await expect(review(await as({ token: "wrong" }))).rejects.toMatchObject({ code: "unauthorized" });
    const anonymous = await as({});
    await expect(anonymous.get(namespaces, { name: "default" }, { signal })).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("system:anonymous") as string,
    });
  });
});

/** A mount namespace, in which the files of a service account stand where every pod has them; undefined where the system allows none. */
function mountNamespace(): readonly string[] | undefined {
  const ways = [["-m"], ["-r", "-m"]];
  return ways.find((way) => spawnSync("unshare", [...way, "sh", "-c", "mount -t tmpfs tmpfs /mnt"], { stdio: "ignore" }).status === 0);
}

const way = mountNamespace();
if (way === undefined) process.stdout.write("In-cluster identity is not tried: unshare -m is not permitted here.\n");

describe.skipIf(way === undefined)("in a pod (needs unshare -m)", () => {
  it("we are its service account", async () => {
    const account = join(folder, "account");
    await mkdir(account);
    await writeFile(join(account, "token"), await serviceAccountToken());
    await writeFile(join(account, "ca.crt"), cluster.authorityPem);
    await writeFile(join(account, "namespace"), "default");
    const { hostname, port } = new URL(cluster.server);
    const mount = `set -e
      run=$(readlink -f /var/run); mount -t tmpfs tmpfs "$run"
      mkdir -p /var/run/secrets/kubernetes.io/serviceaccount
      mount --bind '${account}' /var/run/secrets/kubernetes.io/serviceaccount
      exec '${process.execPath}' '${join(import.meta.dirname, "who-am-i.ts")}'`;
    const child = spawn("unshare", [...(way ?? []), "sh", "-c", mount], {
      env: { PATH: process.env["PATH"], HOME: "/nonexistent", KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: Buffer[] = [];
    const complained: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => said.push(part));
    child.stderr.on("data", (part: Buffer) => complained.push(part));
    await once(child, "close");
    expect(Buffer.concat(complained).toString()).toBe("");
    expect(JSON.parse(Buffer.concat(said).toString())).toMatchObject({
      server: cluster.server,
      namespace: "default",
      review: { status: { userInfo: { username: "system:serviceaccount:default:drydock" } } },
    });
  });
});
