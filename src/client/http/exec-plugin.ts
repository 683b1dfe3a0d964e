import { spawn } from "node:child_process";
import type { Clock, Instant, Millis } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";
import { type ExecCredential, checkExecVersion, execInfo, parseExecCredential } from "./exec-credential.ts";
import type { ClusterEntry, ExecSpec } from "./kubeconfig-entries.ts";
import type { Secrets, SecretSource } from "./secrets.ts";

/** A plugin that may not ask anything has no reason to take longer; one that waits for a person has. */
const silentLimit: Millis = 60_000;
const interactiveLimit: Millis = 10 * 60_000;
const outputLimit = 1 << 20;

export interface ExecContext {
  readonly user: string;
  readonly cluster: ClusterEntry;
  /** Base64 of the authority, for plugins that want the cluster's description. */
  readonly caData: () => Promise<string | undefined>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person sits at standard input: the plugin may then use the terminal. */
  readonly terminal: boolean;
  readonly clock: Clock;
}

interface Held {
  readonly credential: ExecCredential;
  /** From here on it is renewed while it still counts: 10 % of its life before the end. */
  readonly renewAt: Instant;
}

/**
 * Credentials from an exec plugin (client.authentication.k8s.io). However many requests ask, one process runs; what it said is kept until
 * 10 % of its life is left, then renewed while the old one still serves.
 */
export class ExecPlugin implements SecretSource {
  readonly #spec: ExecSpec;
  readonly #context: ExecContext;
  readonly #ended = new AbortController();
  #held: Held | undefined;
  #running: Promise<Held> | undefined;

  constructor(spec: ExecSpec, context: ExecContext) {
    checkExecVersion(spec, context.user);
    this.#spec = spec;
    this.#context = context;
  }

  async read(signal: AbortSignal): Promise<Secrets> {
    const now = this.#context.clock.now();
    const held = this.#held;
    if (held === undefined || (held.credential.expires !== undefined && now >= held.credential.expires)) {
      return (await unlessAborted(this.#run(), signal)).credential.secrets;
    }
    // Renewal ahead of time may fail in silence: the held one counts until it expires, and its expiry runs the plugin again, loudly.
    if (now >= held.renewAt) this.#run().catch(() => {});
    return held.credential.secrets;
  }

  async renew(stale: Secrets, signal: AbortSignal): Promise<boolean> {
    // Someone else's 401 may have renewed it meanwhile.
    if (this.#held !== undefined && this.#held.credential.secrets !== stale && !sameSecrets(this.#held.credential.secrets, stale))
      return true;
    await unlessAborted(this.#run(), signal);
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
    const { clock, user, terminal } = this.#context;
    const interactive = terminal && this.#spec.interactiveMode !== "Never";
    if (this.#spec.interactiveMode === "Always" && !interactive) {
      throw new KubeError(
        "identity",
        `the credential plugin ${this.#spec.command} of user ${user} needs a terminal, and standard input is none`,
      );
    }
    const caData = this.#spec.provideClusterInfo ? await this.#context.caData() : undefined;
    const output = await this.#output(interactive, execInfo(this.#spec, this.#context.cluster, caData, interactive));
    const credential = parseExecCredential(output, this.#spec, user);
    const now = clock.now();
    if (credential.expires !== undefined && credential.expires <= now) {
      throw new KubeError(
        "identity",
        `the credential plugin ${this.#spec.command} of user ${user} gave a credential that has expired already; log in anew, and check this machine's time`,
      );
    }
    const life = credential.expires === undefined ? Number.POSITIVE_INFINITY : credential.expires - now;
    this.#held = { credential, renewAt: now + life * 0.9 };
    return this.#held;
  }

  #output(interactive: boolean, info: string): Promise<string> {
    const { clock, env, user } = this.#context;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const failed = (what: string, cause?: unknown): void =>
      reject(new KubeError("identity", `the credential plugin ${this.#spec.command} of user ${user} ${what}`, { cause }));
    const limit = interactive ? interactiveLimit : silentLimit;
    // With a terminal a plugin shows its prompts ("open this page") on standard error, as under kubectl; else they become part of the error.
    const child = spawn(this.#spec.command, [...this.#spec.args], {
      env: { ...env, ...Object.fromEntries(this.#spec.env.map(({ name, value }) => [name, value])), KUBERNETES_EXEC_INFO: info },
      stdio: [interactive ? "inherit" : "ignore", "pipe", interactive ? "inherit" : "pipe"],
    });
    const said: Buffer[] = [];
    let size = 0;
    let complaint = "";
    const kill = (): void => {
      child.kill();
    };
    const timer = clock.timer(limit, () => {
      failed(`gave no credential within ${limit / 1000} s; run it by hand to see what it waits for`);
      kill();
    });
    this.#ended.signal.addEventListener("abort", kill);
    if (this.#ended.signal.aborted) kill();
    child.stdout?.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= outputLimit) said.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString("utf8")).slice(-400);
    });
    child.on("error", (cause: NodeJS.ErrnoException) => {
      const hint = this.#spec.installHint === undefined ? "install it, or check the path in the kubeconfig" : this.#spec.installHint.trim();
      failed(cause.code === "ENOENT" ? `was not found: ${hint}` : `could not be started (${cause.code})`, cause);
    });
    child.on("close", (code, killed) => {
      timer[Symbol.dispose]();
      this.#ended.signal.removeEventListener("abort", kill);
      if (code === 0 && size <= outputLimit) return resolve(Buffer.concat(said).toString("utf8"));
      if (code === 0) return failed("printed more than 1 MiB");
      const end = code === null ? `was ended by ${killed}` : `exited with ${code}`;
      failed(complaint.trim() === "" ? end : `${end}: ${complaint.trim()}`);
    });
    return promise;
  }
}

function sameSecrets(a: Secrets, b: Secrets): boolean {
  return a.authorization === b.authorization && a.cert === b.cert;
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
