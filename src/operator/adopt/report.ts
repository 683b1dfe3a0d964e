import type { Instant } from "../../runtime/clock.ts";
import type { NotRead } from "../read-all.ts";

/** What Drydock makes of an object that the Node Maintenance Operator has had. */
export type Becoming =
  | "names-no-node"
  | "awaits-node"
  | "awaits-lease"
  | "is-ended"
  | "goes-on"
  | "stays-out"
  | "is-taken-out-again"
  | "is-kept-already";

/** A NodeMaintenance, and its node as it stands. */
export interface AdoptedObject {
  readonly name: string;
  /** Empty where it names none. */
  readonly node: string;
  /** As it is written; empty where nobody has looked at it yet. */
  readonly phase: string;
  readonly isThere: boolean;
  readonly isCordoned: boolean;
  readonly hasTaint: boolean;
  readonly hasLabel: boolean;
  /** Of medik8s' lease on the node; empty where nobody holds it now. */
  readonly leaseHolder: string;
  readonly becoming: Becoming;
}

/** Who installed something: OLM names its ClusterServiceVersion on all that it makes. */
export interface OlmOwner {
  readonly namespace: string;
  readonly version: string;
}

export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  readonly ready: number;
  readonly olm?: OlmOwner;
}

export interface LeaderRecord {
  readonly namespace: string;
  readonly holder: string;
  /** By the server's clock. */
  readonly until: Instant;
  readonly isFresh: boolean;
}

/** What there is of the Node Maintenance Operator, and of ours. */
export interface AdoptionReport {
  readonly server: string;
  readonly leaders: readonly LeaderRecord[];
  readonly deployments: readonly Workload[];
  readonly subscriptions: readonly { readonly namespace: string; readonly name: string; readonly version?: string }[];
  readonly definition: "absent" | "of-olm" | "plain";
  readonly webhooks: readonly { readonly name: string; readonly isOfOlm: boolean }[];
  readonly drydock: readonly Workload[];
  readonly objects: readonly AdoptedObject[];
  readonly notRead: readonly NotRead[];
}

export type AdoptOutcome =
  | { readonly kind: "shown"; readonly report: AdoptionReport }
  | { readonly kind: "scaled"; readonly report: AdoptionReport; readonly deployments: readonly Workload[] }
  /** It was to be scaled down, and nothing was changed. */
  | { readonly kind: "refused"; readonly report: AdoptionReport; readonly why: "of-olm" | "no-successor" | "not-there" | "not-known" };

/** Installed by OLM, as far as that can be seen: whatever is scaled by hand, OLM scales back. */
export function isOfOlm({ deployments, subscriptions }: Pick<AdoptionReport, "deployments" | "subscriptions">): boolean {
  return subscriptions.length > 0 || deployments.some(({ olm }) => olm !== undefined);
}
