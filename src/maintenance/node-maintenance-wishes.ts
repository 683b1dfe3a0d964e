import { allowable, type Consent } from "../plan/consent.ts";
import type { DrainWishes } from "./drain-wishes.ts";

/**
 * How every NodeMaintenance empties its node: as medik8s' operator does (kubectl drain with --force, --delete-emptydir-data and
 * --ignore-daemonsets, by evictions, without waiting for volumes). Nothing is fatal: what cannot go is reported and the rest goes. Budgets
 * alone are kept, as there.
 */
export const nodeMaintenanceWishes: DrainWishes = {
  request: { mode: "Evict", disableEviction: false, volumeDetachTimeout: 0 },
  allow: new Set<Consent>([...allowable.filter((consent) => consent !== "budget-violation"), "daemonsets"]),
};
