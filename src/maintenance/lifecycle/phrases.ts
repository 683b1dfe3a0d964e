import { formatTime } from "../../kube/time.ts";
import { subjectOf, wayOn } from "./code-words.ts";
import type { Facts } from "./facts.ts";
import { heldBy, leaseGivenUp, leaseNotObtained, leaseNotExtended } from "./medik8s-texts.ts";
import { onDeletion } from "./questions.ts";
import { baseOf, type Events, type EventType, type LifecycleEvent, type LifecycleState } from "./state.ts";

/** What a sentence is made from beside its event. */
interface Scene {
  readonly facts: Facts;
  readonly state: LifecycleState;
  /** The node's name. */
  readonly node: string;
}
type Sentence<T extends EventType> = (event: Events[T], scene: Scene) => string;

/** What keeps a maintenance where it is, in a sentence that names the object, the cause and the next step. Others never keep it anywhere. */
const reasons: { readonly [T in EventType]?: Sentence<T> } = {
  "node-unknown": (_, { node }) => `waits until node ${node} has been read`,
  deleted: (_, { node, facts }) =>
    onDeletion(facts) === "restore"
      ? `deleted: puts node ${node} back at once, without checks${unreleased(facts)}`
      : `deleted: leaves node ${node} cordoned with its record${unreleased(facts)}; drydock uncordon ${node} lifts it`,
  cancelled: (_, { node, facts }) => `cancelled: undoes what was done to node ${node}, without checks${unreleased(facts)}`,
  "node-not-found": (_, { node }) => `nodes "${node}" not found`,
  "node-missing": (_, { node, facts, state }) =>
    facts.object.desired === "In"
      ? `node ${node} is not registered: its checks begin when it registers again; to end without it, delete this object`
      : baseOf(state) === "AwaitingRelease"
        ? `node ${node} is not registered, as is usual of a machine that is off; when it registers again it is held before anything runs on it; to bring it back: drydock return ${node}`
        : `node ${node} is not registered: it is taken out of service when it registers`,
  "lease-given-up": ({ holder, attempts }, { facts, state, node }) =>
    facts.object.face === "medik8s"
      ? leaseGivenUp(attempts)
      : `lost the lease of node ${node} to ${holder ?? "somebody"} at ${time(state.leaseLostSince)}: no pod is asked to go, and the node stays out; it goes on when the lease is free`,
  paused: (_, { state, node }) => `paused at ${baseOf(state)}: nothing new is started; to go on: drydock resume ${node}`,
  "timed-out": ({ what, since }, { node }) =>
    what === "way-out"
      ? `node ${node} was not empty in time (counted from ${time(since)}): it stays out, and no pod is asked to go; to try again: drydock retry ${node}`
      : `the checks of node ${node} did not pass in time (counted from ${time(since)}): it stays out; drydock check return ${node} says why, drydock retry ${node} counts anew`,
  "release-awaited": (_, { node }) => `node ${node} has passed its checks and waits to be released: drydock return ${node} --release`,
  "finalizer-awaited": (_, { node }) => `is about to look at node ${node}`,
  "drift-given-up": (drift, { node, state }) =>
    `${undoneBy(drift, node)}, ${state.drifts.length} times within 10 minutes: it is not set again; find who does it, then: drydock retry ${node}`,
  refused: ({ refusals }, { node, facts }) => {
    const [first, ...rest] = refusals;
    if (first === undefined) return `node ${node} must not be touched`;
    const { text, hint } = wayOn(first, facts);
    const subject = first.object === undefined ? "" : `${subjectOf(first.object)}: `;
    return `${subject}${text}${rest.length === 0 ? "" : ` (and ${rest.length} more)`}${hint === "" ? "" : `; ${hint}`}`;
  },
  "lease-foreign": ({ holder, until }, { facts, node }) =>
    facts.object.face === "medik8s"
      ? leaseNotObtained(heldBy(holder), 0)
      : `${holder} holds the lease of node ${node}${until === undefined ? "" : ` until ${time(until)}`}: node ${node} is not touched before it is released`,
  "lease-lost": ({ holder, attempts }, { facts, node, state }) =>
    facts.object.face === "medik8s"
      ? leaseNotExtended(heldBy(holder ?? "unknown"), attempts)
      : `${holder ?? "somebody"} took the lease of node ${node} at ${time(state.leaseLostSince)}: no pod is asked to go until it is back`,
  "lease-failed": ({ message }, { node }) => `the lease of node ${node} could not be obtained: ${message}; asked again`,
  "lease-awaited": (_, { node }) => `is getting the lease of node ${node}`,
  drift: (drift, { node }) => `${undoneBy(drift, node)}: it is set again`,
  "look-awaited": (_, { node }) => `is looking at the pods of node ${node}`,
  "hold-awaited": (_, { node }) => `is taking node ${node} out of scheduling`,
  "hooks-open": ({ hook, open }, { node }) => {
    const what = { beforeDrain: "emptying", afterDrain: "going on", beforeReturn: "bringing back", afterReturn: "finishing" }[hook];
    const who = open.map(([name, owner]) => (owner === "" ? name : `${name} (${owner})`)).join(", ");
    return `waits before ${what} node ${node} for ${who}: each removes its annotation when it is done`;
  },
  "cordon-only": (_, { node }) =>
    `node ${node} is out of scheduling, and its pods are left alone; to bring it back: drydock return ${node}`,
  stuck: (_, { facts, node }) => stuckSentence(facts, node),
  moving: (_, { facts, node }) => {
    const left = facts.drain?.progress?.left.length ?? 0;
    return `${left === 1 ? "1 pod is" : `${left} pods are`} still to leave node ${node}`;
  },
  settling: (_, { node }) => `all pods have left node ${node}: watching that none follows, and that its volumes are off`,
  "power-kept": (_, { node }) => `node ${node} is empty and kept out; to bring it back: drydock return ${node}`,
  "power-on": (_, { node }) =>
    `node ${node} is empty: drydock check power-off ${node} says whether it is safe, then switch the machine off (on it: systemctl poweroff); over when it no longer reports`,
  "switched-off": (_, { node }) => `node ${node} is off; switch it on, then bring it back: drydock return ${node}`,
  "back-on": (_, { node }) => `node ${node} has booted and is kept out; to bring it back: drydock return ${node}`,
  "checks-pending": ({ pending }, { node }) =>
    pending.length === 0 ? `is checking node ${node}` : `is checking node ${node} (not answered yet: ${pending.join(", ")})`,
  "checks-failed": ({ failed }, { node }) =>
    `node ${node} is not fit for service: ${failed.map(({ name, message }) => `${name}: ${message}`).join("; ")}`,
};

