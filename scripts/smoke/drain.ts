import { startControlPlane } from "../../test/control-plane/fixture/control-plane.ts";
import { type Ended, runProgram } from "../run-program.ts";

export interface Drained {
  readonly version: string;
  readonly ended: Ended;
  /** Empty where all is as it should be. */
  readonly wrong: string;
}

/** Drains one node of a real control plane with each Node version's command. `run` maps a version to its command and environment. */
export async function drainOnControlPlane(
  versions: readonly string[],
  run: (version: string) => { readonly command: string; readonly env: NodeJS.ProcessEnv },
): Promise<Drained[]> {
  await using plane = await startControlPlane();
  await plane.createNodes([...versions.map((version) => ({ name: `node-${version}` })), { name: "spare" }]);
  const drained: Drained[] = [];
  for (const version of versions) {
    const node = `node-${version}`;
    const name = `app-${version.replaceAll(".", "-")}`;
    await plane.createDeployment({ name, replicas: 3, on: [node] });
    await plane.createBudget({ name, minAvailable: 2 });
    const selection = { namespace: "default", labelSelector: `app=${name}` };
    await plane.podsReady(selection, 3);
    const { command, env } = run(version);
    const ended = await runProgram(command, ["drain", node, "--kubeconfig", plane.kubeconfigPath], { cwd: plane.directory, env });
    const left = (await plane.list("pods", selection)).filter(({ spec }) => spec?.nodeName === node).length;
    const [object] = (await plane.list("nodes")).filter(({ metadata }) => metadata.name === node);
    const faults = [
      ended.code === 0 ? "" : `exit code ${ended.code}`,
      ended.stdout.includes(`node/${node} drained`) ? "" : "no word of kubectl's on stdout that it is drained",
      left === 0 ? "" : `${left} pods left`,
      object?.spec?.unschedulable === true ? "" : "not cordoned",
    ];
    drained.push({ version, ended, wrong: faults.filter((fault) => fault !== "").join(", ") });
  }
  return drained;
}
