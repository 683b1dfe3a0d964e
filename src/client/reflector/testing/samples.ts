import { KubeError, type KubeErrorCode, NoAnswerError } from "../../errors.ts";
import { begin } from "../machine.ts";
import type { Event, Events, Memory, Next, StateKind, States } from "../state.ts";

const memory: Memory = { ...begin(0).state.memory, version: "50", asked: 0 };

/** A state of this kind, entered at 0, with a copy as of version 50. */
export const at = <K extends StateKind>(kind: K, changed: Partial<Memory> = {}): States[K] =>
  ({ kind, since: 0, memory: { ...memory, ...changed }, progress: false, renewed: false, next: "watch" }) as unknown as States[K];

export const refused = (): NoAnswerError => new NoAnswerError("no", "connection refused");
export const lost = (): NoAnswerError => new NoAnswerError("unknown", "connection reset");
export const answer = (code: KubeErrorCode, http: number, retryAfter?: number): KubeError =>
  new KubeError(code, code, { http, ...(retryAfter === undefined ? {} : { retryAfter }) });
export const failed = (error: KubeError): Event => ({ type: "failed", error });
export const reported = (code: number, reason: string): Event => ({ type: "error", status: { kind: "Status", code, reason } });

/** One plain example of each event. */
export const samples = {
  wake: { type: "wake" },
  nudge: { type: "nudge" },
  opened: { type: "opened" },
  changed: { type: "changed", version: "60" },
  bookmark: { type: "bookmark", version: "60" },
  gathered: { type: "gathered", version: "60" },
  error: { type: "error", status: { kind: "Status", code: 500, reason: "InternalError" } },
  ended: { type: "ended" },
  failed: { type: "failed", error: answer("server-error", 500) },
  idle: { type: "idle" },
  stop: { type: "stop" },
} as const satisfies Events;

/** The state after, and in brackets the activity begun; "+" what the sink is given. */
export const drawn = ({ state, activity, deliver }: Next): string =>
  `${state.kind}${activity === undefined ? "" : ` [${activity.do}]`}${deliver === undefined ? "" : ` +${deliver}`}`;
