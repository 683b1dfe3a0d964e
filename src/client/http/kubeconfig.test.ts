import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { loadKubeconfig } from "./kubeconfig.ts";
import { type Folder, kubeconfigFor, temporaryFolder } from "./testing/connected.ts";

let folder: Folder;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await folder[Symbol.asyncDispose]();
});

interface Entries {
  readonly clusters?: Readonly<Record<string, object>>;
  readonly users?: Readonly<Record<string, object>>;
  readonly contexts?: Readonly<Record<string, object>>;
  readonly current?: string;
}

function yaml({ clusters = {}, users = {}, contexts = {}, current }: Entries): string {
  const list = (entries: Readonly<Record<string, object>>, key: string) =>
    Object.entries(entries).map(([name, entry]) => ({ name, [key]: entry }));
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: list(clusters, "cluster"),
    users: list(users, "user"),
    contexts: list(contexts, "context"),
    ...(current === undefined ? {} : { "current-context": current }),
  });
}

describe("several files in KUBECONFIG", () => {
  it("are merged as kubectl does: the first to name an entry or the current context wins", async () => {
    const first = await folder.write("first", yaml({ clusters: { prod: { server: "https://one" } }, users: { ada: { token: "1" } } }));
    const second = await folder.write(
      "second",
      yaml({
        clusters: { prod: { server: "https://two" }, dev: { server: "https://dev" } },
        contexts: { work: { cluster: "prod", user: "ada" } },
        current: "work",
      }),
    );
    const third = await folder.write("third", yaml({ contexts: { other: { cluster: "dev" } }, current: "other" }));
    const missing = join(folder.path, "missing");
    const config = await loadKubeconfig(undefined, { KUBECONFIG: [first, missing, "", second, third, first].join(delimiter) }, undefined);
    expect(config.official.getClusters().map(({ name, server }) => [name, server, config.clusters.get(name)?.file])).toEqual([
      ["prod", "https://one", first],
      ["dev", "https://dev", second],
    ]);
    expect(config.official.getUser("ada")?.token).toBe("1");
    expect([...config.contexts.keys()]).toEqual(["work", "other"]);
    expect(config.official.getCurrentContext()).toBe("work");
    expect(config.files).toEqual([first, second, third]);
  });

  it("name a second entry of one file, which kubectl refuses too", async () => {
    const file = await folder.write(
      "config",
      stringify({
        users: [
          { name: "ada", user: {} },
          { name: "ada", user: {} },
        ],
      }),
    );
    await expect(loadKubeconfig(file, {}, undefined)).rejects.toThrow(`${file}: users[1] is a second user named "ada"; remove one`);
  });
});

describe("where it is looked for", () => {
  it("--kubeconfig goes before KUBECONFIG, and that before the home directory", async () => {
    await using home = await temporaryFolder();
    await mkdir(join(home.path, ".kube"));
    await writeFile(join(home.path, ".kube", "config"), yaml({ current: "home" }));
    const variable = await folder.write("variable", yaml({ current: "variable" }));
    const flag = await folder.write("flag", yaml({ current: "flag" }));
    const current = async (explicit: string | undefined, env: object): Promise<string | undefined> =>
      (await loadKubeconfig(explicit, { ...env }, home.path)).official.getCurrentContext();
    expect(await current(flag, { KUBECONFIG: variable })).toBe("flag");
    expect(await current(undefined, { KUBECONFIG: variable })).toBe("variable");
    expect(await current(undefined, { KUBECONFIG: "" })).toBe("home");
  });

  it("a file given by flag must exist", async () => {
    const file = join(folder.path, "nowhere");
    await expect(loadKubeconfig(file, {}, undefined)).rejects.toMatchObject({
      code: "identity",
      message: `the kubeconfig ${file} does not exist; check --kubeconfig`,
    });
  });

  it("a folder is no kubeconfig", async () => {
    await expect(loadKubeconfig(folder.path, {}, undefined)).rejects.toThrow(/cannot be read \(EISDIR\)/);
  });
});

