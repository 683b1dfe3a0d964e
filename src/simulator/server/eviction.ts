import { isKubeError } from "../../client/errors.ts";
import type { Budget } from "../../kube/budget.ts";
import { decideEviction, evictionCandidate, type EvictionDecision, stillProcessed } from "../../kube/eviction-decision.ts";
import type { Identified } from "../../kube/object.ts";
import type { Pod, PodCondition } from "../../kube/pod.ts";
import { budgets, pods } from "../../kube/resource.ts";
import type { Status } from "../../kube/status.ts";
import type { Millis } from "../../runtime/clock.ts";
import { jittered } from "../../runtime/random.ts";
import { within } from "../latency.ts";
import type { Note } from "../store/change.ts";
import type { World } from "../world.ts";
import { deleteObject, demand, type Preconditions } from "./deletion.ts";
import { withPodConditions } from "./pod-condition.ts";
import { notFound, refusal } from "./refusal.ts";

/** `EvictionsRetry`: a conflict within one eviction is tried again, 20 attempts in all, 500 ms apart. */
const attempts = 20;
const pauseBetween: Millis = 500;

const disruptionTarget: PodCondition = {
  type: "DisruptionTarget",
  status: "True",
  reason: "EvictionByEvictionAPI",
  message: "Eviction API: evicting",
};

const success: Status = { kind: "Status", status: "Success", code: 201 };

export interface Eviction {
  readonly pod: Identified;
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
  /** The client's name. */
  readonly by: string;
}

/**
 * The eviction subresource (pkg/registry/core/pod/storage/eviction.go of 1.36), write by write: the budget, then the pod's condition, then the
 * deletion. Only the latter two look at the uid, so a mismatch is answered 409 with the budget spent, and where no budget is asked it is
 * tried again for ten seconds first.
 *
 * @throws KubeError for every answer that is no success
 */
export async function evict(world: World, eviction: Eviction): Promise<Status> {
  for (let attempt = 1; ; attempt += 1) {
    const pod = presentPod(world, eviction);
    const decision = decideEviction({ pod: evictionCandidate(pod), budgets: [...world.store.each(budgets)], now: world.life.clock.now() });
    if (decision.kind !== "delete" || decision.reason === "no-budget") return await judged(world, eviction, pod, decision);
    try {
      await endPod(world, eviction, decision.pinned ? { resourceVersion: pod.metadata.resourceVersion } : {});
      return success;
    } catch (error) {
      if (!isKubeError(error, "conflict") || attempt === attempts) throw error;
      await pauseAfterConflict(world);
    }
  }
}

async function judged(world: World, eviction: Eviction, pod: Pod, decision: EvictionDecision): Promise<Status> {
  switch (decision.kind) {
    case "refuse":
      throw refusal(decision.answer);
    case "delete":
      await endPod(world, eviction, {});
      return success;
    case "delete-unhealthy":
      try {
        await endPod(world, eviction, { resourceVersion: pod.metadata.resourceVersion });
        return success;
      } catch (error) {
        // The pod may have become Ready meanwhile: the client is to ask again.
        throw isKubeError(error, "conflict") ? refusal(stillProcessed(decision.budget.metadata.name)) : error;
      }
    case "spend":
      if (eviction.dryRun !== true) await spend(world, eviction, pod, decision);
      await endPod(world, eviction, {});
      return success;
  }
}

/** Verifies and decrements; where someone else wrote the budget meanwhile, by what the budget says then. */
async function spend(world: World, { by }: Eviction, pod: Pod, first: EvictionDecision & { readonly kind: "spend" }): Promise<void> {
  const { store, life } = world;
  const { metadata } = first.budget;
  // The pod is not looked at again, and its readiness was judged before.
  const candidate = { ...evictionCandidate(pod), ready: true };
  let decision: EvictionDecision = first;
  for (let attempt = 1; ; attempt += 1) {
    await life.pause(within(world.latencies.commit, world.random));
    const stored = presentBudget(world, metadata);
    if (decision.kind === "refuse") throw refusal(decision.answer);
    if (decision.kind !== "spend") return;
    if (stored.metadata.resourceVersion === decision.budget.metadata.resourceVersion) {
      store.put(budgets, { ...stored, status: decision.status }, { by, deed: "evict" });
      return;
    }
    if (attempt === attempts) throw budgetConflicts(metadata.name);
    await pauseAfterConflict(world);
    decision = decideEviction({ pod: candidate, budgets: [presentBudget(world, metadata)], now: life.clock.now() });
  }
}

/** Marks the pod and deletes it, each write with the preconditions. */
async function endPod(world: World, eviction: Eviction, pinned: Preconditions): Promise<void> {
  const { store, life, latencies, random } = world;
  const note: Note = { by: eviction.by, deed: "evict" };
  let preconditions: Preconditions = { uid: eviction.pod.uid, ...pinned };
  await life.pause(within(latencies.commit, random));
  const pod = presentPod(world, eviction);
  demand(pods, pod, preconditions);
  if (eviction.dryRun === true) return;
  const marked = store.put(pods, withPodConditions(pod, [disruptionTarget], life.clock.now()), note);
  if (pinned.resourceVersion !== undefined) preconditions = { ...preconditions, resourceVersion: marked.metadata.resourceVersion };
  await life.pause(within(latencies.commit, random));
  const latest = presentPod(world, eviction);
  demand(pods, latest, preconditions);
  deleteObject(world, pods, latest, eviction.gracePeriodSeconds, note);
}

async function pauseAfterConflict({ life, random }: World): Promise<void> {
  await life.pause(Math.round(jittered(pauseBetween, 0.1, random)));
}

function presentPod(world: World, { pod }: Eviction): Pod {
  const found = world.store.find(pods, pod);
  if (found === undefined) throw notFound(pods, pod.name);
  return found;
}

function presentBudget(world: World, at: { readonly namespace?: string; readonly name: string }): Budget {
  const found = world.store.find(budgets, at);
  if (found === undefined) throw notFound(budgets, at.name);
  return found;
}

function budgetConflicts(name: string): Error {
  return refusal({
    kind: "Status",
    status: "Failure",
    message: `Timeout: couldn't update PodDisruptionBudget ${JSON.stringify(name)} due to conflicts`,
    reason: "Timeout",
    details: { retryAfterSeconds: 10 },
    code: 504,
  });
}
