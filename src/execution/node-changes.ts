import { type KubeError, NoAnswerError } from "../client/errors.ts";
import type { ClusterView, NodeView } from "../cluster/view/cluster-view.ts";
import { formatTime } from "../kube/time.ts";
import { formatTaint } from "../kube/taint-spec.ts";
import type { HoldNode, TaintNode } from "../plan/command.ts";
import type { Args } from "../plan/step.ts";
import type { ExecutionCode } from "./codes.ts";
import { holdNode } from "./node-requests.ts";
import { answerPatience, type Desk, messageOf } from "./requests.ts";
import { accept, backOff, type StepState } from "./step-state.ts";
import { taintNode } from "./taint-requests.ts";

/** Takes the node out of scheduling with its record. Never throws: a failure is a setback of the node's step. */
export async function hold(command: HoldNode, view: ClusterView, state: StepState, desk: Desk): Promise<void> {
  const node = view.node(command.node);
  if (node === undefined) return;
  await changeNode(node, state, desk, { code: "cordon-failed", args: {} }, async (signal) => {
    const isKept = state.announced || desk.holder.kind !== "command";
    const result = await holdNode(node, desk.holder, {
      api: desk.api,
      signal,
      ...(command.wish === undefined ? {} : { wish: command.wish }),
      // What a person orders anew was not taken away; what an object holds is not ordered anew.
      ...(isKept ? { reassertedAt: formatTime(desk.clock.now()) } : {}),
    });
    if (result.kind !== "held") return result;
    const { already, foreign } = result;
    if (!state.announced) desk.observe({ kind: "cordoned", node: node.name, already, foreign, dryRun: false });
    else if (!already) desk.observe({ kind: "recordoned", node: node.name });
    state.announced = true;
    return { kind: "taken", version: result.version };
  });
}

/** Sets the taint with its record. Never throws: a failure is a setback of the node's step. */
export async function taint({ node: name, taint: wanted }: TaintNode, view: ClusterView, state: StepState, desk: Desk): Promise<void> {
  const node = view.node(name);
  if (node === undefined) return;
  const text = formatTaint(wanted);
  await changeNode(node, state, desk, { code: "taint-failed", args: { taint: text } }, async (signal) => {
    const order = { changes: { add: [wanted], remove: [] }, present: "keep", holder: desk.holder } as const;
    const result = await taintNode(node, order, { api: desk.api, signal });
    if (result.kind !== "written") return result;
    const { already, foreign } = result;
    if (!state.tainted || !already)
      desk.observe({
        kind: "tainted",
        node: name,
        taints: [text],
        change: "tainted",
        already,
        foreign,
        again: state.tainted,
        dryRun: false,
      });
    state.tainted = true;
    return { kind: "taken", version: result.version };
  });
}

type Written =
  | { readonly kind: "taken"; readonly version: string }
  | { readonly kind: "refused"; readonly code: ExecutionCode; readonly names?: readonly string[] }
  | { readonly kind: "failed"; readonly error: KubeError };

async function changeNode(
  { name }: NodeView,
  state: StepState,
  desk: Desk,
  failure: { readonly code: ExecutionCode; readonly args: Args },
  write: (signal: AbortSignal) => Promise<Written>,
): Promise<void> {
  const wasTouched = state.touched;
  state.inFlight = true;
  state.attempts += 1;
  // Until the server says no.
  state.touched = true;
  using deadline = desk.clock.deadline(answerPatience, desk.signal);
  try {
    const result = await write(deadline.signal);
    if (result.kind === "taken") {
      accept(state, desk.now());
      state.acceptedVersion = result.version;
      state.setback = undefined;
    } else if (result.kind === "refused") {
      state.touched = wasTouched;
      const args = { ...failure.args, node: name, ...(result.names === undefined ? {} : { names: result.names }) };
      state.setback = { code: result.code, args, until: Number.POSITIVE_INFINITY, endsBy: "person" };
    } else {
      const { code, message } = result.error;
      state.touched = wasTouched || (result.error instanceof NoAnswerError && result.error.applied === "unknown");
      // A node that is not found is for the watch to tell: deleted, or another machine of its name.
      const lasting = code === "forbidden" || code === "invalid" || code === "bad-request";
      const until = lasting ? Number.POSITIVE_INFINITY : desk.now() + backOff(state, 500, 10_000, desk.random);
      const args = { ...failure.args, node: name, message };
      state.setback = { code: code === "forbidden" ? "denied" : failure.code, args, until, endsBy: lasting ? "person" : "cluster" };
    }
  } catch (error) {
    const until = desk.now() + backOff(state, 500, 10_000, desk.random);
    state.setback = { code: failure.code, args: { ...failure.args, node: name, message: messageOf(error) }, until, endsBy: "cluster" };
  } finally {
    state.inFlight = false;
  }
}
