import type { KubeObject, Json } from "../../../src/kube/object.ts";
import { apiVersionOf, type Resource } from "../../../src/kube/resource.ts";
import type { Millis } from "../../../src/runtime/clock.ts";
import { realClock } from "../../../src/runtime/real-clock.ts";
import { atOf, type Place, placeOf, scopeOf, verbOf, wantedOf } from "./place.ts";
import { type Entry, selectorOf } from "./shelf.ts";
import { Feed, type Sink, writeAll } from "./watching.ts";
import type { World } from "./world.ts";

/** A request as far as it matters here. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

/** Where an answer goes. */
export interface Answering extends Sink {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  end(text?: string): unknown;
}

const initialEnd = { "k8s.io/initial-events-end": "true" };
const defaultPage = 500;

/** As much of the API as an operator asks for. What was asked is counted. */
export class Api {
  /** "watch pods by node" → how often. */
  readonly calls = new Map<string, number>();
  /** What every watch that is open now is of. */
  readonly #open = new Map<Feed, string>();
  readonly #listeners = new Set<() => void>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get watches(): readonly string[] {
    return [...this.#open.values()].toSorted();
  }

  /** Resolves once this holds of what is being watched, with whether it does within the time given. */
  async until(holds: (watches: readonly string[]) => boolean, within: Millis): Promise<boolean> {
    const done = Promise.withResolvers<boolean>();
    const look = (): void => {
      if (holds(this.watches)) done.resolve(true);
    };
    this.#listeners.add(look);
    using _ = realClock.timer(within, () => done.resolve(false));
    look();
    const result = await done.promise;
    this.#listeners.delete(look);
    return result;
  }

