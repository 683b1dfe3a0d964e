import type { Unjudged } from "./demand.ts";

/** Why a scheduler would not put a pod on a node: what it lacks, or what of it stands in the way. */
export type Refusal =
  | "cordoned"
  | `taint ${string}`
  | "node affinity"
  | "host port"
  | "too many pods"
  | `insufficient ${string}`
  | "volume limit"
  | "volume node affinity"
  | "volume zone"
  | "topology spread"
  | "topology label missing"
  | "existing pods' anti-affinity"
  | "pod affinity"
  | "pod anti-affinity";

/** Of one pod and one node. What is known to be in the way counts, whatever else is not known. */
export type Verdict =
  | { readonly kind: "fits" }
  | { readonly kind: "refused"; readonly why: readonly Refusal[] }
  | { readonly kind: "unknown"; readonly why: readonly Unjudged[] };