describe("one file", () => {
  it("resolves its paths against its own folder, and leaves a bare command to PATH", async () => {
    const file = await folder.write(
      "config",
      yaml({
        clusters: { c: { server: "https://x", "certificate-authority": "pki/ca.crt" } },
        users: {
          u: {
            "client-certificate": "u.crt",
            "client-key": "/abs/u.key",
            tokenFile: "token",
            exec: { apiVersion: "v1", command: "./bin/login" },
          },
          v: { exec: { apiVersion: "v1", command: "aws", args: ["eks", 1] } },
        },
      }),
    );
    const config = await loadKubeconfig(file, {}, undefined);
    const at = (path: string): string => join(folder.path, path);
    expect(config.official.getCluster("c")?.caFile).toBe(at("pki/ca.crt"));
    expect(config.official.getUser("u")).toMatchObject({
      certFile: at("u.crt"),
      keyFile: "/abs/u.key",
      exec: { command: at("bin/login") },
    });
    expect(config.users.get("u")?.tokenFile).toBe(at("token"));
    expect(config.official.getUser("v")?.exec).toMatchObject({ command: "aws", args: ["eks", "1"] });
  });

  it.each([
    ["no YAML", "a: [", /is no YAML/],
    ["a list", "- a", /the file is not a mapping/],
    ["an entry without a name", "clusters: [{cluster: {server: x}}]", /clusters\[0\] has no name/],
    ["a server that is a list", "clusters: [{name: a, cluster: {server: [x]}}]", /clusters\[0\]\.cluster\.server is not a text/],
    ["a plugin without a command", "users: [{name: a, user: {exec: {}}}]", /users\[0\]\.user\.exec\.command is missing/],
    ["a wrong mode", "users: [{name: a, user: {exec: {command: x, interactiveMode: Maybe}}}]", /is not Never, IfAvailable or Always/],
  ])("that is wrong is named, with the field: %s", async (_what, content, message) => {
    const file = await folder.write("config", content);
    await expect(loadKubeconfig(file, {}, undefined)).rejects.toThrow(message);
    await expect(loadKubeconfig(file, {}, undefined)).rejects.toMatchObject({
      code: "identity",
      message: expect.stringContaining(file) as string,
    });
  });

  it("never quotes what may be a secret", async () => {
    const file = await folder.write("config", "users:\n- name: a\n  user:\n    token: s3cret: again\n");
    const error: unknown = await loadKubeconfig(file, {}, undefined).catch((caught: unknown) => caught);
    expect((error as Error).message).not.toContain("s3cret");
  });

  it("may be empty", async () => {
    const file = await folder.write("config", "");
    expect((await loadKubeconfig(file, {}, undefined)).clusters.size).toBe(0);
  });

  it("is read as the official client reads it", async () => {
    const file = await folder.write(
      "config",
      kubeconfigFor("https://127.0.0.1:6443/prefix", { token: "s3cret", "client-certificate": "u.crt", "client-key": "u.key" }),
    );
    const official = new KubeConfig();
    official.loadFromFile(file);
    const ours = (await loadKubeconfig(file, {}, undefined)).official;
    expect(ours.getCurrentContext()).toBe(official.getCurrentContext());
    expect(ours.getContexts()).toEqual(official.getContexts());
    expect(ours.getCurrentCluster()).toEqual(official.getCurrentCluster());
    expect(ours.getCurrentUser()).toEqual(official.getCurrentUser());
  });
});

/** Each of these says why we do not leave something to the official client: when one fails, what we do instead may go. */
describe("the official client alone", () => {
  const load = (content: string): KubeConfig => {
    const official = new KubeConfig();
    official.loadFromString(content);
    return official;
  };

  it("refuses a file for one context without a cluster, or one cluster without a server, which kubectl takes", async () => {
    const content = yaml({ clusters: { c: {} }, contexts: { x: { namespace: "shop" } } });
    expect(() => load(content)).toThrow("clusters[0].cluster.server is missing");
    const file = await folder.write("config", content);
    expect((await loadKubeconfig(file, {}, undefined)).contexts.size).toBe(1);
  });

  it("reads the token files of all users when it reads the kubeconfig, and knows them by another name than Kubernetes", () => {
    expect(() => load(yaml({ users: { unused: { "token-file": "/nowhere/token" } } }))).toThrow("ENOENT");
    expect(load(yaml({ users: { u: { tokenFile: "/nowhere/token" } } })).getUser("u")?.token).toBeUndefined();
  });

  it("quotes the file where it is no YAML", () => {
    expect(() => load("users:\n- name: a\n  user:\n    token: s3cret: again\n")).toThrow("s3cret");
  });

  it("refuses a name that a file before has, and lets the last current context win", () => {
    const one = load(yaml({ users: { ada: {} }, contexts: { a: { cluster: "c" } }, current: "a" }));
    expect(() => one.mergeConfig(load(yaml({ users: { ada: {} } })))).toThrow("Duplicate user: ada");
    one.mergeConfig(load(yaml({ contexts: { b: { cluster: "c" } }, current: "b" })));
    expect(one.getCurrentContext()).toBe("b");
  });

  it("in a pod speaks plain HTTP to port 8080", () => {
    vi.stubEnv("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    vi.stubEnv("KUBERNETES_SERVICE_PORT", "8080");
    const official = new KubeConfig();
    official.loadFromCluster();
    expect(official.getCurrentCluster()?.server).toBe("http://10.0.0.1:8080");
  });
});
