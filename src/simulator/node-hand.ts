import type { Node } from "../kube/node.ts";
import type { Return } from "./machines.ts";
import type { NodeSketch } from "./sketch.ts";

/** What may befall a node and its machine. Everything is done at once; what follows takes the cluster its time. */
export interface NodeHand {
  /**
   * The machine stops. After about 50 s it is found unreachable: Ready is Unknown, the pods are not Ready, and those that do not tolerate
   * it are deleted 300 s later, or after their own time, and stay Terminating: there is no kubelet to end them.
   */
  die(): void;
  /** The machine runs again: its kubelet reports within 2 s, ends what was deleted, and keeps the rest. Default: rebooted. */
  comeBack(how?: Return): void;
  /** Off and on, faster than anybody misses it: a new bootID, and every container once more. */
  reboot(): void;
  /** The Node object goes, as when the machine is taken out of the cluster; its pods are collected after 40 s. */
  delete(): void;
  /** A kubelet registers under this name, on a machine that has just booted: a new Node (another uid), not Ready for its first 2 s. */
  register(changes?: Partial<NodeSketch>): Node;
}
