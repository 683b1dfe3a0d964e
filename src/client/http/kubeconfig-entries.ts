import { dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { KubeError } from "../errors.ts";

export interface ClusterEntry {
  readonly name: string;
  readonly file: string;
  readonly server: string | undefined;
  readonly caFile: string | undefined;
  /** Base64, as in the file. */
  readonly caData: string | undefined;
  readonly skipTlsVerify: boolean;
  readonly tlsServerName: string | undefined;
  readonly proxyUrl: string | undefined;
  /** What the cluster has to say to exec plugins: extension `client.authentication.k8s.io/exec`. */
  readonly execConfig: unknown;
}

export interface ExecSpec {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint: string | undefined;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: "Never" | "IfAvailable" | "Always";
}

export interface UserEntry {
  readonly name: string;
  readonly file: string;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly certFile: string | undefined;
  readonly certData: string | undefined;
  readonly keyFile: string | undefined;
  readonly keyData: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly exec: ExecSpec | undefined;
  readonly authProvider: { readonly name: string; readonly config: Readonly<Record<string, unknown>> } | undefined;
  readonly as: string | undefined;
  readonly asUid: string | undefined;
  readonly asGroups: readonly string[];
  readonly asExtra: Readonly<Record<string, readonly string[]>>;
}

export interface ContextEntry {
  readonly name: string;
  readonly file: string;
  readonly cluster: string | undefined;
  readonly user: string | undefined;
  readonly namespace: string | undefined;
}

export interface KubeconfigFile {
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly currentContext: string | undefined;
}

type Fields = ReadonlyMap<string, unknown>;

/** One kubeconfig file. Paths in it are relative to its folder. Throws `KubeError` "identity" naming the file and the field. */
export function parseKubeconfig(content: string, file: string): KubeconfigFile {
  let root: unknown;
  try {
    root = parse(content);
  } catch (cause) {
    throw new KubeError("identity", `${file} is no YAML: ${firstLine(cause)}; mend the file or choose another with --kubeconfig`, {
      cause,
    });
  }
  const at = (path: string): string => `${file}: ${path}`;
  const top = fieldsOf(root ?? {}, at("the file"));
  return {
    clusters: named(top.get("clusters"), "clusters", "cluster", at, (name, f, where) => ({
      name,
      file,
      server: text(f, "server", where),
      caFile: pathIn(file, text(f, "certificate-authority", where)),
      caData: text(f, "certificate-authority-data", where),
      skipTlsVerify: f.get("insecure-skip-tls-verify") === true,
      tlsServerName: text(f, "tls-server-name", where),
      proxyUrl: text(f, "proxy-url", where),
      execConfig: execExtension(f.get("extensions")),
    })),
    users: named(top.get("users"), "users", "user", at, (name, f, where) => ({
      name,
      file,
      token: text(f, "token", where),
      // The API's own spelling is `tokenFile`; client-node alone reads `token-file`.
      tokenFile: pathIn(file, text(f, "tokenFile", where) ?? text(f, "token-file", where)),
      certFile: pathIn(file, text(f, "client-certificate", where)),
      certData: text(f, "client-certificate-data", where),
      keyFile: pathIn(file, text(f, "client-key", where)),
      keyData: text(f, "client-key-data", where),
      username: text(f, "username", where),
      password: text(f, "password", where),
      exec: execSpec(f.get("exec"), file, where),
      authProvider: authProvider(f.get("auth-provider"), where),
      as: text(f, "as", where),
      asUid: text(f, "as-uid", where),
      asGroups: texts(f.get("as-groups"), `${where}.as-groups`),
      asExtra: extra(f.get("as-user-extra"), `${where}.as-user-extra`),
    })),
    contexts: named(top.get("contexts"), "contexts", "context", at, (name, f, where) => ({
      name,
      file,
      cluster: text(f, "cluster", where),
      user: text(f, "user", where),
      namespace: text(f, "namespace", where),
    })),
    currentContext: text(top, "current-context", at("the file")),
  };
}

function named<T>(
  list: unknown,
  plural: string,
  singular: string,
  at: (path: string) => string,
  make: (name: string, fields: Fields, where: string) => T,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  if (list === undefined || list === null) return found;
  if (!Array.isArray(list)) throw wrong(at(plural), "a list");
  for (const [index, entry] of list.entries()) {
    const where = at(`${plural}[${index}]`);
    const fields = fieldsOf(entry, where);
    const name = text(fields, "name", where);
    if (name === undefined) throw new KubeError("identity", `${where} has no name; give it one`);
    // Within one file kubectl refuses a second entry of a name; across files the first wins.
    if (found.has(name)) throw new KubeError("identity", `${where} is a second ${singular} named ${JSON.stringify(name)}; remove one`);
    found.set(name, make(name, fieldsOf(fields.get(singular) ?? {}, `${where}.${singular}`), `${where}.${singular}`));
  }
  return found;
}

function execSpec(value: unknown, file: string, where: string): ExecSpec | undefined {
  if (value === undefined || value === null) return undefined;
  const at = `${where}.exec`;
  const f = fieldsOf(value, at);
  const command = text(f, "command", at);
  if (command === undefined) throw new KubeError("identity", `${at}.command is missing; name the credential plugin to run`);
  const mode = text(f, "interactiveMode", at) ?? "IfAvailable";
  if (mode !== "Never" && mode !== "IfAvailable" && mode !== "Always") throw wrong(`${at}.interactiveMode`, "Never, IfAvailable or Always");
  const env = f.get("env");
  return {
    apiVersion: text(f, "apiVersion", at) ?? "",
    // As in client-go: a path with a separator is relative to the kubeconfig, a bare name is looked up in PATH.
    command: /[\\/]/.test(command) ? (pathIn(file, command) ?? command) : command,
    args: texts(f.get("args"), `${at}.args`),
    env: (Array.isArray(env) ? env : []).map((entry, index) => {
      const pair = fieldsOf(entry, `${at}.env[${index}]`);
      return { name: text(pair, "name", `${at}.env[${index}]`) ?? "", value: text(pair, "value", `${at}.env[${index}]`) ?? "" };
    }),
    installHint: text(f, "installHint", at),
    provideClusterInfo: f.get("provideClusterInfo") === true,
    interactiveMode: mode,
  };
}

function authProvider(value: unknown, where: string): UserEntry["authProvider"] {
  if (value === undefined || value === null) return undefined;
  const f = fieldsOf(value, `${where}.auth-provider`);
  const name = text(f, "name", `${where}.auth-provider`);
  if (name === undefined) throw new KubeError("identity", `${where}.auth-provider.name is missing; name the provider`);
  return { name, config: Object.fromEntries(fieldsOf(f.get("config") ?? {}, `${where}.auth-provider.config`)) };
}

function execExtension(extensions: unknown): unknown {
  if (!Array.isArray(extensions)) return undefined;
  for (const entry of extensions) {
    if (isRecord(entry) && entry["name"] === "client.authentication.k8s.io/exec") return entry["extension"];
  }
  return undefined;
}

function extra(value: unknown, where: string): Readonly<Record<string, readonly string[]>> {
  if (value === undefined || value === null) return {};
  return Object.fromEntries([...fieldsOf(value, where)].map(([key, list]) => [key, texts(list, `${where}.${key}`)]));
}

function texts(value: unknown, where: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(where, "a list of texts");
  return value.map((item) => String(item));
}

/** Empty counts as absent, as it does for Go's zero values. */
function text(fields: Fields, key: string, where: string): string | undefined {
  const value = fields.get(key);
  if (value === undefined || value === null || value === "") return undefined;
  // `token: 12345` is a number to YAML and a token to whoever wrote it.
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") throw wrong(`${where}.${key}`, "a text");
  return value;
}

function fieldsOf(value: unknown, where: string): Fields {
  if (!isRecord(value)) throw wrong(where, "a mapping");
  return new Map(Object.entries(value));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function pathIn(file: string, path: string | undefined): string | undefined {
  return path === undefined || isAbsolute(path) ? path : join(dirname(file), path);
}

function wrong(where: string, expected: string): KubeError {
  return new KubeError("identity", `${where} is not ${expected}; mend the file or choose another with --kubeconfig`);
}

/** A parser's message may quote the source, which may be a token: only its first line, and nothing after a colon that quotes. */
function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : "cannot be parsed";
  return (message.split("\n", 1)[0] ?? "").replace(/:\s*$/, "");
}
