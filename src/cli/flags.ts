import { allowable } from "../plan/consent.ts";

/**
 * THE table of flags: what is parsed, completed, helped and documented is read from here. Names, shorts, types and values-when-bare are
 * kubectl 1.36's wherever kubectl has the flag.
 */
export type FlagType =
  | "bool"
  | "text"
  /** May be given several times; each occurrence is one value. */
  | "texts"
  /** May be given several times; each occurrence holds values separated by commas. */
  | "list"
  | "int"
  /** Go's time.ParseDuration. */
  | "duration"
  /** Whole seconds or a Go duration. */
  | "request-timeout";

export type Completion = "nodes" | "namespaces" | "contexts" | "clusters" | "users" | "files" | "values" | "nothing";

export interface Flag {
  readonly type: FlagType;
  readonly short?: string;
  /** pflag's NoOptDefVal: the value when the flag stands without one. Such a flag never takes the next word. */
  readonly bare?: string;
  /** Said once when the flag is used bare. */
  readonly bareNote?: string;
  /** The default, as help shows it. */
  readonly initial?: string;
  /** The word for the value in help. */
  readonly word?: string;
  readonly values?: readonly string[];
  /** Spellings that kubectl has dropped; accepted with a note to stderr. */
  readonly old?: readonly string[];
  /** Accepted because scripts pass it; it has no effect here. */
  readonly ignored?: true;
  readonly help: string;
  readonly completes?: Completion;
}

const bool = { type: "bool", bare: "true" } as const;

