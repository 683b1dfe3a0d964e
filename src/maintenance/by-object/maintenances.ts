import { type Maintenance, maintenances } from "../../api/maintenance.ts";
import { isKubeError, type KubeError } from "../../client/errors.ts";
import { compareText } from "../../runtime/text-order.ts";
import type { Surroundings } from "../work.ts";
import type { NotAccepted } from "./outcome.ts";

/** All of the cluster, in no order. */
export async function listMaintenances({ api, stop }: Pick<Surroundings, "api" | "stop">): Promise<readonly Maintenance[]> {
  const found: Maintenance[] = [];
  for await (const page of api.list(maintenances, {}, { signal: stop, lane: "control" }))
    found.push(...page.items.map(({ value }) => value));
  return found;
}

/** The one of this node that is not over; the oldest, where there are several: its wishes count. */
export function openOn(all: Iterable<Maintenance>, node: string): Maintenance | undefined {
  return [...all]
    .filter(({ spec, status }) => spec.nodeName === node && status?.phase !== "Finished")
    .toSorted((a, b) => compareText(a.metadata.creationTimestamp ?? "", b.metadata.creationTimestamp ?? ""))[0];
}

/** The node's own name, or the next free one with a number: "worker-3", "worker-3-2". */
export function freeName(node: string, taken: ReadonlySet<string>): string {
  if (!taken.has(node)) return node;
  let n = 2;
  while (taken.has(`${node}-${n}`)) n += 1;
  return `${node}-${n}`;
}

const webhookDenial = /^admission webhook "([^"]+)" denied the request: ?/;

/** What the server says to a write that it does not take: undefined where that is no judgement of what was to be written. */
export function notAccepted(target: string, error: unknown): NotAccepted | undefined {
  if (!isKubeError(error, "forbidden", "invalid", "bad-request")) return undefined;
  const message = messageOf(error);
  const webhook = webhookDenial.exec(message)?.[1];
  return {
    target,
    message: message.replace(webhookDenial, ""),
    ...(webhook === undefined ? {} : { webhook }),
    denied: error.code === "forbidden" && webhook === undefined,
  };
}

function messageOf(error: KubeError): string {
  return error.status?.message ?? error.message;
}
