import { type ChildProcess, spawn } from "node:child_process";
import type { RequestOptions } from "node:https";
import { Readable } from "node:stream";
import { ExecAuth } from "@kubernetes/client-node/dist/exec_auth.js";
import type { Clock, Instant, Millis } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";
import type { Secrets } from "./credential.ts";
import { checkedExpiry, checkExecVersion, execInfo } from "./exec-credential.ts";
import type { ExecSpec } from "./kubeconfig-entries.ts";
import type { KnownCluster, KnownUser } from "./target.ts";

/** A plugin that may not ask anything has no reason to take longer; one that waits for a person has. */
const silentLimit: Millis = 60_000;
const interactiveLimit: Millis = 10 * 60_000;
const outputLimit = 1 << 20;

/** How a plugin's process came out. */
interface Ran {
  problem?: string;
  /** The next step, where the problem does not name it. */
  next?: string;
  complaint: string;
}

interface Held {
  readonly secrets: Partial<Secrets>;
  /** Infinity: good until the server says otherwise. */
  readonly expires: Instant;
  /** From here on it is renewed while it still counts: 10 % of its life before the end. */
  readonly renewAt: Instant;
}

/**
 * Credentials from an exec plugin (client.authentication.k8s.io), run and read by the official client. However many requests ask, one
 * process runs; what it said is kept until 10 % of its life is left, then renewed while the old one still serves.
 */
export class ExecPlugin implements Disposable {
  readonly #user: string;
  readonly #spec: ExecSpec;
  readonly #cluster: KnownCluster;
  readonly #caData: () => Promise<string | undefined>;
  readonly #terminal: boolean;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #held: Held | undefined;
  #running: Promise<Held> | undefined;

