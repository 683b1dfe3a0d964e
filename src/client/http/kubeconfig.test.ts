import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { loadKubeconfig } from "./kubeconfig.ts";
import { type Folder, kubeconfigFor, temporaryFolder } from "./testing/connected.ts";

let folder: Folder;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder[Symbol.asyncDispose]());

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
    expect([...config.clusters.values()].map(({ name, server, file }) => [name, server, file])).toEqual([
      ["prod", "https://one", first],
      ["dev", "https://dev", second],
    ]);
    expect(config.users.get("ada")?.token).toBe("1");
    expect([...config.contexts.keys()]).toEqual(["work", "other"]);
    expect(config.currentContext).toBe("work");
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
      (await loadKubeconfig(explicit, { ...env }, home.path)).currentContext;
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
    expect(config.clusters.get("c")?.caFile).toBe(at("pki/ca.crt"));
    expect(config.users.get("u")).toMatchObject({
      certFile: at("u.crt"),
      keyFile: "/abs/u.key",
      tokenFile: at("token"),
      exec: { command: at("bin/login") },
    });
    expect(config.users.get("v")?.exec).toMatchObject({ command: "aws", args: ["eks", "1"] });
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
    const ours = await loadKubeconfig(file, {}, undefined);
    expect(ours.currentContext).toBe(official.getCurrentContext());
    const context = ours.contexts.get(ours.currentContext ?? "");
    expect(context).toMatchObject({ namespace: official.getContextObject("test")?.namespace });
    const cluster = official.getCurrentCluster();
    expect(ours.clusters.get(context?.cluster ?? "")).toMatchObject({
      server: cluster?.server,
      caData: cluster?.caData,
      skipTlsVerify: cluster?.skipTLSVerify,
    });
    const user = official.getCurrentUser();
    expect(ours.users.get(context?.user ?? "")).toMatchObject({ token: user?.token, certFile: user?.certFile, keyFile: user?.keyFile });
  });
});
