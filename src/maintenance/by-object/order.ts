import { effectiveSpec } from "../../api/defaults.ts";
import type { Maintenance } from "../../api/maintenance.ts";
import type { Json } from "../../kube/object.ts";
import { formatTime, parseTime } from "../../kube/time.ts";
import { allowable, type Consent } from "../../plan/consent.ts";
import type { Instant, Millis } from "../../runtime/clock.ts";
import { unlessStopped } from "../unless-stopped.ts";
import type { Surroundings } from "../work.ts";
import { type ObjectChoice, readChosen } from "./chosen-objects.ts";
import { ObjectWatch } from "./object-watch.ts";
import type { ObjectEnd, ObjectEndKind, ObjectEvent, ObjectsOutcome } from "./outcome.ts";
import { writeWish } from "./write-wish.ts";

export type Order = "pause" | "resume" | "cancel" | "retry" | "approve";

export interface OrderOptions {
  readonly order: Order;
  readonly choice: ObjectChoice;
  /** Of "approve": what is agreed to; without it, what each waits for, if `agree` says yes to that. */
  readonly consents?: readonly Consent[];
  readonly agree?: (waits: readonly Waiting[]) => Promise<boolean>;
  readonly follow: boolean;
  readonly timeout?: Millis;
  readonly report: (event: ObjectEvent) => void;
}

/** A maintenance and the consents that it waits for. */
export interface Waiting {
  readonly object: Maintenance;
  readonly consents: readonly Consent[];
}

/** Writes one wish into the specs of maintenances that are not over, and follows until the operator has answered it. */
export async function orderNodes(s: Surroundings, o: OrderOptions): Promise<ObjectsOutcome> {
  const open = await unlessStopped(s, () => readChosen(s, o.choice));
  if ("kind" in open) return open;
  const orders = o.order === "approve" ? await approvals(open, o) : open.map((object) => ({ object, consents: [] }));
  if ("kind" in orders) return orders;
  if (s.stop.aborted) return { kind: "stopped-before", why: "interrupted" };
  await using watch = o.follow ? new ObjectWatch(s) : undefined;
  const stopped = await unlessStopped(s, async () => await watch?.begin());
  if (stopped !== undefined) return stopped;
  return { kind: "followed", ends: await Promise.all(orders.map((one) => ordered(s, o, one, watch))) };
}

async function approvals(
  open: readonly Maintenance[],
  { consents, agree }: OrderOptions,
): Promise<readonly Waiting[] | Extract<ObjectsOutcome, { kind: "nothing-to-approve" | "stopped-before" }>> {
  if (consents !== undefined) return open.map((object) => ({ object, consents }));
  const waits = open.map((object) => ({ object, consents: consentsWaitedFor(object) }));
  const idle = waits.filter((one) => one.consents.length === 0).map(({ object }) => object.spec.nodeName);
  if (idle.length > 0) return { kind: "nothing-to-approve", targets: idle };
  return agree !== undefined && (await agree(waits)) ? waits : { kind: "stopped-before", why: "declined" };
}

/** What its blockers say that a person must agree to, and nobody has since. */
export function consentsWaitedFor({ spec, status }: Maintenance): readonly Consent[] {
  const given: readonly string[] = effectiveSpec(spec).drain.allow;
  const named = new Set((status?.blockers ?? []).flatMap(({ consents = [] }) => consents));
  return allowable.filter((consent) => named.has(consent) && !given.includes(consent));
}

async function ordered(
  s: Surroundings,
  o: OrderOptions,
  { object, consents }: Waiting,
  watch: ObjectWatch | undefined,
): Promise<ObjectEnd> {
  const request = newRetry(object, s.clock.now() + (s.api.serverTime()?.offset ?? 0));
  const judge = (seen: Maintenance): ObjectEndKind | undefined => endOfOrder(o.order, seen, request);
  return await writeWish(s, object, {
    spec: specOf(o.order, object, consents, request),
    watch,
    within: o.timeout,
    judge,
    report: o.report,
  });
}

function specOf(order: Order, { spec }: Maintenance, consents: readonly Consent[], request: Instant): { readonly [key: string]: Json } {
  switch (order) {
    case "pause":
      return { paused: true };
    case "resume":
      return { paused: false };
    case "cancel":
      return { cancelled: true };
    case "retry":
      return { retryRequest: formatTime(request) };
    case "approve":
      return { drain: { allow: [...new Set<string>([...effectiveSpec(spec).drain.allow, ...consents])] } };
  }
}

/** Newer than the last one, in whole seconds, whatever the clocks say. */
function newRetry({ spec }: Maintenance, serverNow: Instant): Instant {
  const last = parseTime(spec.retryRequest) ?? 0;
  return Math.max(Math.floor(serverNow / 1_000) * 1_000, last + 1_000);
}

/** When the operator has answered this very spec; a cancellation, when the node is put back. */
function endOfOrder(order: Order, { metadata, status }: Maintenance, request: Instant): ObjectEndKind | undefined {
  if (status?.phase === "Finished") return "reached";
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return undefined;
  if (order === "cancel") return undefined;
  if (order === "retry") return (parseTime(status?.retried) ?? 0) >= request ? "reached" : undefined;
  return "reached";
}
