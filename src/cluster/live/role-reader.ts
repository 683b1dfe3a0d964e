import { isKubeError } from "../../client/errors.ts";
import type { KubeApi } from "../../client/kube-api.ts";
import { isNodeReady, type Node } from "../../kube/node.ts";
import { nodes } from "../../kube/resource.ts";
import type { NodeView } from "../view/cluster-view.ts";
import { rolesOf } from "../view/node-role.ts";
import type { Readiness } from "./readiness.ts";
import type { Source } from "./sources.ts";
import type { OtherNodes, RoleHolders, UnfitNode } from "../view/other-nodes.ts";

/** Enough that the first page nearly always has one that will do. */
const spare = 10;

/**
 * Asks for each role of the nodes that are drained whether another node could stand in: a list by label that stops at the first one found,
 * one small request for each role. What may not be read is unknown, never a failure.
 */
export class RoleReader implements OtherNodes {
  readonly #api: KubeApi;
  readonly #drained: ReadonlySet<string>;
  readonly #signal: AbortSignal;
  readonly #holders = new Map<string, RoleHolders>();
  #isDenied = false;
  any: boolean | "unknown" = "unknown";

  constructor(api: KubeApi, drained: ReadonlySet<string>, signal: AbortSignal) {
    this.#api = api;
    this.#drained = drained;
    this.#signal = signal;
  }

  readonly withRole = (selector: string): RoleHolders => this.#holders.get(selector) ?? { kind: this.#isDenied ? "unknown" : "unasked" };

  /**
   * Begins as soon as the nodes are known, beside what else is being read, and makes `ready` wait for it. Who may not list the nodes cannot
   * list them by label either, and is not asked again.
   */
  async after(sources: Iterable<Source<NodeView>>, drained: () => readonly NodeView[], ready: Promise<Readiness>): Promise<Readiness> {
    const read = async (): Promise<void> => {
      const outcomes = await Promise.all([...sources].map(({ reflector }) => reflector.firstOutcome));
      if (outcomes.every((outcome) => outcome === "synced")) await this.#read(drained());
      else this.#isDenied = true;
    };
    const reading = read();
    // Whoever is not ready, or stops, never asks for it.
    reading.catch(() => {});
    const readiness = await ready;
    if (readiness.kind === "ready") await reading;
    return readiness;
  }

  async #read(drained: readonly NodeView[]): Promise<void> {
    const selectors = new Set(drained.flatMap(({ labels }) => rolesOf(labels).map(({ selector }) => selector)));
    await Promise.all(
      [...selectors].map(async (selector) => {
        this.#holders.set(selector, await this.#holdersOf(selector));
      }),
    );
    // Only where nobody has a role is it worth knowing whether there is anybody.
    const none = [...this.#holders.values()].filter((holders) => holders.kind === "none");
    if (none.length === 0) return;
    if (none.some(({ unfit }) => unfit.length > 0)) this.any = true;
    else {
      const anybody = await this.#holdersOf(undefined);
      this.any = anybody.kind === "none" ? anybody.unfit.length > 0 : anybody.kind === "some" ? true : "unknown";
    }
  }

  async #holdersOf(labelSelector: string | undefined): Promise<RoleHolders> {
    const unfit: UnfitNode[] = [];
    const query = {
      ...(labelSelector === undefined ? {} : { labelSelector }),
      project: faultOf,
      pageSize: this.#drained.size + spare,
    };
    try {
      for await (const page of this.#api.list(nodes, query, { signal: this.#signal, lane: "control" })) {
        if (page.restarted === true) unfit.length = 0;
        for (const { name, value: why } of page.items) {
          if (this.#drained.has(name)) continue;
          if (why === undefined) return { kind: "some" };
          unfit.push({ name, why });
        }
      }
    } catch (error) {
      if (this.#signal.aborted || !isKubeError(error)) throw error;
      return { kind: "unknown", ...(error.code === "forbidden" ? {} : { message: error.message }) };
    }
    return { kind: "none", unfit };
  }
}

/** What keeps a node from standing in; undefined where nothing does. */
function faultOf({ metadata, spec, status }: Node): UnfitNode["why"] | undefined {
  if (metadata.deletionTimestamp !== undefined) return "leaving";
  if (!isNodeReady(status)) return "not-ready";
  return spec?.unschedulable === true ? "unschedulable" : undefined;
}