  /** All that happened has been taken by all who watch. */
  async taken(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((feed) => feed.taken()));
  }

  /** Ends every watch, as an API server that goes down does. */
  cut(): void {
    for (const feed of this.#open.keys()) feed.end();
  }

  bookmark(): void {
    for (const feed of this.#open.keys()) feed.push(() => bookmark(this.#world.version));
  }

  async answer(asked: Asked, to: Answering): Promise<void> {
    const { method, url } = asked;
    if (url.pathname === "/version") return send(to, 200, { major: "1", minor: "36", gitVersion: "v1.36.3" });
    if (url.pathname === "/apis") return send(to, 200, { kind: "APIGroupList", groups: [] });
    const place = placeOf(url.pathname);
    const resource = place === undefined ? undefined : this.#world.shelf(place)?.resource;
    const scope = scopeOf(url, place);
    const verb = verbOf(method, url, place);
    const what = place === undefined ? url.pathname : `${place.plural}${place.subresource === undefined ? "" : `/${place.subresource}`}`;
    this.#count(`${verb} ${what}${scope}`);
    if (place === undefined || resource === undefined) return refuse(to, 404, "NotFound", `nothing is served at ${url.pathname}`);
    if (place.subresource === "eviction") return this.#evict(place, to);
    switch (verb) {
      case "watch":
        return this.#watch(resource, place, url.searchParams, `${what}${scope}`, to);
      case "list":
        return this.#list(resource, place, url.searchParams, to);
      case "get":
        return sendEntry(to, this.#world.shelf(place)?.find(place.namespace, place.name ?? ""), place);
      case "create":
        return this.#create(resource, place.namespace, asked.body, to);
      case "delete":
        return sendEntry(to, this.#world.remove(resource, atOf(place)), place);
      default:
        return this.#patch(resource, place, asked.body, to);
    }
  }

  #create(resource: Resource, namespace: string | undefined, body: string, to: Answering): void {
    const object = JSON.parse(body) as KubeObject;
    const metadata = { ...object.metadata, ...(namespace === undefined ? {} : { namespace }) };
    const made = this.#world.create(resource, { ...object, metadata });
    if (made === undefined) refuse(to, 409, "AlreadyExists", `${resource.plural} ${object.metadata.name} already exists`);
    else sendText(to, 201, made.text());
  }

  #patch(resource: Resource, place: Place, body: string, to: Answering): void {
    const patch = JSON.parse(body) as Json;
    const written = this.#world.patch(resource, atOf(place), patch, place.subresource);
    if (written === "conflict") return refuse(to, 409, "Conflict", "the object has been modified");
    // Only definitions are applied, and only where they are not.
    if (written === undefined && resource.kind === "CustomResourceDefinition") return this.#create(resource, undefined, body, to);
    sendEntry(to, written, place);
  }

  #evict({ namespace = "", name = "" }: Place, to: Answering): void {
    if (this.#world.evict(namespace, name)) send(to, 201, { kind: "Status", apiVersion: "v1", status: "Success", code: 201 });
    else refuse(to, 404, "NotFound", `pods "${name}" not found`);
  }

  async #list(resource: Resource, place: Place, query: URLSearchParams, to: Answering): Promise<void> {
    const isWanted = selectorOf(wantedOf(place, query));
    const limit = Number(query.get("limit") ?? defaultPage);
    const texts: string[] = [];
    let next = "";
    for (const [after, entry] of this.#world.shelf(resource)?.from(Number(query.get("continue") ?? 0)) ?? []) {
      if (!isWanted(entry)) continue;
      texts.push(`${texts.length === 0 ? "" : ","}${entry.text()}`);
      if (texts.length === limit) {
        next = String(after);
        break;
      }
    }
    const metadata = JSON.stringify({ resourceVersion: String(this.#world.version), ...(next === "" ? {} : { continue: next }) });
    to.writeHead(200, json);
    const head = `{"kind":"${resource.kind}List","apiVersion":"${apiVersionOf(resource)}","metadata":${metadata},"items":[`;
    if (await writeAll([head, ...texts, "]}"], to)) to.end();
  }

  async #watch(resource: Resource, place: Place, query: URLSearchParams, what: string, to: Answering): Promise<void> {
    const isWanted = selectorOf(wantedOf(place, query));
    const isInitial = query.get("sendInitialEvents") === "true";
    const past = isInitial ? [] : this.#world.since(resource, Number(query.get("resourceVersion") ?? 0));
    if (past === undefined) return refuse(to, 410, "Expired", "too old resource version");
    to.writeHead(200, json);
    const feed = new Feed(to);
    const push = ({ type, entry }: { readonly type: string; readonly entry: Entry }): void => {
      if (isWanted(entry)) feed.push(() => line(type, entry));
    };
    for (const happening of past) push(happening);
    using _ = this.#world.follow(resource, push);
    this.#open.set(feed, what);
    this.#tell();
    const { version } = this.#world;
    await feed.run(isInitial ? initial(this.#world.shelf(resource)?.from(0) ?? [], isWanted, version) : []);
    this.#open.delete(feed);
    if (!to.destroyed) to.end();
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #count(call: string): void {
    this.calls.set(call, (this.calls.get(call) ?? 0) + 1);
  }
}

/** The state as of a version, while it changes: whoever watches then hears of the changes too, and takes what is newer. */
function* initial(entries: Iterable<readonly [number, Entry]>, isWanted: (entry: Entry) => boolean, version: number): Iterable<string> {
  for (const [, entry] of entries) if (isWanted(entry)) yield line("ADDED", entry);
  yield bookmark(version, initialEnd);
}

const line = (type: string, entry: Entry): string => `{"type":"${type}","object":${entry.text()}}\n`;

function bookmark(version: number, annotations: object = {}): string {
  const metadata = { resourceVersion: String(version), annotations };
  return `${JSON.stringify({ type: "BOOKMARK", object: { metadata } })}\n`;
}

const json = { "content-type": "application/json" };

function sendEntry(to: Answering, entry: Entry | undefined, { plural, name = "" }: Place): void {
  if (entry === undefined) refuse(to, 404, "NotFound", `${plural} "${name}" not found`);
  else sendText(to, 200, entry.text());
}

function refuse(to: Answering, code: number, reason: string, message: string): void {
  send(to, code, { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message });
}

function send(to: Answering, status: number, body: object): void {
  sendText(to, status, JSON.stringify(body));
}

function sendText(to: Answering, status: number, text: string): void {
  to.writeHead(status, json);
  to.end(text);
}
