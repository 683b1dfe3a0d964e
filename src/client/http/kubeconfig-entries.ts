import { dirname, isAbsolute, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { parse } from "yaml";
import { KubeError } from "../errors.ts";

export interface ExecSpec {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: "Never" | "IfAvailable" | "Always";
}

/** What the official client leaves out of a cluster, a user and a context. */
export interface ClusterRest {
  readonly file: string;
  /** What the cluster has to say to exec plugins: extension `client.authentication.k8s.io/exec`. */
  readonly execConfig: unknown;
}

export interface UserRest {
  readonly file: string;
  readonly tokenFile: string | undefined;
  readonly asUid: string | undefined;
  readonly asGroups: readonly string[];
  readonly asExtra: Readonly<Record<string, readonly string[]>>;
}

export interface ContextRest {
  readonly file: string;
}

export interface KubeconfigFile {
  readonly official: KubeConfig;
  /** By name, and one for each entry of `official`. */
  readonly clusters: ReadonlyMap<string, ClusterRest>;
  readonly users: ReadonlyMap<string, UserRest>;
  readonly contexts: ReadonlyMap<string, ContextRest>;
}

/**
 * In place of a server or a cluster that is not named: for one such entry the official client refuses the whole file, or forgets the entry.
 * kubectl takes the file, since flags may name them, and `kubectl config set-context` writes such contexts.
 */
export const unnamed = "(none)";

type Fields = Readonly<Record<string, unknown>>;

interface Entry {
  readonly name: string;
  readonly fields: Fields;
  /** For messages. */
  readonly where: string;
}

const clusterTexts = ["server", "certificate-authority", "certificate-authority-data", "tls-server-name", "proxy-url"];
const userTexts = [
  ...["token", "tokenFile", "token-file", "client-certificate", "client-certificate-data", "client-key", "client-key-data"],
  ...["username", "password", "as", "as-uid"],
];
const contextTexts = ["cluster", "user", "namespace"];

/**
 * One kubeconfig file, as `KubeConfig` reads it. What it gets wrong is put right before: it takes any type for a text, quotes the file in
 * its errors, and reads every user's `token-file` at once, from the working directory; the API's own spelling, `tokenFile`, it does not
 * know. Paths are relative to the file. Throws `KubeError` "identity" naming the file and the field.
 */
export function parseKubeconfig(content: string, file: string): KubeconfigFile {
  const top = rootOf(content, file);
  const clusters = entriesOf(top, "clusters", "cluster", clusterTexts, file);
  const users = entriesOf(top, "users", "user", userTexts, file);
  const contexts = entriesOf(top, "contexts", "context", contextTexts, file);
  const official = new KubeConfig();
  const mended = {
    clusters: clusters.map(({ name, fields }) => ({ name, cluster: { ...fields, server: fields["server"] ?? unnamed } })),
    users: users.map(({ name, fields, where }) => {
      const exec = execSpec(fields["exec"], file, `${where}.exec`);
      const provider = fields["auth-provider"] ?? undefined;
      const known = provider === undefined ? provider : fieldsOf(provider, `${where}.auth-provider`);
      return { name, user: { ...fields, "token-file": undefined, exec, "auth-provider": known } };
    }),
    contexts: contexts.map(({ name, fields }) => ({ name, context: { ...fields, cluster: fields["cluster"] ?? unnamed } })),
    "current-context": text(top["current-context"], `${file}: current-context`),
  };
  official.loadFromString(JSON.stringify(mended));
  official.makePathsAbsolute(dirname(file));
  return {
    official,
    clusters: new Map(clusters.map(({ name, fields }) => [name, { file, execConfig: execExtension(fields["extensions"]) }])),
    users: new Map(users.map((user) => [user.name, userRest(user, file)])),
    contexts: new Map(contexts.map(({ name }) => [name, { file }])),
  };
}

function rootOf(content: string, file: string): Fields {
  let root: unknown;
  try {
    root = parse(content);
  } catch (error) {
    // The parser's message quotes the source, which may be a token: only its first line is shown, and it is not kept as the cause.
    const [first = ""] = (error instanceof Error ? error.message : "").split("\n", 1);
    throw new KubeError("identity", `${file} is no YAML: ${first.replace(/:\s*$/, "")}; mend the file or choose another with --kubeconfig`);
  }
  return fieldsOf(root ?? {}, `${file}: the file`);
}

function entriesOf(top: Fields, plural: string, singular: string, texts: readonly string[], file: string): readonly Entry[] {
  const found = new Map<string, Entry>();
  for (const [index, value] of listOf(top[plural], `${file}: ${plural}`).entries()) {
    const at = `${file}: ${plural}[${index}]`;
    const entry = fieldsOf(value, at);
    const name = text(entry["name"], `${at}.name`);
    if (name === undefined) throw new KubeError("identity", `${at} has no name; give it one`);
    // Within one file kubectl refuses a second entry of a name, and the official client takes the first; across files the first wins.
    if (found.has(name)) throw new KubeError("identity", `${at} is a second ${singular} named ${JSON.stringify(name)}; remove one`);
    const where = `${at}.${singular}`;
    const fields = fieldsOf(entry[singular] ?? {}, where);
    const checked = Object.fromEntries(texts.map((key) => [key, text(fields[key], `${where}.${key}`)]));
    found.set(name, { name, fields: { ...fields, ...checked }, where });
  }
  return [...found.values()];
}

function userRest({ fields, where }: Entry, file: string): UserRest {
  const tokenFile = text(fields["tokenFile"] ?? fields["token-file"], where);
  const extra = Object.entries(fieldsOf(fields["as-user-extra"] ?? {}, `${where}.as-user-extra`));
  return {
    file,
    tokenFile: tokenFile === undefined ? undefined : pathIn(file, tokenFile),
    asUid: text(fields["as-uid"], where),
    asGroups: listOf(fields["as-groups"], `${where}.as-groups`).map(String),
    asExtra: Object.fromEntries(extra.map(([key, list]) => [key, listOf(list, `${where}.as-user-extra.${key}`).map(String)])),
  };
}

/** The official client hands on what stands here unread. */
function execSpec(value: unknown, file: string, where: string): ExecSpec | undefined {
  if (value === undefined || value === null) return undefined;
  const fields = fieldsOf(value, where);
  const command = text(fields["command"], `${where}.command`);
  if (command === undefined) throw new KubeError("identity", `${where}.command is missing; name the credential plugin to run`);
  const mode = fields["interactiveMode"] ?? "IfAvailable";
  if (mode !== "Never" && mode !== "IfAvailable" && mode !== "Always")
    throw wrong(`${where}.interactiveMode`, "Never, IfAvailable or Always");
  return {
    ...fields,
    // As in client-go: a path with a separator is relative to the kubeconfig, a bare name is looked up in PATH.
    command: /[\\/]/.test(command) ? pathIn(file, command) : command,
    args: listOf(fields["args"], `${where}.args`).map(String),
    env: listOf(fields["env"], `${where}.env`).map((entry, index) => {
      const { name, value } = fieldsOf(entry, `${where}.env[${index}]`);
      return { name: text(name, `${where}.env[${index}].name`) ?? "", value: text(value, `${where}.env[${index}].value`) ?? "" };
    }),
  };
}

function execExtension(extensions: unknown): unknown {
  if (!Array.isArray(extensions)) return undefined;
  for (const entry of extensions) {
    if (isRecord(entry) && entry["name"] === "client.authentication.k8s.io/exec") return entry["extension"];
  }
  return undefined;
}

/** Empty counts as absent, as it does for Go's zero values. */
function text(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  // `token: 12345` is a number to YAML and a token to whoever wrote it.
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") throw wrong(where, "a text");
  return value;
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(where, "a list");
  return value;
}

function fieldsOf(value: unknown, where: string): Fields {
  if (!isRecord(value)) throw wrong(where, "a mapping");
  return value;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function pathIn(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

function wrong(where: string, expected: string): KubeError {
  return new KubeError("identity", `${where} is not ${expected}; mend the file or choose another with --kubeconfig`);
}
