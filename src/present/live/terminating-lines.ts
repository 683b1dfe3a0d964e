import { durationText } from "../duration-text.ts";
import { dim, type Line, plain } from "../line.ts";
import { nameOf, someOf } from "../names.ts";
import type { NodeProgress } from "../progress.ts";
import type { LiveOptions } from "./cause-lines.ts";

/** Pods that have been asked to end and about which nothing else is to be said, the longest time beside them. */
export function terminatingLines(nodes: readonly NodeProgress[], { now }: LiveOptions): readonly Line[] {
  const explained = new Set(nodes.flatMap((node) => [...node.blockers.values()].map(({ object }) => nameOf(object))));
  const going = nodes.flatMap((node) => [...node.pods.values()]).filter((pod) => pod.state === "leaving" && !explained.has(nameOf(pod)));
  if (going.length === 0) return [];
  const longest = Math.max(...going.map((pod) => now - pod.since));
  return [[dim("  ending   "), plain(`${durationText(longest)}  `), dim(someOf(going.map(nameOf)))]];
}
