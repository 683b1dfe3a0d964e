import type { Lease, LeaseSpec } from "../../../kube/lease.ts";
import type { Millis } from "../../../runtime/clock.ts";
import { KubeError, type KubeErrorCode } from "../../errors.ts";
import { timingOf } from "../machine.ts";
import type { Activity, Event, Events, Memory, Next, StateKind, States } from "../state.ts";

/** We are "a". */
export const lease = (holder: string, version: string, spec: LeaseSpec = {}): Lease => ({
  metadata: { name: "leader", namespace: "drydock", uid: "u", resourceVersion: version },
  spec: { holderIdentity: holder, leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000000Z", leaseTransitions: 3, ...spec },
});

const leads: readonly StateKind[] = ["leading", "renewing", "verifying", "recovering"];

export const memory = (holder: string): Memory => ({
  identity: "a",
  timing: timingOf(),
  seen: { kind: "record", spec: lease(holder, "50").spec ?? {}, version: "50", changedAt: 0 },
  unsure: false,
  asked: 0,
  conflicts: 0,
  lastError: undefined,
});

/** A state of this kind, entered at 0. Who is leader has seen its own record of version 50, everybody else that of "b". */
export const at = <K extends StateKind>(kind: K, changed: Partial<Memory> = {}): States[K] =>
  ({
    kind,
    memory: { ...memory(leads.includes(kind) || kind === "releasing" ? "a" : "b"), ...changed },
    renewed: 0,
    since: 0,
    end: "lost",
    why: "taken",
  }) as unknown as States[K];

export const failure = (code: KubeErrorCode): KubeError => new KubeError(code, code);
export const failed = (code: KubeErrorCode): Event => ({ type: "failed", error: failure(code) });
export const watched = (seen: Lease | undefined, version = seen?.metadata.resourceVersion ?? "60"): Event => ({
  type: "watched",
  lease: seen,
  version,
});

/** One plain example of each event: what another candidate's renewal looks like, and our own write's answer. */
export const samples = {
  wake: { type: "wake" },
  read: { type: "read", lease: lease("b", "60", { leaseTransitions: 4 }) },
  watched: { type: "watched", lease: lease("b", "60", { leaseTransitions: 4 }), version: "60" },
  written: { type: "written", lease: lease("a", "60", { renewTime: "2026-01-01T00:00:05.000000Z" }) },
  failed: { type: "failed", error: failure("unreachable") },
  deadline: { type: "deadline" },
  stop: { type: "stop" },
} as const satisfies Events;

const said = (activity: Activity): string => {
  switch (activity.do) {
    case "update":
      return `update ${activity.version} to ${activity.claim.holder === "" ? "nobody" : activity.claim.holder}`;
    case "wait":
      return `wait ${activity.floor}–${activity.cap}`;
    default:
      return activity.do;
  }
};

/** The state after, and in brackets the activity begun. */
export const drawn = ({ state, activity }: Next): string =>
  `${state.kind}${state.kind === "ended" ? ` ${state.end} ${state.why}` : ""}${activity === undefined || activity.do === "nothing" ? "" : ` [${said(activity)}]`}`;

export const delayOf = ({ activity }: Next): { readonly floor: Millis; readonly cap: Millis } | "at once" =>
  activity?.do === "wait" ? { floor: activity.floor, cap: activity.cap } : "at once";
