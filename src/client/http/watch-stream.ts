import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Clock, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { NoAnswerError } from "../errors.ts";
import type { Call, Item, WatchEvent, WatchQuery } from "../kube-api.ts";
import { pathOf, queryOf } from "./address.ts";
import { retryAfterOf } from "./answer-headers.ts";
import { chunksOf, collect } from "./body.ts";
import type { Exchange, Outgoing } from "./exchange.ts";
import { isJson, notWhatWasAsked, refused } from "./failure.ts";
import { LineSplitter } from "./line-splitter.ts";
import { parseWatchEvent } from "./watch-events.ts";

/** Bookmarks come about once a minute: a watch that is silent for longer has lost its peer, which HTTP/2 pings alone do not notice. */
const longestSilence: Millis = 150_000;

/** A server under load may hold the head of a watch back until its cache is ready. */
const headWithin: Millis = 60_000;

/**
 * One watch, never retried here: going on from where it broke is the reflector's business. Yields the events of each chunk as one batch.
 * Ends when the server ends it; throws `KubeError` for an answer that is no watch (400, 410 and 422 to a watch-list among them) and
 * `NoAnswerError` where the connection breaks.
 */
export async function* watchStream<T extends KubeObject, P>(
  r: Resource<T>,
  q: WatchQuery<T, P>,
  call: Call,
  exchange: Exchange,
  clock: Clock,
  random: Random,
): AsyncGenerator<readonly WatchEvent<Item<P>>[], void, undefined> {
  call.signal.throwIfAborted();
  const path = pathOf(r, q.namespace === undefined ? {} : { namespace: q.namespace });
  const what = `watch of ${path}`;
  const out: Outgoing = { method: "GET", path, query: watchQuery(q, random), lane: "watch", headWithin, silentFor: longestSilence };
  const answer = await exchange.send(out, call.signal, { started: false });
  if (answer.http !== 200) {
    const body = await collect(answer.body, exchange.server, call.signal);
    throw refused(answer.http, answer.headers, body, retryAfterOf(answer.headers, clock.now()), what, exchange.server);
  }
  if (!isJson(answer.headers)) {
    answer.body.destroy();
    throw notWhatWasAsked(answer.http, answer.headers, what, exchange.server);
  }
  // Without a projection P is T itself.
  const project = q.project ?? ((object: T) => object as unknown as P);
  const lines = new LineSplitter();
  try {
    // The watch is accepted: whoever waits for a quiet one must know that it is open.
    yield [];
    for await (const chunk of chunksOf(answer.body, exchange.server, call.signal)) {
      const batch: WatchEvent<Item<P>>[] = [];
      for (const line of lines.push(chunk)) {
        const event = parseWatchEvent(line, project);
        if (event !== undefined) batch.push(event);
      }
      if (batch.length > 0) yield batch;
      await clock.breathe();
    }
  } finally {
    // Its reader may leave before the first chunk was asked for.
    answer.body.destroy();
  }
  if (lines.pending > 0) throw new NoAnswerError("unknown", `${what}: ${exchange.server} ended it in the middle of an event`);
}

function watchQuery<T extends KubeObject, P>(q: WatchQuery<T, P>, random: Random): string {
  const initial = q.from === "initial-events";
  return queryOf({
    watch: true,
    allowWatchBookmarks: true,
    labelSelector: q.labelSelector,
    fieldSelector: q.fieldSelector,
    resourceVersion: initial ? undefined : q.from,
    resourceVersionMatch: initial ? "NotOlderThan" : undefined,
    sendInitialEvents: initial ? true : undefined,
    timeoutSeconds: q.timeoutSeconds ?? Math.round(300 + 300 * random.next()),
  });
}
