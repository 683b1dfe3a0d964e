import type { Refusal } from "./verdict.ts";

const words: Readonly<Record<string, string>> = {
  cordoned: "node(s) were unschedulable",
  "node affinity": "node(s) didn't match Pod's node affinity/selector",
  "host port": "node(s) didn't have free ports for the requested pod ports",
  "too many pods": "Too many pods",
  "volume limit": "node(s) exceed max volume count",
  "volume node affinity": "node(s) didn't match PersistentVolume's node affinity",
  "volume zone": "node(s) had no available volume zone",
  "topology spread": "node(s) didn't match pod topology spread constraints",
  "topology label missing": "node(s) didn't match pod topology spread constraints (missing required label)",
  "existing pods' anti-affinity": "node(s) didn't satisfy existing pods anti-affinity rules",
  "pod affinity": "node(s) didn't match pod affinity rules",
  "pod anti-affinity": "node(s) didn't match pod anti-affinity rules",
};

/** The refusal as kube-scheduler 1.36 writes it into the condition PodScheduled. */
export function schedulerWords(refusal: Refusal): string {
  if (refusal.startsWith("taint ")) return "node(s) had untolerated taint(s)";
  return words[refusal] ?? `I${refusal.slice(1)}`;
}