  /** `caData`: base64 of the authority, for plugins that want the cluster's description. */
  constructor(
    user: KnownUser & { readonly exec: ExecSpec },
    cluster: KnownCluster,
    caData: () => Promise<string | undefined>,
    terminal: boolean,
    clock: Clock,
  ) {
    this.#user = user.name;
    this.#spec = user.exec;
    this.#cluster = cluster;
    this.#caData = caData;
    this.#terminal = terminal;
    this.#clock = clock;
    checkExecVersion(this.#spec, user.name);
  }

  async read(signal: AbortSignal): Promise<Partial<Secrets>> {
    const now = this.#clock.now();
    const held = this.#held;
    if (held === undefined || now >= held.expires) return (await unlessAborted(this.#run(), signal)).secrets;
    // Renewal ahead of time may fail in silence: the held one counts until it expires, and its expiry runs the plugin again, loudly.
    if (now >= held.renewAt) this.#run().catch(() => {});
    return held.secrets;
  }

  async renew(stale: Secrets, signal: AbortSignal): Promise<boolean> {
    // Someone else's 401 may have renewed it meanwhile.
    const held = this.#held?.secrets;
    const same =
      held === undefined ||
      ((held.authorization ?? stale.authorization) === stale.authorization && (held.cert ?? stale.cert) === stale.cert);
    if (same) await unlessAborted(this.#run(), signal);
    return true;
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
  }

  #run(): Promise<Held> {
    this.#running ??= this.#start().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #start(): Promise<Held> {
    const spec = this.#spec;
    const interactive = this.#terminal && spec.interactiveMode !== "Never";
    if (spec.interactiveMode === "Always" && !interactive) throw this.#refusal("needs a terminal, and standard input is none");
    const caData = spec.provideClusterInfo === true ? await this.#caData() : undefined;
    const info = { name: "KUBERNETES_EXEC_INFO", value: execInfo(spec, this.#cluster, caData, interactive) };
    // A new one each time: it would keep what a plugin said to the last second, and through a 401.
    const official = new ExecAuth();
    const ran: Ran = { complaint: "" };
    // It has no public way to say what the plugin's standard input is: an open pipe, on which a plugin that reads it waits for ever.
    official["execFn"] = (command: string, args: readonly string[], { env }: { readonly env: NodeJS.ProcessEnv }): ChildProcess => {
      const child = spawn(command, args, { env, stdio: [interactive ? "inherit" : "ignore", "pipe", interactive ? "inherit" : "pipe"] });
      this.#watch(child, ran, interactive ? interactiveLimit : silentLimit);
      // At a terminal a plugin shows its prompts ("open this page") itself, as under kubectl; the official client listens all the same.
      return child.stderr === null ? Object.assign(child, { stderr: Readable.from([]) }) : child;
    };
    const options: RequestOptions = {};
    try {
      await official.applyAuthentication({ name: this.#user, exec: { ...spec, env: [...spec.env, info] } }, options);
    } catch (error) {
      // Its other errors are not kept: the one about JSON quotes the text, which is a secret.
      const { code } = error as NodeJS.ErrnoException;
      const hint = spec.installHint?.trim() ?? "install it, or check the path in the kubeconfig";
      if (code === "ENOENT") throw this.#refusal(`was not found: ${hint}`, error);
      if (code !== undefined) throw this.#refusal(`could not be started (${code})`, error);
    }
    const complaint = ran.complaint.trim();
    if (ran.problem !== undefined)
      throw this.#refusal(`${complaint === "" ? ran.problem : `${ran.problem}: ${complaint}`}${ran.next ?? ""}`);
    const printed: unknown = (official["tokenCache"] as Readonly<Record<string, unknown>>)[this.#user];
    const unreadable = (what: string): KubeError => this.#refusal(`${what}; run it by hand to see what it prints`);
    if (printed === undefined) throw unreadable("printed no JSON");
    const expires = checkedExpiry(printed, spec, unreadable) ?? Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    if (expires <= now) throw this.#refusal("gave a credential that has expired already; log in anew, and check this machine's time");
    this.#held = { secrets: secretsIn(options), expires, renewAt: now + (expires - now) * 0.9 };
    return this.#held;
  }

  /** Ends a plugin that takes too long or says too much, and writes down what went wrong with it. */
  #watch(child: ChildProcess, ran: Ran, limit: Millis): void {
    const kill = (): void => {
      child.kill();
    };
    const timer = this.#clock.timer(limit, () => {
      ran.problem = `gave no credential within ${limit / 1000} s; run it by hand to see what it waits for`;
      kill();
    });
    this.#ended.signal.addEventListener("abort", kill);
    if (this.#ended.signal.aborted) kill();
    let size = 0;
    child.stdout?.on("data", (chunk: Buffer | string) => {
      size += chunk.length;
      if (size <= outputLimit) return;
      ran.problem = "printed more than 1 MiB";
      kill();
    });
    child.stderr?.on("data", (chunk: Buffer | string) => {
      ran.complaint = (ran.complaint + String(chunk)).slice(-400);
    });
    child.on("close", (code, killed) => {
      timer[Symbol.dispose]();
      this.#ended.signal.removeEventListener("abort", kill);
      if (code === 0 || ran.problem !== undefined) return;
      ran.problem = code === null ? `was ended by ${killed}` : `exited with ${code}`;
      ran.next = "; log in anew with the tool that it belongs to, or run it by hand to see why";
    });
  }

  #refusal(what: string, cause?: unknown): KubeError {
    return new KubeError("identity", `the credential plugin ${this.#spec.command} of user ${this.#user} ${what}`, { cause });
  }
}

function secretsIn({ headers, cert, key }: RequestOptions): Partial<Secrets> {
  const authorization = new Map(Object.entries(headers ?? {})).get("Authorization");
  return {
    ...(typeof authorization === "string" ? { authorization } : {}),
    ...(typeof cert === "string" && typeof key === "string" ? { cert, key } : {}),
  };
}

/** The shared work goes on for the others when one of those who wait for it gives up. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
    work.catch(() => {});
  }
}
