import type { KubeObject } from "../../kube/object.ts";
import { deployments } from "../../kube/resource.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { dim, type Line, plain, strong } from "../../present/line.ts";
import { seededRandom } from "../../runtime/random.ts";
import type { EmbeddedCluster } from "../../simulator/embedded-cluster.ts";
import type { RunLine } from "../command-line.ts";
import { plainConsole } from "../console.ts";
import { type Scene, scenes } from "../demo/script.ts";
import { StoppedError } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import type { World } from "../world.ts";

/** The cluster's time against the viewer's. */
const rate = 2;

type RunCommand = (argv: readonly string[], world: World) => Promise<ExitCode>;

/** `demo`: plays the script on an embedded cluster, through the same commands that work on a real one. */
export async function runDemo({ positionals }: RunLine, world: World, runCommand: RunCommand): Promise<ExitCode> {
  if (positionals.length > 0) throw new UsageError(`extra arguments: ${positionals.join(" ")}`);
  // Loaded here only: no other command needs a simulator.
  const { openDemoCluster } = await world.clock.outside("modules of the demo", () => import("../../simulator/open-demo.ts"));
  const clock = world.paced({ epoch: world.clock.now(), rate });
  const random = seededRandom("demo");
  await using cluster = openDemoCluster(clock, random);
  const stop = new AbortController();
  using _ = world.onStopSignal(() => stop.abort(new StoppedError()));
  const demoWorld: World = { ...world, clock, random, connect: async () => await Promise.resolve(cluster.api()) };
  for (const scene of scenes) {
    const code = await play(scene, cluster, demoWorld, runCommand);
    if (code !== undefined) return code;
    if (scene.pause > 0) await clock.sleep(scene.pause * rate, stop.signal);
    stop.signal.throwIfAborted();
  }
  return exitCodes.done;
}

/** An exit code where the demo ends here. */
async function play(scene: Scene, cluster: EmbeddedCluster, world: World, runCommand: RunCommand): Promise<ExitCode | undefined> {
  const console = plainConsole(world);
  switch (scene.kind) {
    case "say":
      console.out([]);
      console.out([dim(`# ${scene.text}`)]);
      return undefined;
    case "scale": {
      const { namespace, deployment, replicas } = scene;
      console.out(typed(`kubectl scale deployment ${deployment} -n ${namespace} --replicas=${replicas}`));
      cluster.control.edit<KubeObject>(deployments, { namespace, name: deployment }, { kind: "merge", body: { spec: { replicas } } });
      console.out(`deployment.apps/${deployment} scaled`);
      return undefined;
    }
    case "run": {
      console.out(typed(`${world.program} ${scene.words.join(" ")}`));
      const code = await runCommand(scene.words, world);
      if (code === scene.expect) return undefined;
      return code === exitCodes.interrupted ? code : exitCodes.unexpected;
    }
  }
}

function typed(line: string): Line {
  return [plain("$ "), strong(line)];
}
