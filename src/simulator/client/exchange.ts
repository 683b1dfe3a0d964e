import { KubeError, NoAnswerError } from "../../client/errors.ts";
import { withRetries } from "../../client/http/retry.ts";
import type { Call } from "../../client/kube-api.ts";
import type { Resource } from "../../kube/resource.ts";
import { qualifiedName } from "../../kube/resource.ts";
import type { Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { Fault, Faults } from "../faults.ts";
import { within } from "../latency.ts";
import type { CallEntry, Recorder } from "../record.ts";
import { isDenied, type Permissions } from "../server/permissions.ts";
import { forbidden } from "../server/refusal.ts";
import type { World } from "../world.ts";
import { abortable } from "./abortable.ts";
import { errorOf, serverName } from "./fault-errors.ts";

/** How long the HTTP client waits for an answer before it counts as lost. */
const patience: Millis = 65_000;

export interface Request {
  /** As in `CallEntry`. */
  readonly verb: CallEntry["verb"];
  readonly resource?: Resource;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
}

export interface Client {
  readonly name: string;
  readonly deny: Permissions;
  readonly random: Random;
  /** Aborts when this client is disposed of. */
  readonly closed: AbortSignal;
}

/**
 * The way of a call to the server and back: at least 2 ms of virtual time, a write applied halfway, and whatever the faults say. What the
 * server has begun it finishes, also when the client has stopped waiting.
 */
export class Exchange {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #recorder: Recorder;
  readonly client: Client;

  constructor(world: World, faults: Faults, recorder: Recorder, client: Client) {
    this.#world = world;
    this.#faults = faults;
    this.#recorder = recorder;
    this.client = client;
  }

  get signals(): readonly AbortSignal[] {
    return [this.#world.life.signal, this.client.closed];
  }

  /** With the retries of the HTTP client where the call asks for them; `kind` decides where it does not say. */
  async run<T>(request: Request, call: Call, kind: "read" | "write", work: () => T | Promise<T>): Promise<T> {
    const attempt = (): Promise<T> => this.once(request, call, kind, work);
    const retry = call.retry ?? (kind === "read" ? "safe" : "none");
    return retry === "none" ? attempt() : withRetries(this.#world.life.clock, this.client.random, call.signal, () => true, attempt);
  }

  /** One attempt. */
  async once<T>(request: Request, call: Call, kind: "read" | "write", work: () => T | Promise<T>): Promise<T> {
    const signals = [call.signal, ...this.signals];
    for (const signal of signals) signal.throwIfAborted();
    return await abortable(this.#travel(request, call, kind, work), signals);
  }

  async #travel<T>(request: Request, call: Call, kind: "read" | "write", work: () => T | Promise<T>): Promise<T> {
    const { life, latencies } = this.#world;
    const there = within(latencies[kind], this.client.random);
    const back = Math.max(1, Math.floor(there / 2));
    await life.pause(Math.max(1, there - back));
    // A call given up on its way may or may not have left.
    if (call.signal.aborted && (kind === "read" || this.client.random.next() < 0.5)) throw call.signal.reason;
    const fault = this.#faults.forCall({ client: this.client.name, ...request });
    try {
      const value = await this.#served(fault, request, back, work);
      this.#note(request, kind === "read" || request.verb === "patch" || request.verb === "delete" ? 200 : 201);
      return value;
    } catch (error) {
      if (error instanceof KubeError) this.#note(request, error.http ?? "lost");
      throw error;
    }
  }

  async #served<T>(fault: Fault | undefined, request: Request, back: Millis, work: () => T | Promise<T>): Promise<T> {
    const { life } = this.#world;
    const guarded = async (): Promise<T> => {
      this.#demandAllowed(request);
      return await work();
    };
    if (fault === undefined) {
      const [outcome] = await Promise.allSettled([guarded()]);
      await life.pause(back);
      return unwrap(outcome);
    }
    if (fault.kind === "stalled") {
      if (!fault.applied) await life.pause(Math.min(fault.after, patience));
      // A request that comes through after the client has given up is made all the same.
      const [outcome] = await Promise.allSettled([guarded()]);
      await life.pause(fault.applied ? Math.min(fault.after, patience) : back);
      if (fault.after > patience) throw new NoAnswerError("unknown", `no answer from ${serverName} within ${patience / 1000} s`);
      return unwrap(outcome);
    }
    if ("applied" in fault && fault.applied) await Promise.allSettled([guarded()]);
    await life.pause(back);
    throw errorOf(fault);
  }

  /** RBAC, as far as this client is denied something. */
  #demandAllowed({ verb, resource, subresource, namespace, name }: Request): void {
    if (resource === undefined) return;
    const [rbacVerb, part] = verb === "evict" ? ["create", "eviction"] : [verb, subresource];
    const at = { ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) };
    const asked = {
      verb: rbacVerb,
      group: resource.group,
      resource: resource.plural,
      ...at,
      ...(part === undefined ? {} : { subresource: part }),
    };
    if (isDenied(this.client.deny, asked)) throw forbidden(this.client.name, rbacVerb, resource, part, at);
  }

  #note({ verb, resource, namespace, name, uid }: Request, answer: CallEntry["answer"]): void {
    this.#recorder.writeCall({
      at: this.#world.life.clock.now(),
      by: this.client.name,
      verb,
      resource: resource === undefined ? "" : qualifiedName(resource),
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(uid === undefined ? {} : { uid }),
      answer,
    });
  }
}

function unwrap<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}
