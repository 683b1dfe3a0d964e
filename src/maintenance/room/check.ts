import { surveyRoom } from "../../cluster/live/room-survey.ts";
import type { ClusterView } from "../../cluster/view/cluster-view.ts";
import type { Mover } from "../../cluster/view/room-view.ts";
import type { ExecutionEvent } from "../../execution/event.ts";
import type { Finding } from "../../plan/finding.ts";
import type { Plan } from "../../plan/plan.ts";
import { supervise } from "../../runtime/supervise.ts";
import type { Look } from "../look.ts";
import type { DrainOptions, Surroundings } from "../work.ts";
import { roomFindings, roomNotChecked } from "./findings.ts";
import { moversOf, type Placed, placesFor } from "./places.ts";

/** Whether the pods that leave by this plan find room elsewhere: what is worth saying of it. Reads the whole cluster once. */
export async function checkRoom(s: Surroundings, o: Pick<DrainOptions, "pageSize">, seen: Look): Promise<readonly Finding[]> {
  const view = seen.live.view();
  return await findRoom(s, o, seen.plan, moversOf(seen.plan.nodes, view), view);
}

/** As a refusal: with `--require-room` nothing begins unless each of them is known to find room. */
export function required(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) => ({ ...finding, severity: "fatal" }));
}

/**
 * The same check beside a drain. It begins when the server has answered the first requests to evict, or something waits, and no answer is
 * outstanding: what only informs takes no turn from an eviction, here or at the server. What it finds is an event; it ends with the drain.
 */
export function roomBeside(
  s: Surroundings,
  o: Pick<DrainOptions, "pageSize">,
  seen: Look,
): { readonly surroundings: Surroundings } & AsyncDisposable {
  const view = seen.live.view();
  // Who leaves is remembered from now: those that go first are gone before the cluster is read.
  const movers = moversOf(seen.plan.nodes, view);
  const tasks = new AsyncDisposableStack();
  let hasBegun = movers.length === 0;
  const begin = (): void => {
    hasBegun = true;
    const work = async (signal: AbortSignal): Promise<void> => {
      const findings = await findRoom({ ...s, stop: signal }, o, seen.plan, movers, view);
      for (const finding of findings) s.observe({ kind: "finding", at: s.clock.now(), finding });
    };
    const onFailure = (error: unknown): never => {
      throw error;
    };
    tasks.use(supervise("room", work, { parent: s.stop, onFailure }));
  };
  const unanswered = new Set<string>();
  const observe = (event: ExecutionEvent): void => {
    s.observe(event);
    if (hasBegun) return;
    if (event.kind === "started") unanswered.add(event.pod.uid);
    else if (event.kind === "accepted" || event.kind === "refused" || event.kind === "gone") unanswered.delete(event.pod.uid);
    else if (event.kind !== "blocked") return;
    if (unanswered.size === 0) begin();
  };
  return { surroundings: { ...s, observe }, [Symbol.asyncDispose]: () => tasks.disposeAsync() };
}

async function findRoom(
  { api, clock, stop }: Surroundings,
  { pageSize }: Pick<DrainOptions, "pageSize">,
  { nodes }: Plan,
  movers: readonly Mover[],
  view: ClusterView,
): Promise<readonly Finding[]> {
  if (movers.length === 0) return [];
  const survey = await surveyRoom(movers, view.serverNow, { api, clock, pageSize, signal: stop });
  if ("kind" in survey) return [roomNotChecked(survey.resource, survey.error.code === "forbidden")];
  const placed: Placed[] = [];
  for (const one of placesFor(movers, new Set(nodes.map(({ node }) => node)), survey)) {
    placed.push(one);
    await clock.breathe();
  }
  return roomFindings(placed, view);
}
