import type { Identified, KubeObject } from "../../kube/object.ts";
import { ownFieldManager, type Patch, patchContentType } from "../../kube/patch.ts";
import { pods, type Resource } from "../../kube/resource.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
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
} from "../kube-api.ts";
import { type Place, pathOf, queryOf } from "./address.ts";
import { warningsOf } from "./answer-headers.ts";
import { Scratch } from "./body.ts";
import type { Caller, Request } from "./caller.ts";
import { shortened, statusIn } from "./failure.ts";
import { type GetPage, listPages } from "./list-pages.ts";
import { watchStream } from "./watch-stream.ts";

/** meta/v1 APIGroupList. */
interface GroupList {
  readonly groups?: readonly {
    readonly name: string;
    readonly versions?: readonly { readonly version: string }[];
    readonly preferredVersion?: { readonly version: string };
  }[];
}

type At = { readonly namespace?: string; readonly name: string };

/** `KubeApi` over HTTP. Made by `connect`. */
export class HttpKubeApi implements KubeApi {
  readonly server: string;
  readonly #caller: Caller;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(caller: Caller, clock: Clock, random: Random) {
    this.server = caller.exchange.server;
    this.#caller = caller;
    this.#clock = clock;
    this.#random = random;
  }

  async version(call: Call): Promise<ServerVersion> {
    const request: Request = { method: "GET", path: "/version" };
    const { value } = await this.#caller.json<{ major?: string; minor?: string; gitVersion?: string }>(request, call, "safe");
    // Some providers add a sign: "31+".
    return {
      major: Number.parseInt(value.major ?? "", 10),
      minor: Number.parseInt(value.minor ?? "", 10),
      gitVersion: value.gitVersion ?? "",
    };
  }

  async groups(call: Call): Promise<readonly ApiGroup[]> {
    const { value } = await this.#caller.json<GroupList>({ method: "GET", path: "/apis" }, call, "safe");
    return (value.groups ?? []).map(({ name, versions = [], preferredVersion }) => ({
      name,
      versions: versions.map(({ version }) => version),
      preferred: preferredVersion?.version ?? versions[0]?.version ?? "",
    }));
  }

  async get<T extends KubeObject>(r: Resource<T>, at: At, call: Call): Promise<T> {
    return (await this.#caller.json<T>({ method: "GET", path: pathOf(r, at) }, call, "safe")).value;
  }

  list<T extends KubeObject, P = T>(r: Resource<T>, q: ListQuery<T, P>, call: Call): AsyncIterable<Page<Item<P>>> {
    const scratch = new Scratch();
    const get: GetPage = (path, query, parse) => this.#caller.read({ method: "GET", path, query, scratch }, call, "safe", parse);
    return listPages(r, q, get, this.#clock);
  }

  watch<T extends KubeObject, P = T>(r: Resource<T>, q: WatchQuery<T, P>, call: Call): AsyncIterable<readonly WatchEvent<Item<P>>[]> {
    return watchStream(r, q, call, this.#caller.exchange, this.#clock, this.#random);
  }

  async create<T extends KubeObject>(
    r: Resource<T>,
    body: object,
    o: WriteOptions & { readonly namespace?: string },
    call: Call,
  ): Promise<Written<T>> {
    return this.#write({ method: "POST", path: pathOf(r, placeOf(o, o.subresource)), query: writeQuery(o), ...jsonBody(body) }, call);
  }

  async patch<T extends KubeObject>(r: Resource<T>, at: At, p: Patch, o: WriteOptions, call: Call): Promise<Written<T>> {
    const body = JSON.stringify(p.kind === "json" ? p.operations : p.body);
    const path = pathOf(r, placeOf(at, o.subresource));
    const query = writeQuery(o, p.kind === "apply" && p.force ? true : undefined);
    return this.#write({ method: "PATCH", path, query, body, contentType: patchContentType[p.kind] }, call);
  }

  async remove<T extends KubeObject>(r: Resource<T>, at: Identified, o: RemoveOptions, call: Call): Promise<void> {
    const options = {
      apiVersion: "v1",
      kind: "DeleteOptions",
      preconditions: { uid: at.uid, resourceVersion: o.resourceVersion },
      gracePeriodSeconds: o.gracePeriodSeconds,
      propagationPolicy: o.propagation,
      dryRun: o.dryRun === true ? ["All"] : undefined,
    };
    const path = pathOf(r, placeOf({ name: at.name, ...namespaceOf(at) }, o.subresource));
    await this.#caller.json<object>({ method: "DELETE", path, ...jsonBody(options) }, call, "none");
  }

  async evict(
    pod: Identified,
    o: { readonly gracePeriodSeconds?: number; readonly dryRun?: boolean },
    call: Call,
  ): Promise<EvictionAnswer> {
    const eviction = {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name: pod.name, namespace: pod.namespace },
      deleteOptions: {
        preconditions: { uid: pod.uid },
        gracePeriodSeconds: o.gracePeriodSeconds,
        dryRun: o.dryRun === true ? ["All"] : undefined,
      },
    };
    const path = pathOf(pods, placeOf({ name: pod.name, ...namespaceOf(pod) }, "eviction"));
    // The status line is the answer: a body that breaks off after it changes nothing.
    const answer = await this.#caller.whole({ method: "POST", path, ...jsonBody(eviction) }, call, true);
    const status = statusIn(answer.headers, answer.body);
    const text = status === undefined ? shortened(answer.body) : "";
    return {
      http: answer.http,
      ...(status === undefined ? {} : { status }),
      ...(answer.retryAfter === undefined ? {} : { retryAfter: answer.retryAfter }),
      ...(text === "" ? {} : { text }),
    };
  }

  async log(
    pod: { readonly namespace: string; readonly name: string },
    { container, previous, tailLines, limitBytes }: LogQuery,
    call: Call,
  ): Promise<string> {
    const query = queryOf({ container, previous: previous === true ? true : undefined, tailLines, limitBytes });
    const path = pathOf(pods, placeOf(pod, "log"));
    return await this.#caller.text({ method: "GET", path, query, atMost: limitBytes }, call, "none");
  }

  serverTime(): ServerTime | undefined {
    return this.#caller.exchange.serverTime;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#caller.exchange[Symbol.asyncDispose]();
  }

  async #write<T extends KubeObject>(request: Request, call: Call): Promise<Written<T>> {
    const { value, headers } = await this.#caller.json<T>(request, call, "none");
    return { object: value, warnings: warningsOf(headers) };
  }
}

function writeQuery(o: WriteOptions, force?: true): string {
  return queryOf({ fieldManager: o.fieldManager ?? ownFieldManager, dryRun: o.dryRun === true ? "All" : undefined, force });
}

function jsonBody(body: object): { readonly body: string; readonly contentType: string } {
  return { body: JSON.stringify(body), contentType: "application/json" };
}

function namespaceOf(at: { readonly namespace?: string }): { readonly namespace?: string } {
  return at.namespace === undefined ? {} : { namespace: at.namespace };
}

function placeOf(at: { readonly namespace?: string; readonly name?: string }, subresource: string | undefined): Place {
  return {
    ...namespaceOf(at),
    ...(at.name === undefined ? {} : { name: at.name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}
