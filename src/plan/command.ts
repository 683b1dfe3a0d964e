import type { Taint } from "../kube/node.ts";
import type { Identified } from "../kube/object.ts";
import type { Instant, Millis } from "../runtime/clock.ts";
import type { Wish } from "./wish.ts";

/** What a craft asks of the executor. Only the executor turns one into a request. */
export type Command = HoldNode | TaintNode | MovePod;

/** Takes the node out of scheduling: ONE patch, with the record of who holds it. */
export interface HoldNode {
  readonly kind: "hold";
  readonly node: string;
  /** All that the holder wants of the node; without it the cordon, and what it wanted before stays wanted. */
  readonly wish?: Wish;
}

/** Sets a taint and nothing else, with the record of who did: ONE patch, which no taint of somebody else's is lost by. */
export interface TaintNode {
  readonly kind: "taint";
  readonly node: string;
  readonly taint: Taint;
}

/** Asks for one pod to go, and for no other that has its name, from this node only. Budgets are the step's. */
export interface MovePod {
  readonly kind: "evict" | "delete";
  readonly pod: Identified;
  readonly node: string;
  readonly grace?: Millis;
  /** Past budgets, ahead of this deadline: only with the consent to violate budgets, and beside an eviction that is under way. */
  readonly aheadOf?: Instant;
}
