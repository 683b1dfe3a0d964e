import { isKubeError, type KubeError } from "../../client/errors.ts";
import { nodes, pods, qualifiedName } from "../../kube/resource.ts";
import { Occupancy } from "../../kube/scheduling/occupancy.ts";
import { type SchedulingNode, schedulingNodeOf } from "../../kube/scheduling/scheduling-node.ts";
import { type Mover, projectSurveyed, type RoomView, type SurveyedPod, type WaitingPod } from "../view/room-view.ts";
import type { Instant } from "../../runtime/clock.ts";
import { pagesOf, type SurveyOptions } from "./survey-pages.ts";
import { surveyVolumes } from "./volume-survey.ts";

/** What was not read, and why: it is denied, or failed. */
export interface Unsurveyed {
  readonly kind: "unsurveyed";
  readonly resource: string;
  readonly error: KubeError;
}

/** As the scheduler's own watch: what has finished takes nothing. */
const unfinished = "status.phase!=Succeeded,status.phase!=Failed";

/**
 * Reads the cluster once, page by page on the lane for bulk, and keeps sums: of each pod what it takes of its node, and whether it is one
 * of those that the movers' rules about other pods count. For whoever can do without it: reads that fail are an answer.
 *
 * @param since when the movers were chosen, by the server's clock: what their controllers have made from then on replaces them
 */
export async function surveyRoom(movers: readonly Mover[], since: Instant, options: SurveyOptions): Promise<RoomView | Unsurveyed> {
  let reading = qualifiedName(nodes);
  try {
    const sites = new Map<string, SchedulingNode>();
    for await (const { items, restarted } of pagesOf(nodes, { project: schedulingNodeOf }, options)) {
      if (restarted) sites.clear();
      for (const { value } of items) sites.set(value.name, value);
    }
    reading = qualifiedName(pods);
    let count = new Count(movers, since);
    for await (const { items, restarted } of pagesOf(pods, { project: projectSurveyed, fieldSelector: unfinished }, options)) {
      if (restarted) count = new Count(movers, since);
      for (const { value } of items) {
        count.add(value);
        await options.clock.breathe();
      }
    }
    const volumes = await surveyVolumes(movers, options);
    return { nodes: sites, volumes, ...count.result() };
  } catch (error) {
    options.signal.throwIfAborted();
    if (!isKubeError(error)) throw error;
    return { kind: "unsurveyed", resource: reading, error };
  }
}

/** The sums as they grow. */
class Count {
  readonly #occupancy: Occupancy;
  readonly #movers: ReadonlySet<string>;
  readonly #controllers: ReadonlySet<string>;
  readonly #found = new Map<string, { readonly terminating: boolean }>();
  readonly #replicas = new Map<string, number>();
  readonly #replaced = new Map<string, number>();
  readonly #waiting: WaitingPod[] = [];

  readonly #since: Instant;

  constructor(movers: readonly Mover[], since: Instant) {
    // Stamps have whole seconds.
    this.#since = since - (since % 1_000);
    this.#occupancy = Occupancy.for(movers.map(({ demand }) => demand));
    this.#movers = new Set(movers.map(({ uid }) => uid));
    this.#controllers = new Set(movers.map(({ controller }) => controller.uid));
  }

  add({ uid, namespace, name, node, controller, terminating, createdAt, demand }: SurveyedPod): void {
    if (node !== "") this.#occupancy.add({ node, terminating, demand });
    if (this.#movers.has(uid)) this.#found.set(uid, { terminating });
    if (controller === undefined || !this.#controllers.has(controller) || terminating) return;
    this.#replicas.set(controller, (this.#replicas.get(controller) ?? 0) + 1);
    if (createdAt < this.#since || this.#movers.has(uid)) return;
    this.#replaced.set(controller, (this.#replaced.get(controller) ?? 0) + 1);
    if (node === "") this.#waiting.push({ uid, namespace, name, demand });
  }

  result(): Omit<RoomView, "nodes" | "volumes"> {
    const [occupancy, found, replicas, replaced, waiting] = [this.#occupancy, this.#found, this.#replicas, this.#replaced, this.#waiting];
    return { occupancy, found, replicas, replaced, waiting };
  }
}
