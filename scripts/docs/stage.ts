import { ownVersion } from "../../src/cli/own-version.ts";
import { realEngine } from "../../src/cli/real-engine.ts";
import { run } from "../../src/cli/run.ts";
import { FakeTerminal } from "../../src/cli/testing/fake-terminal.ts";
import { type FakeWorld, fakeWorld } from "../../src/cli/testing/fake-world.ts";
import { heldAnnotation } from "../../src/cluster/view/held-record.ts";
import type { Node } from "../../src/kube/node.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { deployments, nodes } from "../../src/kube/resource.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import type { EmbeddedCluster } from "../../src/simulator/embedded-cluster.ts";
import { openDemoCluster } from "../../src/simulator/open-demo.ts";
import { drydockCall, shellWords } from "./shell-words.ts";

const hour = 3_600_000;
/** How long a reader takes between somebody else's change and the next command: time for the controllers to follow. */
const aWhile = 10_000;
const readHeld = String.raw`{.metadata.annotations.drydock\.dev/held}`;

/**
 * Where the examples of a page are played, one after another: the cluster of the demo under a virtual clock, and the real command line with its
 * real engine. The same lines give the same words every time.
 */
export class Stage {
  readonly #screen = new FakeTerminal(false);
  readonly #world: FakeWorld;
  readonly #cluster: EmbeddedCluster;
  #code = 0;

  constructor() {
    const base = fakeWorld({
      engine: realEngine,
      connect: () => this.#cluster.api({ name: "jane" }),
    });
    this.#world = { ...base, out: this.#screen, err: this.#screen, version: ownVersion(), random: seededRandom("docs") };
    this.#cluster = openDemoCluster(base.clock, seededRandom("demo"));
  }

  /** What the line prints, stdout and stderr in the order in which they came. */
  async play(line: string): Promise<string> {
    const words = shellWords(line);
    const call = drydockCall(words);
    if (call !== undefined) return await this.#drydock(call.program, call.argv, line.endsWith("2>/dev/null"));
    if (words.join(" ") === "echo $?") return `${this.#code}\n`;
    const printed = this.#kubectl(words);
    const { clock } = this.#world;
    await clock.run(() => false, { at: clock.now() + aWhile, eventsPerInstant: 10_000 });
    return printed;
  }

  async #drydock(program: string, argv: readonly string[], hidesErrors: boolean): Promise<string> {
    const before = this.#screen.written.length;
    let code: number | undefined;
    const ended = run(argv, { ...this.#world, program, err: hidesErrors ? new FakeTerminal(false) : this.#screen }).then((exit) => {
      code = exit;
    });
    const { clock } = this.#world;
    const how = await clock.run(() => code !== undefined, { at: clock.now() + hour, eventsPerInstant: 10_000 });
    if (how !== "reached") throw new Error(`drydock ${argv.join(" ")}: ${how}`);
    await ended;
    this.#code = code ?? 1;
    return this.#screen.written.slice(before);
  }

  /** The few lines of kubectl that the examples need. */
  #kubectl(words: readonly string[]): string {
    const [program, verb, ...rest] = words;
    if (program !== "kubectl") throw new Error(`an example runs ${program}, which cannot be played`);
    const [name = "", ...flags] = rest.filter((word) => !["deployment", "node", "-n", "-o"].includes(word));
    switch (verb) {
      case "scale": {
        const [namespace = "", replicas = ""] = flags;
        const body = { spec: { replicas: Number(replicas.replace("--replicas=", "")) } };
        this.#cluster.control.edit<KubeObject>(deployments, { namespace, name }, { kind: "merge", body }, {}, "kubectl");
        return `deployment.apps/${name} scaled\n`;
      }
      case "cordon":
      case "uncordon": {
        const body = { spec: { unschedulable: verb === "cordon" ? true : null } };
        this.#cluster.control.edit<Node>(nodes, { name }, { kind: "merge", body }, {}, "kubectl");
        return `node/${name} ${verb}ed\n`;
      }
      case "get": {
        const [path = ""] = flags;
        if (path !== `jsonpath=${readHeld}`) throw new Error(`an example reads ${path}, which cannot be played`);
        return `${this.#cluster.control.find<Node>(nodes, { name })?.metadata.annotations?.[heldAnnotation] ?? ""}\n`;
      }
      case undefined:
      default:
        throw new Error(`an example runs kubectl ${verb}, which cannot be played`);
    }
  }
}
