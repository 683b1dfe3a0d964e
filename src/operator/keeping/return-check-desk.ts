import type { Fleet } from "../../cluster/live/fleet.ts";
import { type Source, type SourceOptions, Sources } from "../../cluster/live/sources.ts";
import type { NodeView, PodView } from "../../cluster/view/cluster-view.ts";
import { ourTaints } from "../../cluster/view/held-record.ts";
import { projectPod } from "../../cluster/view/project.ts";
import { escapeFieldValue } from "../../kube/field-selector.ts";
import type { KubeObject } from "../../kube/object.ts";
import { daemonSets, nodes, pods } from "../../kube/resource.ts";
import type { ReturnChecks } from "../../maintenance/lifecycle/facts.ts";
import { projectDaemonSet } from "../../maintenance/return-checks/daemon-sets.ts";
import { type DaemonSetView, type ExpressionResult, judgeReturn } from "../../maintenance/return-checks/judge.ts";
import { type ReturnOrder, returnOrderOf } from "../../maintenance/return-checks/order.ts";
import { supervise, type Task } from "../../runtime/supervise.ts";
import type { ReturnCheckers } from "./estate.ts";

export interface ReturnCheckDeskOptions extends SourceOptions {
  readonly fleet: Fleet;
  readonly wake: (key: string) => void;
}

/** Looks at nodes that are to come back: their pods and all DaemonSets are watched until it is over. */
export class ReturnCheckDesk implements ReturnCheckers, AsyncDisposable {
  readonly #o: ReturnCheckDeskOptions;
  readonly #open = new Map<string, ReturnCheck>();
  readonly #closing = new Set<Promise<void>>();

  constructor(o: ReturnCheckDeskOptions) {
    this.#o = o;
  }

  begin(key: string, node: string, object: KubeObject): boolean {
    const order = returnOrderOf(object);
    const known = this.#open.get(key);
    if (known !== undefined) {
      known.change(order);
      return false;
    }
    this.#open.set(key, new ReturnCheck(this.#o, node, order, () => this.#o.wake(key)));
    return true;
  }

  resultsOf(key: string): ReturnChecks | undefined {
    return this.#open.get(key)?.results();
  }

  forget(key: string): void {
    const check = this.#open.get(key);
    if (check === undefined) return;
    this.#open.delete(key);
    const closing = check[Symbol.asyncDispose]();
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const key of [...this.#open.keys()]) this.forget(key);
    await Promise.all(this.#closing);
  }
}

class ReturnCheck implements AsyncDisposable {
  readonly #o: ReturnCheckDeskOptions;
  readonly #node: string;
  readonly #wake: () => void;
  readonly #sources: Sources;
  readonly #daemonSets: Source<DaemonSetView>;
  readonly #pods: Source<PodView>;
  #order: ReturnOrder;
  /** Of which version of the node the expressions were evaluated, for which order. */
  #evaluated: { readonly version: string; readonly order: ReturnOrder; readonly results: readonly ExpressionResult[] } | undefined;
  #evaluating: Task | undefined;

  constructor(o: ReturnCheckDeskOptions, node: string, order: ReturnOrder, wake: () => void) {
    this.#o = o;
    this.#node = node;
    this.#order = order;
    this.#wake = wake;
    this.#sources = new Sources(o, wake);
    this.#daemonSets = this.#sources.add(daemonSets, {}, projectDaemonSet, {});
    this.#pods = this.#sources.add(pods, { fieldSelector: `spec.nodeName=${escapeFieldValue(node)}` }, projectPod, {});
    for (const { reflector } of [this.#daemonSets, this.#pods]) reflector.firstOutcome.catch(() => {});
  }

  change(order: ReturnOrder): void {
    if (JSON.stringify(order) !== JSON.stringify(this.#order)) this.#order = order;
  }

  results(): ReturnChecks {
    const node = this.#o.fleet.nodes.store.byName(undefined, this.#node)?.value;
    const held = node?.held === "unreadable" ? undefined : node?.held;
    return judgeReturn(this.#order.wishes, {
      node,
      before: this.#order.before ?? held?.before ?? {},
      ownTaints: new Set(node === undefined ? [] : ourTaints(held, node).map(({ key }) => key)),
      daemonSets: readOf(this.#daemonSets),
      pods: readOf(this.#pods),
      expressions: this.#expressions(node),
    });
  }

  #expressions(node: NodeView | undefined): readonly ExpressionResult[] | "unread" {
    const { expressions } = this.#order;
    if (expressions.length === 0 || node === undefined) return [];
    const { version, order, results } = this.#evaluated ?? {};
    if (results !== undefined && version === node.resourceVersion && order === this.#order) return results;
    this.#evaluating ??= supervise("return checks", (signal) => this.#evaluate(signal), {
      parent: this.#o.signal,
      onFailure: (error) => {
        throw error;
      },
    });
    // Of the version before, until this one is evaluated: a heartbeat is no reason not to know.
    return order === this.#order && results !== undefined ? results : "unread";
  }

  async #evaluate(signal: AbortSignal): Promise<void> {
    const order = this.#order;
    try {
      const node = await this.#o.api.get(nodes, { name: this.#node }, { signal, lane: "control" });
      // Loading takes time of this machine, not of the cluster.
      const load = () => import("../../maintenance/return-checks/expressions.ts");
      const { evaluateChecks } = await this.#o.clock.outside("the CEL library", load);
      this.#evaluated = {
        version: node.metadata.resourceVersion,
        order,
        results: evaluateChecks(order.expressions, node, order.before ?? {}),
      };
    } finally {
      this.#evaluating = undefined;
    }
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#evaluating?.stop();
    await this.#sources[Symbol.asyncDispose]();
  }
}

function readOf<P>({ reflector, store, isSynced }: Source<P>): readonly P[] | "unread" | "denied" {
  if (reflector.status.kind === "denied") return "denied";
  return isSynced() ? [...store.items()].map(({ value }) => value) : "unread";
}