const noun = (count: number): string => (count === 1 ? "1 pod" : `${count} pods`);

/** All that is left waits for a person: for whom, and what ends it. */
function stuckSentence(facts: Facts, node: string): string {
  const { drain } = facts;
  const left = drain?.progress?.left.length ?? 0;
  const [first, ...rest] = (drain?.progress?.blockers ?? []).filter(({ endsBy }) => endsBy === "person");
  const which = left === 0 ? `node ${node}` : `the last ${left === 1 ? "pod" : noun(left)} on node ${node}`;
  if (first === undefined) return `${which} cannot go on without a person: drydock why ${node}`;
  const { text, hint } = wayOn(first, facts);
  const next = hint === "" ? `drydock why ${node}` : hint;
  return `${which} cannot go on without a person: ${subjectOf(first.object)}: ${text}${rest.length === 0 ? "" : ` (and ${rest.length} more)`}; ${next}`;
}

/** What is still in the way of an undoing. */
function unreleased({ hold, lease }: Facts): string {
  if (hold.kind === "refused" && hold.code === "record-unreadable") return "; its record cannot be read and is left as it is";
  return hold.kind === "none" && lease.kind === "failed" ? `; its lease could not be released: ${lease.message}` : "";
}

function undoneBy({ gone, by }: { readonly gone: readonly string[]; readonly by: string | undefined }, node: string): string {
  return `${by ?? "somebody"} undid ${gone.length === 0 ? "the hold" : gone.join(", ")} of node ${node}`;
}

function time(instant: number | undefined): string {
  return instant === undefined ? "an unknown time" : formatTime(instant);
}

/** What is going on, or what is waited for and who can end it. */
export function sentenceOf(facts: Facts, state: LifecycleState, because: LifecycleEvent | undefined): string {
  const scene: Scene = { facts, state, node: facts.object.nodeName };
  if (state.phase === "Finished") return endOf(state, scene);
  if (because === undefined) return state.letGoAt === undefined ? "goes on" : `is putting node ${scene.node} back`;
  const sentence = reasons[because.type] as Sentence<EventType> | undefined;
  return sentence === undefined ? "goes on" : sentence(because, scene);
}

/** How it ended, and who else keeps the node out. */
export function endOf({ ended, machine, cordonedBy }: LifecycleState, { node, facts }: Pick<Scene, "node" | "facts">): string {
  const kept =
    cordonedBy === undefined ? "" : `; kept cordoned: it was cordoned before us (${cordonedBy}), and drydock uncordon ${node} lifts that`;
  const others = facts.others.length === 0 ? kept : `; still held by ${facts.others.join(", ")}`;
  if (machine === undefined) return `ended before node ${node} was touched${others}`;
  switch (ended) {
    case "cancelled":
      return `cancelled: what was done to node ${node} is undone, without checks${others}`;
    case "deleted":
      return `node ${node} was put back without checks${others}`;
    case "kept-out":
      return `node ${node} was left cordoned, as asked; drydock uncordon ${node} lifts it`;
    default:
      return `node ${node} has passed its checks and was put back${others}`;
  }
}
