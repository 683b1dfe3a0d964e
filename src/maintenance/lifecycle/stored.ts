import type { MaintenanceStatus, Phase } from "../../api/maintenance.ts";
import { formatTime, parseTime } from "../../kube/time.ts";
import type { Instant } from "../../runtime/clock.ts";
import { type BasePhase, baseOf, type Drift, type Ending, isOverlay, type LifecycleState, type RememberedMachine } from "./state.ts";

type Step = NonNullable<MaintenanceStatus["steps"]>[number];

/** Under these names `status.steps` keeps what no other field has a place for; all others are of those who change things elsewhere. */
const own = {
  phase: "phase",
  wayOut: "way-out",
  off: "power-off",
  checks: "return-checks",
  letGo: "put-back",
  drift: "hold-undone",
  cordoned: "cordoned-before",
} as const;
const ownNames: ReadonlySet<string> = new Set(Object.values(own));

/** How it ended, as the reason of the condition Returned. */
export const endings: { readonly [E in Ending]: string } = {
  returned: "ChecksPassed",
  cancelled: "Cancelled",
  deleted: "Deleted",
  "kept-out": "KeptOut",
};

/** The state that a status tells of; undefined where nothing was ever written. */
export function stateOf(status: MaintenanceStatus | undefined): LifecycleState | undefined {
  const phase = status?.phase;
  if (status === undefined || phase === undefined) return undefined;
  const steps = status.steps ?? [];
  const beginning = (name: string): Instant | undefined => parseTime(steps.find((step) => step.name === name)?.startedAt);
  const reason = status.conditions?.find(({ type }) => type === "Returned")?.reason;
  const ended = phase === "Finished" ? (Object.keys(endings) as Ending[]).find((one) => endings[one] === reason) : undefined;
  const instants = {
    since: beginning(own.phase),
    wayOutSince: beginning(own.wayOut),
    startedAt: parseTime(status.startedAt),
    drainedAt: parseTime(status.drainedAt),
    offSeenAt: beginning(own.off),
    checksSince: beginning(own.checks),
    letGoAt: beginning(own.letGo),
    finishedAt: parseTime(status.finishedAt),
    retried: parseTime(status.retried),
    leaseLostSince: parseTime(status.leaseLostSince),
  };
  return {
    phase,
    ...(isOverlay(phase) ? { from: goesOnAt(status.from) } : {}),
    ...withoutUndefined(instants),
    ...(status.node === undefined ? {} : { machine: machineOf(status.node) }),
    ...(ended === undefined ? {} : { ended }),
    ...withoutUndefined({ cordonedBy: steps.find(({ name }) => name === own.cordoned)?.message }),
    drifts: steps.flatMap((step) => (step.name === own.drift ? driftOf(step) : [])),
  };
}

/** The part of a status that is the state; all else in it follows from what is seen. */
export function statePartOf(state: LifecycleState, steps: readonly Step[] = []): MaintenanceStatus {
  const { phase, machine } = state;
  return {
    phase,
    ...(isOverlay(phase) ? { from: baseOf(state) } : {}),
    ...(machine === undefined ? {} : { node: { ...machine, ...(machine.allocatable && { allocatable: { ...machine.allocatable } }) } }),
    ...stamps({
      startedAt: state.startedAt,
      drainedAt: state.drainedAt,
      finishedAt: state.finishedAt,
      retried: state.retried,
      leaseLostSince: state.leaseLostSince,
    }),
    ...allSteps([...ownSteps(state), ...steps.filter(({ name }) => !ownNames.has(name))]),
  };
}

function allSteps(steps: Step[]): Pick<MaintenanceStatus, "steps"> {
  return steps.length === 0 ? {} : { steps };
}

function ownSteps(state: LifecycleState): Step[] {
  const begun = (name: string, at: Instant | undefined): Step[] => (at === undefined ? [] : [{ name, startedAt: formatTime(at) }]);
  return [
    ...(state.since === undefined ? [] : [{ name: own.phase, startedAt: formatTime(state.since), message: state.phase }]),
    ...(state.cordonedBy === undefined ? [] : [{ name: own.cordoned, message: state.cordonedBy }]),
    ...begun(own.wayOut, state.wayOutSince),
    ...begun(own.off, state.offSeenAt),
    ...begun(own.checks, state.checksSince),
    ...begun(own.letGo, state.letGoAt),
    ...state.drifts.map(({ at, endedAt }) => ({
      name: own.drift,
      startedAt: formatTime(at),
      ...(endedAt === undefined ? {} : { endedAt: formatTime(endedAt) }),
    })),
  ];
}

function goesOnAt(from: Phase | undefined): BasePhase {
  return from === undefined || isOverlay(from) ? "Pending" : from;
}

function machineOf({ uid, bootID, allocatable }: NonNullable<MaintenanceStatus["node"]>): RememberedMachine {
  return withoutUndefined({ uid, bootID, allocatable });
}

function driftOf({ startedAt, endedAt }: Step): readonly Drift[] {
  const at = parseTime(startedAt);
  return at === undefined ? [] : [{ at, ...withoutUndefined({ endedAt: parseTime(endedAt) }) }];
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(given: T): Defined<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;
}

function stamps<K extends string>(given: { readonly [N in K]: Instant | undefined }): { readonly [N in K]?: string } {
  const known = Object.entries<Instant | undefined>(given).flatMap(([name, at]) => (at === undefined ? [] : [[name, formatTime(at)]]));
  return Object.fromEntries(known) as { readonly [N in K]?: string };
}