const table = {
  // kubectl drain, cordon, uncordon
  "chunk-size": { type: "int", initial: "500", word: "N", help: "Fetch large lists in chunks of N; 0 fetches everything at once." },
  "delete-emptydir-data": {
    ...bool,
    old: ["delete-local-data"],
    help: "Go on even if pods have emptyDir volumes: their data is deleted with the pod. Same as --allow=emptydir.",
  },
  "disable-eviction": {
    ...bool,
    help: "Delete pods instead of evicting them: disruption budgets are NOT respected. Gives --allow=budget-violation too.",
  },
  "dry-run": {
    type: "text",
    bare: "client",
    bareNote: "--dry-run is deprecated and can be replaced with --dry-run=client.",
    initial: "none",
    word: "HOW",
    values: ["none", "client", "server"],
    completes: "values",
    help: "client: print what would be done. server: also ask the server, without changing anything.",
  },
  force: {
    ...bool,
    help: "Go on even if pods have no controller: nobody makes a new one. Same as --allow=unmanaged,vm-shutdown.",
  },
  "grace-period": {
    type: "int",
    initial: "-1",
    word: "SECONDS",
    help: "Seconds that each pod is given to end. Negative: the pod's own; 0: removed from the API at once.",
  },
  "ignore-daemonsets": { ...bool, help: "Leave DaemonSet pods running on the node. Without this, they stop the drain." },
  "pod-selector": { type: "text", word: "LABELS", help: "Only the pods with these labels are looked at at all." },
  selector: { type: "text", short: "l", word: "LABELS", help: "Choose nodes by label: key=value,key!=value,'key in (a,b)',key." },
  "skip-wait-for-delete-timeout": {
    type: "int",
    initial: "0",
    word: "SECONDS",
    help: "Do not wait for pods whose deletionTimestamp is older than this; 0 waits for all.",
  },
  timeout: { type: "duration", initial: "0s", word: "DURATION", help: "Give up on a node after this long (5m, 1h30m); 0 never." },

  // ours
  allow: {
    type: "list",
    word: "CONSENTS",
    values: allowable,
    completes: "values",
    help: "Consent to what would otherwise stop the drain. May be given several times.",
  },
  parallel: { type: "int", initial: "1", word: "N", help: "Empty up to N nodes at the same time." },
  mode: {
    type: "text",
    initial: "Evict",
    word: "MODE",
    values: ["Evict", "CordonOnly"],
    completes: "values",
    help: "Evict: cordon and empty. CordonOnly: cordon and leave the pods.",
  },
  output: { type: "text", short: "o", word: "FORMAT", completes: "values", help: "Print data on stdout as" },
  quiet: { ...bool, short: "q", help: "Say nothing on stderr but warnings and errors." },
  yes: { ...bool, short: "y", help: "Answer every question with yes. Never stands for a consent (--allow)." },
  client: { ...bool, help: "Do not ask the server." },
  help: { ...bool, short: "h", help: "Show help." },

  // kubectl's global flags
  as: { type: "text", word: "USER", completes: "nothing", help: "User to impersonate." },
  "as-group": { type: "texts", word: "GROUP", completes: "nothing", help: "Group to impersonate. May be given several times." },
  "as-uid": { type: "text", word: "UID", completes: "nothing", help: "UID to impersonate." },
  "as-user-extra": { type: "texts", word: "KEY=VALUE", completes: "nothing", help: "Extra to impersonate. May be given several times." },
  "certificate-authority": {
    type: "text",
    word: "FILE",
    completes: "files",
    help: "Certificate of the authority that signed the server's.",
  },
  "client-certificate": { type: "text", word: "FILE", completes: "files", help: "Client certificate for TLS." },
  "client-key": { type: "text", word: "FILE", completes: "files", help: "Client key for TLS." },
  cluster: { type: "text", word: "NAME", completes: "clusters", help: "Cluster of the kubeconfig to use." },
  context: { type: "text", word: "NAME", completes: "contexts", help: "Context of the kubeconfig to use." },
  "insecure-skip-tls-verify": { ...bool, help: "Do not check the server's certificate: the connection is insecure." },
  kubeconfig: { type: "text", word: "FILE", completes: "files", help: "Kubeconfig file to use." },
  namespace: { type: "text", short: "n", word: "NAME", completes: "namespaces", ignored: true, help: "Accepted; nodes have no namespace." },
  password: { type: "text", word: "PASSWORD", completes: "nothing", help: "Password for basic authentication." },
  "request-timeout": {
    type: "request-timeout",
    initial: "0",
    word: "DURATION",
    help: "Give up on a single request after this long (30s, or bare seconds); 0 never.",
  },
  server: { type: "text", short: "s", word: "URL", completes: "nothing", help: "Address of the API server." },
  "tls-server-name": { type: "text", word: "NAME", completes: "nothing", help: "Name that the server's certificate must carry." },
  token: { type: "text", word: "TOKEN", completes: "nothing", help: "Bearer token." },
  user: { type: "text", word: "NAME", completes: "users", help: "User of the kubeconfig to use." },
  username: { type: "text", word: "NAME", completes: "nothing", help: "User name for basic authentication." },
  v: { type: "int", short: "v", initial: "0", word: "LEVEL", help: "2 and above also print `pod/NAME eviction started`, as kubectl does." },
  "cache-dir": { type: "text", word: "DIR", completes: "files", ignored: true, help: "Accepted; nothing is cached on disk." },
  "disable-compression": { ...bool, ignored: true, help: "Accepted; responses are compressed where that helps." },
  kuberc: { type: "text", word: "FILE", completes: "files", ignored: true, help: "Accepted; kuberc preferences are kubectl's own." },
  "log-flush-frequency": { type: "duration", initial: "5s", word: "DURATION", ignored: true, help: "Accepted; there is no log to flush." },
  "match-server-version": { ...bool, ignored: true, help: "Accepted; any supported server version will do." },
  profile: { type: "text", initial: "none", word: "NAME", ignored: true, help: "Accepted; no profile is written." },
  "profile-output": { type: "text", word: "FILE", completes: "files", ignored: true, help: "Accepted; no profile is written." },
  vmodule: { type: "text", word: "PATTERN=N", ignored: true, help: "Accepted; there is no log to filter." },
  "warnings-as-errors": { ...bool, ignored: true, help: "Accepted; warnings of the server are always shown." },
} as const satisfies Readonly<Record<string, Flag>>;

export type FlagName = keyof typeof table;

export const flags: Readonly<Record<FlagName, Flag>> = table;

export const flagNames = Object.keys(table) as readonly FlagName[];

/** Accepted by every command, as `kubectl options` lists them. */
export const globalFlags: readonly FlagName[] = [
  "as",
  "as-group",
  "as-uid",
  "as-user-extra",
  "cache-dir",
  "certificate-authority",
  "client-certificate",
  "client-key",
  "cluster",
  "context",
  "disable-compression",
  "help",
  "insecure-skip-tls-verify",
  "kubeconfig",
  "kuberc",
  "log-flush-frequency",
  "match-server-version",
  "namespace",
  "password",
  "profile",
  "profile-output",
  "request-timeout",
  "server",
  "tls-server-name",
  "token",
  "user",
  "username",
  "v",
  "vmodule",
  "warnings-as-errors",
];
