import type { Instant } from "../../runtime/clock.ts";
import type { Ending } from "../lifecycle/state.ts";

/** What went beside evictions that anybody may ask for. */
export interface ForcedEntry {
  /** "deadline", "taint", or the consent that was made use of. */
  readonly by: string;
  /** Pods; 0 of a consent that is about the node itself. */
  readonly count: number;
  /** Which: "web/a". Of commands only the count is kept. */
  readonly pods: readonly string[];
}

/** One maintenance that is over, as its object tells; or what a command did to a node that is still out, as the record on that tells. */
export interface HistoryEntry {
  readonly source: "object" | "record";
  readonly node: string;
  /** Of the object. */
  readonly name: string | undefined;
  /** Of the object; of the Node where there is none. */
  readonly uid: string;
  /** The person that the command knew, else the program that wrote the spec (managedFields); undefined where neither is told. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
  readonly ticket: string | undefined;
  readonly createdAt: Instant | undefined;
  /** When the node was first touched; undefined: it never was. */
  readonly outAt: Instant | undefined;
  readonly drainedAt: Instant | undefined;
  /** undefined: it is still out. */
  readonly backAt: Instant | undefined;
  readonly ended: Ending | undefined;
  readonly message: string;
  /** What was agreed to beyond the defaults, made use of or not. */
  readonly agreed: readonly string[];
  readonly forced: readonly ForcedEntry[];
}
