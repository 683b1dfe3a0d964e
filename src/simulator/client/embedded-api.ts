import { isKubeError, KubeError } from "../../client/errors.ts";
import type {
  ApiGroup,
  Call,
  EvictionAnswer,
  Item,
  KubeApi,
  ListQuery,
  LogQuery,
  Page,
  RemoveOptions,
  ServerTime,
  ServerVersion,
  WatchEvent,
  WatchQuery,
  WriteOptions,
  Written,
} from "../../client/kube-api.ts";
import type { Identified, KubeObject } from "../../kube/object.ts";
import { ownFieldManager, type Patch } from "../../kube/patch.ts";
import type { Pod } from "../../kube/pod.ts";
import { pods, type Resource } from "../../kube/resource.ts";
import type { Faults } from "../faults.ts";
import { type AdmissionWebhook, performed } from "../server/admission.ts";
import type { ApiServer } from "../server/api-server.ts";
import type { Draft } from "../server/draft.ts";
import { evict } from "../server/eviction.ts";
import { demandReached, listPage, type Place } from "../server/listing.ts";
import { badRequest } from "../server/refusal.ts";
import type { Requester } from "../server/requester.ts";
import { answerReview } from "../server/reviews.ts";
import { matcherOf } from "../server/selection.ts";
import { reviews } from "../server/served-kinds.ts";
import type { At } from "../store/change.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import { abortable } from "./abortable.ts";
import type { Client, Exchange, Request } from "./exchange.ts";
import { serverName, tooManyRequestsText } from "./fault-errors.ts";
import { type RawEvent, WatchSession } from "./watch-session.ts";

const defaultPageSize = 500;

type Work = Written<KubeObject> | Promise<Written<KubeObject>>;

/** `KubeApi` in process: no serialisation, the objects are the store's own, frozen. */
export class EmbeddedApi implements KubeApi {
  readonly server = serverName;
  readonly #world: World;
  readonly #registry: ApiServer;
  readonly #exchange: Exchange;
  readonly #faults: Faults;
  readonly #webhooks: readonly AdmissionWebhook[];
  readonly #close: AbortController;

  constructor(
    world: World,
    registry: ApiServer,
    exchange: Exchange,
    faults: Faults,
    webhooks: readonly AdmissionWebhook[],
    close: AbortController,
  ) {
    this.#world = world;
    this.#registry = registry;
    this.#exchange = exchange;
    this.#faults = faults;
    this.#webhooks = webhooks;
    this.#close = close;
  }

  version(call: Call): Promise<ServerVersion> {
    return this.#exchange.run({ verb: "get" }, call, "read", () => ({ major: 1, minor: 36, gitVersion: "v1.36.3+embedded" }));
  }

  groups(call: Call): Promise<readonly ApiGroup[]> {
    return this.#exchange.run({ verb: "get" }, call, "read", () => this.#world.kinds.groups);
  }

