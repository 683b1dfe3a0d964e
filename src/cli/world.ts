import type { KubeApi } from "../client/kube-api.ts";
import type { Phrasebook, Voice } from "../present/speak.ts";
import type { Clock, Pace } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { ConnectionFlags } from "./connection-flags.ts";
import type { Engine } from "./engine.ts";
import type { Output } from "./terminal/output.ts";
import type { Prompt } from "./terminal/prompt.ts";

export type StopSignal = "SIGINT" | "SIGTERM";

/** Everything outside the command line that a command may use. */
export interface World {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** As hints call it: "drydock", "kubectl drydock", "oc drydock". */
  readonly program: string;
  readonly version: string;
  /** Name of this machine, for the record on the node. */
  readonly host: string;
  readonly clock: Clock;
  /** A clock for simulated clusters, faster than this one's. */
  paced(pace: Pace): Clock;
  readonly random: Random;
  readonly phrases: Phrasebook;
  readonly engine: Engine;
  connect(flags: ConnectionFlags): Promise<KubeApi>;
  /** What the kubeconfig (`--kubeconfig`, else the usual ones) names, for completion. */
  kubeconfigNames(file: string | undefined): Promise<Readonly<Record<"contexts" | "clusters" | "users", readonly string[]>>>;
  /** The text of a file; of stdin for "-". Rejects as node:fs does. */
  readText(file: string): Promise<string>;
  /** Writes a whole file, in place of one that is there. Rejects as node:fs does. */
  writeText(file: string, text: string): Promise<void>;
  /** The same of bytes, for the eyes of whoever runs this alone; to stdout for "-". */
  writeBytes(file: string, bytes: Uint8Array): Promise<void>;
  /** Asks a person and gives the line typed; absent where nobody can be asked (stdin and stderr are no terminal). Rejects when aborted. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  /** Lines typed on stdin, or piped into it. */
  prompt(text: string): Promise<Prompt>;
  onStopSignal(run: (signal: StopSignal) => void): Disposable;
  /** Ends the process at once. */
  exitNow(code: number): void;
}

/** Whose words, and how the program calls itself in them. */
export function voiceOf({ phrases, program }: Pick<World, "phrases" | "program">): Voice {
  return { phrases, speaker: { program } };
}
