import type { KubeObject } from "../../kube/object.ts";
import type { ExitCode } from "../../present/exit-code.ts";
import { exitCodes } from "../../present/exit-code.ts";
import type { Millis } from "../../runtime/clock.ts";
import { seededRandom } from "../../runtime/random.ts";
import type { EmbeddedCluster } from "../../simulator/embedded-cluster.ts";
import { openDemoCluster } from "../../simulator/open-demo.ts";
import { plainConsole } from "../console.ts";
import { UsageError } from "../usage-error.ts";
import type { World } from "../world.ts";
import { Kubectl } from "./kubectl.ts";
import { readKubectlWords } from "./kubectl-words.ts";
import { splitWords } from "./words.ts";

/** Longer than anybody watches. */
const aLongTime: Millis = 30 * 86_400_000;

export type RunCommand = (argv: readonly string[], world: World) => Promise<ExitCode>;

/** What goes with a line that is typed. */
export interface Typed {
  /** On its stdin. */
  readonly manifest?: string;
  /** Where a `kubectl get -w` is stopped. */
  until?(object: KubeObject): boolean;
  /** Aborts a line of kubectl; commands of ours listen to signals themselves. */
  readonly stop: AbortSignal;
}

/**
 * A simulated cluster and a terminal before it: lines of Drydock run the very commands that work on a real cluster, those of kubectl the few that
 * there are. Dispose of it when the play is over.
 */
export class Stage implements AsyncDisposable {
  readonly #world: World;
  readonly #runCommand: RunCommand;
  readonly #onFailure: (error: unknown) => void;
  readonly #cluster: EmbeddedCluster;
  readonly #kubectl: Kubectl;
  /** A cluster in this process has no socket: while nothing happens on it, nothing else would keep a process that watches it alive. */
  readonly #alive: Disposable;
  #operator: AsyncDisposable | undefined;

  /** @param world with the clock of the cluster. @param onFailure the operator has ended by an error of its own */
  constructor(world: World, runCommand: RunCommand, onFailure: (error: unknown) => void) {
    const { clock } = world;
    // The same in every run, and for every act.
    const random = seededRandom("demo");
    const cluster = openDemoCluster(clock, random);
    this.#cluster = cluster;
    this.#alive = clock.timer(aLongTime, () => {});
    this.#world = { ...world, random, connect: async () => await Promise.resolve(cluster.api({ name: "you" })) };
    this.#runCommand = runCommand;
    this.#onFailure = onFailure;
    const api = cluster.api({ name: "kubectl" });
    const cells = (): number => (world.out.isTTY ? world.out.columns() : Number.POSITIVE_INFINITY);
    this.#kubectl = new Kubectl({ cluster, api, clock, random: random.fork("kubectl"), console: plainConsole(world), cells });
  }

  /** One that works on this cluster from now on. */
  async startOperator(stop: AbortSignal): Promise<void> {
    const { clock, random, version } = this.#world;
    const { startEmbeddedOperator } = await clock.outside("modules of the operator", () => import("./embedded-operator.ts"));
    this.#operator = await startEmbeddedOperator({ cluster: this.#cluster, clock, random, version, stop, onFailure: this.#onFailure });
  }

  /** What the line does, and its exit code. @throws UsageError; KubeError as a line of kubectl meets it; the reason of `stop` */
  async run(line: string, typed: Typed): Promise<ExitCode> {
    const [program = "", ...words] = splitWords(line);
    const own = splitWords(this.#world.program);
    if ([program, ...words].slice(0, own.length).join(" ") === own.join(" "))
      return await this.#runCommand([program, ...words].slice(own.length), this.#world);
    if (program !== "kubectl") throw new UsageError(`${program}: not found`, `there are ${this.#world.program} and kubectl here`);
    await this.#kubectl.run(words, await this.#withManifest(words, typed));
    return exitCodes.done;
  }

  /** `apply -f FILE` reads a real one. */
  async #withManifest(words: readonly string[], typed: Typed): Promise<Typed> {
    const { verb, flags } = readKubectlWords(words);
    if (verb !== "apply" || typed.manifest !== undefined) return typed;
    const file = flags.get("filename") ?? "";
    if (file === "" || file === "-") throw new UsageError("apply what?", "kubectl apply -f FILE");
    const { readText, clock } = this.#world;
    try {
      return { ...typed, manifest: await clock.outside("a manifest", () => readText(file)) };
    } catch (error) {
      throw new UsageError(`${file} cannot be read`, "", error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#operator?.[Symbol.asyncDispose]();
    this.#alive[Symbol.dispose]();
    await this.#cluster[Symbol.asyncDispose]();
  }
}