  async get<T extends KubeObject>(r: Resource<T>, at: At, call: Call): Promise<T> {
    const request = { verb: "get", resource: r, ...placeOf(at) };
    return (await this.#exchange.run(request, call, "read", () => this.#registry.get(r, at))) as T;
  }

  async *list<T extends KubeObject, P = T>(r: Resource<T>, q: ListQuery<T, P>, call: Call): AsyncGenerator<Page<Item<P>>, void, undefined> {
    const request: Request = { verb: "list", resource: r, ...(q.namespace === undefined ? {} : { namespace: q.namespace }) };
    const limit = q.pageSize ?? defaultPageSize;
    const project = projectionOf(q);
    const page = (place?: Place) =>
      this.#exchange.run(request, call, "read", () => listPage(this.#world, r, { ...q, limit, ...(place === undefined ? {} : { place }) }));
    let place: Place | undefined;
    let hasRestarted = false;
    for (;;) {
      let restarted = false;
      const answer = await page(place).catch((error: unknown) => {
        // The place was compacted away: the list begins anew, once, as over HTTP.
        if (place === undefined || hasRestarted || !isKubeError(error, "expired")) throw error;
        restarted = true;
        hasRestarted = true;
        return page();
      });
      yield {
        items: answer.items.map((object) => itemOf(object as T, project)),
        resourceVersion: String(answer.revision),
        ...(answer.remaining === undefined ? {} : { remaining: answer.remaining }),
        ...(restarted ? { restarted } : {}),
      };
      place = answer.next;
      if (place === undefined) return;
    }
  }

  async *watch<T extends KubeObject, P = T>(
    r: Resource<T>,
    q: WatchQuery<T, P>,
    call: Call,
  ): AsyncGenerator<readonly WatchEvent<Item<P>>[], void, undefined> {
    const { client } = this.#exchange;
    const place = q.namespace === undefined ? {} : { namespace: q.namespace };
    const request: Request = { verb: "watch", resource: r, ...place };
    const project = projectionOf(q);
    let session: WatchSession | undefined;
    let isOver = false;
    const open = (): void => {
      const matcher = matcherOf(this.#world.kinds.of(r), q);
      if (q.from !== "initial-events") demandReached(q.from, this.#world.store.revision);
      const fault = this.#faults.forWatch({ client: client.name, ...request }, q.from !== "initial-events");
      const timeout = 1000 * (q.timeoutSeconds ?? Math.round(300 + 300 * client.random.next()));
      // Also where the client has gone while its request was on the way.
      if (!isOver) session = new WatchSession(this.#world, { resource: r, matcher, from: q.from, timeout, ...place }, fault, client.random);
    };
    try {
      await this.#exchange.once(request, call, "read", open);
      yield [];
      for (;;) {
        const batch = await abortable(session?.next() ?? Promise.resolve(undefined), [call.signal, ...this.#exchange.signals]);
        if (batch === undefined) return;
        yield batch.map((event) => projected(event, project));
      }
    } finally {
      isOver = true;
      session?.[Symbol.dispose]();
    }
  }

  async create<T extends KubeObject>(
    r: Resource<T>,
    body: object,
    o: WriteOptions & { readonly namespace?: string },
    call: Call,
  ): Promise<Written<T>> {
    const request = { verb: "create", resource: r, ...subresourceOf(o), ...(o.namespace === undefined ? {} : { namespace: o.namespace }) };
    const { client } = this.#exchange;
    const isReview = reviews.some((review) => isSame(review, r));
    return await this.#write<T>(request, call, () =>
      isReview
        ? { object: answerReview(r, body, client.name, client.deny), warnings: [] }
        : this.#performed(() => this.#registry.create(r, body, o, requesterOf(client, o)), o),
    );
  }

  async patch<T extends KubeObject>(r: Resource<T>, at: At, p: Patch, o: WriteOptions, call: Call): Promise<Written<T>> {
    const request = { verb: "patch", resource: r, ...subresourceOf(o), ...placeOf(at) };
    return await this.#write<T>(request, call, () =>
      this.#performed(() => this.#registry.patch(r, at, p, o, requesterOf(this.#exchange.client, o)), o),
    );
  }

  async remove<T extends KubeObject>(r: Resource<T>, at: Identified, o: RemoveOptions, call: Call): Promise<void> {
    const request = { verb: "delete", resource: r, ...subresourceOf(o), ...placeOf(at), uid: at.uid };
    await this.#exchange.run(request, call, "write", () =>
      this.#performed(() => this.#registry.remove(r, at, o, requesterOf(this.#exchange.client, o)), o),
    );
  }

  async evict(
    pod: Identified,
    o: { readonly gracePeriodSeconds?: number; readonly dryRun?: boolean },
    call: Call,
  ): Promise<EvictionAnswer> {
    const request = { verb: "evict", resource: pods, ...placeOf(pod), uid: pod.uid };
    const { name } = this.#exchange.client;
    try {
      const status = await this.#exchange.once(request, call, "write", () => evict(this.#world, { pod, ...o, by: name }));
      return { http: 201, status };
    } catch (error) {
      if (!isKubeError(error) || error.http === undefined) throw error;
      const { http, status, retryAfter } = error;
      return {
        http,
        ...(status === undefined ? { text: tooManyRequestsText } : { status }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      };
    }
  }

  /** Its containers write nothing. */
  async log(pod: { readonly namespace: string; readonly name: string }, { container }: LogQuery, call: Call): Promise<string> {
    const request = { verb: "get", resource: pods, subresource: "log", ...placeOf(pod) } as const;
    return await this.#exchange.run(request, { retry: "none", ...call }, "read", () => {
      const { spec } = this.#registry.get(pods, pod) as Pod;
      const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
      if (!all.some(({ name }) => name === container)) throw badRequest(`container ${container} is not valid for pod ${pod.name}`);
      return "";
    });
  }

  /** Client and server share one clock. */
  serverTime(): ServerTime {
    return { offset: 0, rate: 1, seen: this.#world.life.clock.now() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close.abort(new KubeError("unreachable", `this client of ${serverName} is closed`));
  }

  #performed(draft: () => Draft, o: WriteOptions): Work {
    return performed(this.#world, this.#webhooks, draft, requesterOf(this.#exchange.client, o));
  }

  async #write<T extends KubeObject>(request: Request, call: Call, work: () => Work): Promise<Written<T>> {
    return (await this.#exchange.run(request, call, "write", work)) as Written<T>;
  }
}

function requesterOf(client: Client, o: WriteOptions): Requester {
  return { name: client.name, manager: o.fieldManager ?? ownFieldManager };
}

function placeOf({ namespace, name }: At): At {
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}

function subresourceOf({ subresource }: WriteOptions): { readonly subresource?: string } {
  return subresource === undefined ? {} : { subresource };
}

function projectionOf<T extends KubeObject, P>({ project }: { readonly project?: (object: T) => P }): (object: T) => P {
  // Without a projection P is T itself.
  return project ?? ((object) => object as unknown as P);
}

function projected<T extends KubeObject, P>(event: RawEvent, project: (object: T) => P): WatchEvent<Item<P>> {
  return "object" in event ? { type: event.type, item: itemOf(event.object as T, project) } : event;
}

function itemOf<T extends KubeObject, P>(object: T, project: (object: T) => P): Item<P> {
  const { uid, namespace, name, resourceVersion } = object.metadata;
  return { uid, name, resourceVersion, value: project(object), ...(namespace === undefined ? {} : { namespace }) };
}
