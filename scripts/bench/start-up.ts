import type { ControlPlane } from "../../test/control-plane/fixture/control-plane.ts";
import { firstRequestAfter } from "../smoke/first-request.ts";

/** Milliseconds from the start of the process until its first request arrives. */
const limit = 250;

/** Start-up beside kubectl's, each the best of five. */
export async function startUp(
  plane: ControlPlane,
  kubectl: string,
  drydock: string,
): Promise<{ readonly text: string; readonly promise: { readonly text: string; readonly holds: boolean } }> {
  const theirs = await firstRequestAfter(kubectl, process.env, plane.directory, ["get", "nodes"]);
  const ours = (await firstRequestAfter(process.execPath, process.env, plane.directory, [drydock, "preview", "node-1"])) ?? Number.NaN;
  return {
    text: `first request after start: kubectl get nodes ${theirs?.toFixed(0) ?? "?"} ms, drydock preview ${ours.toFixed(0)} ms`,
    promise: { text: `first request of preview ${ours.toFixed(0)} ms (at most ${limit} ms)`, holds: ours <= limit },
  };
}
