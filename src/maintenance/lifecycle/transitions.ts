import type { Phase } from "../../api/maintenance.ts";
import { noWayBack, noWayOut, type Row, undone } from "./cells.ts";
import { blocked, failed, paused } from "./overlays.ts";

/** Before the node is touched. */
const pending: Row = {
  ...undone,
  ...noWayOut,
  ...noWayBack,
  "node-unknown": "stays",
  retried: "notes",
  "node-not-found": "Failed",
  "node-missing": "stays",
  "machine-replaced": "notes",
  paused: "Paused",
  resumed: "ignores",
  mended: "ignores",
  "wanted-in": "Returning", // never touched: there is nothing to check, and it ends at once
  "finalizer-awaited": "stays",
  "wanted-out": "Checking",
};

/** Of all phases between the first look and the wait for the return. */
const out = {
  ...undone,
  ...noWayBack,
  "node-unknown": "stays",
  retried: "notes",
  "node-not-found": "Failed",
  "node-missing": "Pending", // it is taken out again when it registers again
  "machine-replaced": "Checking",
  "lease-given-up": "Failed",
  paused: "Paused",
  resumed: "ignores",
  "timed-out": "Failed",
  mended: "ignores",
  "wanted-in": "Returning",
  "finalizer-awaited": "ignores", // it was there: the driver puts it back
  "wanted-out": "ignores",
  "drift-given-up": "Blocked",
  refused: "Blocked",
  "lease-lost": "stays",
  "lease-failed": "stays",
  "lease-awaited": "stays",
  drift: "stays",
  unstuck: "ignores",
} as const;

const checking: Row = {
  ...out,
  "machine-replaced": "notes",
  "drift-given-up": "ignores", // it was held before: what is gone is set when it is held again
  drift: "ignores",
  "lease-foreign": "stays",
  "look-awaited": "stays",
  "hold-awaited": "ignores",
  cleared: "Cordoned",
  "hooks-open": "impossible",
  "cordon-only": "impossible",
  "hooks-clear": "impossible",
  stuck: "impossible",
  moving: "impossible",
  settling: "impossible",
  emptied: "impossible",
  "power-kept": "impossible",
  "power-on": "impossible",
  "switched-off": "impossible",
  "back-on": "impossible",
};

const cordoned: Row = {
  ...out,
  "lease-foreign": "stays",
  "look-awaited": "ignores",
  "hold-awaited": "stays",
  cleared: "impossible",
  "hooks-open": "stays",
  "cordon-only": "stays",
  "hooks-clear": "Draining",
  stuck: "impossible",
  moving: "impossible",
  settling: "impossible",
  emptied: "impossible",
  "power-kept": "impossible",
  "power-on": "impossible",
  "switched-off": "impossible",
  "back-on": "impossible",
};

const draining: Row = {
  ...out,
  "lease-foreign": "stays",
  "look-awaited": "stays",
  "hold-awaited": "Cordoned",
  cleared: "impossible",
  "hooks-open": "impossible",
  "cordon-only": "Cordoned",
  "hooks-clear": "impossible",
  stuck: "Blocked",
  moving: "stays",
  settling: "stays",
  emptied: "Drained",
  "power-kept": "impossible",
  "power-on": "impossible",
  "switched-off": "impossible",
  "back-on": "impossible",
};

/** Empty, and kept so: pods that arrive are to go as well. */
const empty = {
  ...out,
  "timed-out": "impossible",
  "lease-foreign": "stays",
  "lease-failed": "ignores", // nothing is evicted, so nothing waits for it
  "lease-awaited": "ignores",
  "look-awaited": "ignores",
  "hold-awaited": "Cordoned",
  cleared: "impossible",
  "cordon-only": "impossible",
  stuck: "Draining",
  moving: "Draining",
  settling: "ignores",
  emptied: "ignores",
} as const;

const drained: Row = {
  ...empty,
  "hooks-open": "stays",
  "hooks-clear": "ignores",
  "power-kept": "stays",
  "power-on": "AwaitingPowerOff",
  "switched-off": "AwaitingRelease",
  "back-on": "AwaitingRelease",
};

const awaitingPowerOff: Row = {
  ...empty,
  "node-missing": "AwaitingRelease", // clouds remove the Node of a machine that is off
  "hooks-open": "impossible",
  "hooks-clear": "impossible",
  "power-kept": "Drained",
  "power-on": "stays",
  "switched-off": "AwaitingRelease",
  "back-on": "AwaitingRelease",
};

/** Until it is to come back; and on the way back, until a person says that it may. */
const awaitingRelease: Row = {
  ...empty,
  "node-missing": "stays",
  "release-awaited": "stays",
  "hooks-open": "impossible",
  "hooks-clear": "impossible",
  "power-kept": "Drained",
  "power-on": "AwaitingPowerOff",
  "switched-off": "stays",
  "back-on": "stays",
};

const returning: Row = {
  ...noWayOut,
  ...undone,
  "node-unknown": "stays",
  retried: "notes",
  restored: "Finished",
  "node-not-found": "Failed",
  "node-missing": "stays",
  "machine-replaced": "notes",
  paused: "Paused",
  resumed: "ignores",
  "timed-out": "Failed",
  mended: "ignores",
  "release-awaited": "AwaitingRelease",
  "wanted-in": "ignores",
  "wanted-out": "Checking",
  "hooks-open": "stays",
  "checks-pending": "stays",
  "checks-failed": "stays",
  "way-open": "notes",
};

const cancelling: Row = {
  ...noWayOut,
  ...noWayBack,
  "node-unknown": "stays",
  retried: "notes",
  restored: "Finished",
  deleted: "stays",
  cancelled: "stays",
  "node-not-found": "impossible",
  "node-missing": "impossible",
  "machine-replaced": "impossible",
  paused: "impossible",
  resumed: "impossible",
  mended: "impossible",
  "wanted-in": "impossible",
};

/** The only end: nothing is asked any more. */
const finished: Row = {
  ...noWayOut,
  ...noWayBack,
  "node-unknown": "impossible",
  retried: "impossible",
  deleted: "impossible",
  cancelled: "impossible",
  "node-not-found": "impossible",
  "node-missing": "impossible",
  "machine-replaced": "impossible",
  paused: "impossible",
  resumed: "impossible",
  mended: "impossible",
  "wanted-in": "impossible",
};

/** Every phase meets every event: a missing cell does not compile. */
export const transitions: { readonly [P in Phase]: Row } = {
  Pending: pending,
  Checking: checking,
  Cordoned: cordoned,
  Draining: draining,
  Drained: drained,
  AwaitingPowerOff: awaitingPowerOff,
  AwaitingRelease: awaitingRelease,
  Returning: returning,
  Finished: finished,
  Blocked: blocked,
  Paused: paused,
  Failed: failed,
  Cancelling: cancelling,
};
