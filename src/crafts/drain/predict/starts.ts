import type { PodView } from "../../../cluster/view/cluster-view.ts";
import type { PeerView } from "../../../cluster/view/peer-view.ts";
import type { Range } from "../../../plan/step.ts";
import type { Instant, Millis } from "../../../runtime/clock.ts";

/** From deletion to a Ready replacement, where no pod of the workload ever told: scheduling, pull, start, probes. */
export const unknownStart: Range = { low: 1_000, likely: 10_000, high: 120_000 };

/** Of many observations the youngest tell best: what a drain itself has seen outweighs what was long ago. */
const mostSamples = 8;
/** A Deployment takes a longer start for a failed one (`progressDeadlineSeconds`); more likely a pod that became Ready once more. */
const longestStart: Millis = 600_000;
/** What a start on another node may take less or more: an image that is there or not, a node that is busy or not. */
const faster = 0.95;
const slower = 1.15;

type Started = Pick<PodView & PeerView, "createdAt" | "scheduledAt" | "readyAt">;

interface Sample {
  readonly from: Instant;
  readonly took: Millis;
}

/**
 * From scheduled (or created, where a scheduler wrote no time) to Ready, as these pods of one workload took it; `unknownStart` where none
 * tells. Stamps have whole seconds, so one observation is off by 0.4 s as a rule and by one second at the most; those of pods that started
 * in other seconds are independent of it.
 *
 * @param together how many of the workload's pods follow each other: their differences partly cancel out
 */
export function startTime(pods: readonly Started[], together = 1): Range {
  const samples = plausible(pods.flatMap(sampleOf).toSorted((a, b) => b.from - a.from)).slice(0, mostSamples);
  if (samples.length === 0) return unknownStart;
  const took = samples.map((sample) => sample.took);
  const likely = middle(took);
  const rounding = 800 / Math.sqrt(new Set(samples.map(({ from }) => from)).size);
  const spread = deviation(took, likely) / Math.sqrt(Math.max(1, together));
  return {
    low: Math.max(0, likely * faster - rounding - spread),
    likely,
    high: likely * slower + rounding + 2 * spread,
  };
}

function sampleOf({ createdAt, scheduledAt, readyAt }: Started): readonly Sample[] {
  const from = scheduledAt ?? createdAt;
  return from === undefined || readyAt === undefined || readyAt < from ? [] : [{ from, took: readyAt - from }];
}

function plausible(samples: readonly Sample[]): readonly Sample[] {
  const likely = samples.filter(({ took }) => took <= longestStart);
  return likely.length > 0 ? likely : samples;
}

/** The mean of the middle half: of whole seconds a median would be off by up to half of one, and a mean follows every stray. */
function middle(figures: readonly Millis[]): Millis {
  const sorted = figures.toSorted((a, b) => a - b);
  const cut = Math.floor(sorted.length / 4);
  const kept = sorted.slice(cut, sorted.length - cut);
  return kept.reduce((sum, figure) => sum + figure, 0) / kept.length;
}

function deviation(figures: readonly Millis[], from: Millis): Millis {
  return Math.sqrt(figures.reduce((sum, figure) => sum + (figure - from) ** 2, 0) / figures.length);
}
