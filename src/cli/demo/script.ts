import type { ExitCode } from "../../present/exit-code.ts";
import { exitCodes } from "../../present/exit-code.ts";
import { demoNode } from "../../simulator/demo-cluster.ts";

/** What happens in the demo, in order. Pauses are in milliseconds of the viewer's time. */
export type Scene =
  | { readonly kind: "say"; readonly text: string; readonly pause: number }
  /** Runs a command of ours, as it would be typed after the program's name. */
  | { readonly kind: "run"; readonly words: readonly string[]; readonly expect: ExitCode; readonly pause: number }
  /** What somebody else does to the cluster meanwhile, shown as the line that would do it. */
  | { readonly kind: "scale"; readonly namespace: string; readonly deployment: string; readonly replicas: number; readonly pause: number };

export const scenes: readonly Scene[] = [
  {
    kind: "say",
    text: "A simulated cluster of four nodes runs in this process; nothing else is touched. Time goes twice as fast here.",
    pause: 1_500,
  },
  { kind: "say", text: `${demoNode} needs new firmware. What would happen to what runs on it?`, pause: 1_000 },
  { kind: "run", words: ["preview", demoNode], expect: exitCodes.blocked, pause: 6_000 },
  {
    kind: "say",
    text: "The database has one pod and a budget that needs one: no drain could ever move it. Two pods, and it can go.",
    pause: 1_500,
  },
  { kind: "scale", namespace: "shop", deployment: "db", replicas: 2, pause: 2_500 },
  {
    kind: "say",
    text: "Now with the consents that the preview named. The budget of the shop sets the pace: one pod at a time.",
    pause: 1_000,
  },
  { kind: "run", words: ["drain", demoNode, "--ignore-daemonsets", "--delete-emptydir-data"], expect: exitCodes.done, pause: 2_000 },
  { kind: "say", text: "Empty, and shown to be. After the work, the way back:", pause: 1_000 },
  { kind: "run", words: ["uncordon", demoNode], expect: exitCodes.done, pause: 500 },
  { kind: "say", text: "That was a simulation. With your own cluster, begin with a preview: it changes nothing.", pause: 0 },
];
