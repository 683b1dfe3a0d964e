import { isKubeError } from "../client/errors.ts";
import type { ApiGroup } from "../client/kube-api.ts";
import type { Budget } from "../kube/budget.ts";
import { heldUntil } from "../kube/lease.ts";
import { budgets, leases } from "../kube/resource.ts";
import type { Args } from "../plan/step.ts";
import type { Need } from "./role.ts";
import type { Surroundings } from "./work.ts";

/** What of a cluster a drain rests on, besides permissions. Each has its words in `present/part-words.ts`. */
export type PartName = "eviction-api" | "controller-manager" | "disruption-controller" | "taint-eviction" | "clock";

export interface PartCheck {
  readonly part: PartName;
  readonly need: Need;
  readonly verdict: "yes" | "no" | "unknown";
  /** Values for its words: what the verdict rests on. */
  readonly args: Args;
}

/** As for findings (crafts/drain/node-reach.ts): below this the difference says nothing. */
const noticeableSkew = 2_000;
/** Enough budgets to see whether somebody counts them. */
const someBudgets = 50;

export async function checkParts(groups: readonly ApiGroup[] | undefined, s: Surroundings): Promise<readonly PartCheck[]> {
  const [manager, disruption] = await Promise.all([controllerManager(s), disruptionController(s)]);
  return [evictionApi(groups), manager, disruption, taintEviction(), clock(s)];
}

/** policy/v1 has been served since 1.21, and the eviction subresource takes its Eviction since 1.22. */
function evictionApi(groups: readonly ApiGroup[] | undefined): PartCheck {
  const policy = groups?.find(({ name }) => name === "policy");
  const verdict = groups === undefined ? "unknown" : policy?.versions.includes("v1") === true ? "yes" : "no";
  return { part: "eviction-api", need: "required", verdict, args: { versions: policy?.versions } };
}

/** Its lease of leadership tells that one runs; which of its controllers are switched on is visible nowhere. */
async function controllerManager({ api, clock: own, stop }: Surroundings): Promise<PartCheck> {
  const part = { part: "controller-manager", need: "recommended" } as const;
  try {
    const lease = await api.get(leases, { namespace: "kube-system", name: "kube-controller-manager" }, { signal: stop });
    const until = heldUntil(lease);
    const now = own.now() + (api.serverTime()?.offset ?? 0);
    const holder = lease.spec?.holderIdentity ?? undefined;
    return { ...part, verdict: until !== undefined && until >= now ? "yes" : "no", args: { holder } };
  } catch (error) {
    if (!isKubeError(error)) throw error;
    return { ...part, verdict: "unknown", args: { why: error.code === "forbidden" ? "denied" : error.code } };
  }
}

/** Whoever counts budgets writes into their status which generation it has counted. */
async function disruptionController({ api, stop }: Surroundings): Promise<PartCheck> {
  const part = { part: "disruption-controller", need: "recommended" } as const;
  const isCounted = ({ metadata, status }: Budget): boolean => (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
  try {
    for await (const { items } of api.list(budgets, { project: isCounted, pageSize: someBudgets }, { signal: stop })) {
      const behind = items.filter(({ value }) => !value).map(({ namespace, name }) => `${namespace ?? ""}/${name}`);
      if (items.length === 0) break;
      return { ...part, verdict: behind.length === 0 ? "yes" : "no", args: { of: items.length, behind: behind.slice(0, 3) } };
    }
    return { ...part, verdict: "unknown", args: { why: "none" } };
  } catch (error) {
    if (!isKubeError(error)) throw error;
    return { ...part, verdict: "unknown", args: { why: error.code === "forbidden" ? "denied" : error.code } };
  }
}

/** It can be switched off (`--controllers=-taint-eviction-controller`), and shows only when a taint acts. */
function taintEviction(): PartCheck {
  return { part: "taint-eviction", need: "optional", verdict: "unknown", args: {} };
}

function clock({ api }: Surroundings): PartCheck {
  const offset = api.serverTime()?.offset;
  const part = { part: "clock", need: "optional" } as const;
  if (offset === undefined) return { ...part, verdict: "unknown", args: {} };
  const args = { seconds: Math.round(Math.abs(offset) / 1000), ahead: offset > 0 };
  return { ...part, verdict: Math.abs(offset) <= noticeableSkew ? "yes" : "no", args };
}
