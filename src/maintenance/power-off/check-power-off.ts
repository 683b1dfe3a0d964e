import type { NodeView } from "../../cluster/view/cluster-view.ts";
import { composePlan } from "../../plan/compose.ts";
import type { Finding } from "../../plan/finding.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import { createLatch } from "../../runtime/latch.ts";
import { crafts } from "../crafts.ts";
import { type Look, look, type NoLook } from "../look.ts";
import type { DrainOptions, Surroundings } from "../work.ts";
import { requestsAsIs } from "../request-as-is.ts";
import { nodeStandings } from "../standing.ts";
import { unlessStopped } from "../unless-stopped.ts";
import { answerOf, type Condition } from "./condition.ts";
import { judge } from "./judge.ts";
import { VirtualMachines } from "./virtual-machines.ts";

export interface PowerOffCheck {
  readonly kind: "checked";
  readonly node: NodeView;
  readonly at: Instant;
  readonly answer: "yes" | "no" | "unknown";
  readonly conditions: readonly Condition[];
  /** What else should be known of the node before it goes dark; the answer does not rest on it. */
  readonly notes: readonly Finding[];
}

/** What is attached is asked for once; a server that does not say so within this time has said nothing. */
const volumePatience: Millis = 5_000;

const lookAgainAfter: Millis = 5_000;

/**
 * Is it safe to switch this machine off now? Every condition with its evidence; 5 seconds are watched, as at the end of a drain, unless the
 * answer is clear before. Changes nothing.
 */
export async function checkPowerOff(s: Surroundings, node: string, pageSize: number): Promise<PowerOffCheck | NoLook> {
  return await watchPowerOff(s, node, pageSize, () => true);
}

/** The same, judged again at every change until an answer is enough for the one who asks. */
export async function watchPowerOff(
  s: Surroundings,
  node: string,
  pageSize: number,
  isEnough: (check: PowerOffCheck) => boolean,
): Promise<PowerOffCheck | NoLook> {
  const options: DrainOptions = {
    choice: { names: [node] },
    request: { mode: "Evict", disableEviction: false, volumeDetachTimeout: volumePatience },
    allow: new Set(),
    parallel: 1,
    pageSize,
    dryRun: "client",
  };
  const seen = await look(s, options, "none");
  if (seen.kind !== "looked") return seen;
  await using _ = seen;
  return await unlessStopped(s, () => watchUntilClear(s, node, seen, isEnough));
}

async function watchUntilClear(
  s: Surroundings,
  name: string,
  seen: Look,
  isEnough: (check: PowerOffCheck) => boolean,
): Promise<PowerOffCheck | NoLook> {
  const latch = createLatch();
  using _ = seen.live.onChange(latch.set);
  s.stop.addEventListener("abort", latch.set, { once: true });
  const since = seen.live.view().asOf;
  await seen.live.readVolumes(true);
  await using machines = new VirtualMachines(name, s, latch.set);
  for (;;) {
    s.stop.throwIfAborted();
    const view = seen.live.view();
    const node = view.node(name);
    if (node === undefined) return { kind: "no-such-node", names: [name], near: {} };
    const [request = seen.plan.request] = requestsAsIs([node]);
    const plan = composePlan(crafts, view, { ...request, volumeDetachTimeout: volumePatience });
    const standing = nodeStandings(plan, view, s).get(name) ?? { left: [], staying: [], behind: [] };
    const { conditions, pending } = judge({ node, plan, standing, view, since });
    if (pending === undefined) {
      const all = [...conditions, await machines.condition()];
      const check: PowerOffCheck = {
        kind: "checked",
        node,
        at: view.asOf,
        answer: answerOf(all),
        conditions: all,
        notes: notesOf(plan),
      };
      if (isEnough(check)) return check;
      machines.follow();
    }
    const wakeAt = pending?.wakeAt;
    using _timer = wakeAt === undefined ? undefined : s.clock.timer(Math.max(1, wakeAt - view.asOf), latch.set);
    // Some things come true by time alone: a pod that should have ended and has not.
    using _again = pending === undefined ? s.clock.timer(lookAgainAfter, latch.set, { background: true }) : undefined;
    await latch.wait();
  }
}

function notesOf({ findings }: Plan): readonly Finding[] {
  return findings.filter(({ severity, objects }) => severity === "warning" && objects[0]?.kind === "Node");
}
