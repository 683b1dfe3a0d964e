import { type Row, undone } from "./cells.ts";

// Blocked, Paused and Failed stand before the phase in `from`. What is true of that phase is asked when it goes on.

const asBefore = {
  ...undone,
  "node-unknown": "stays",
  restored: "Finished",
  "node-not-found": "Failed",
  "node-missing": "Pending",
  "machine-replaced": "Checking",
  "release-awaited": "ignores",
  "wanted-in": "Returning",
  "finalizer-awaited": "ignores",
  "wanted-out": "ignores",
  "drift-given-up": "ignores",
  refused: "ignores",
  "lease-foreign": "ignores",
  "lease-lost": "ignores",
  "lease-failed": "ignores",
  "lease-awaited": "ignores",
  drift: "ignores",
  "look-awaited": "ignores",
  "hold-awaited": "ignores",
  cleared: "ignores",
  "hooks-open": "ignores",
  "cordon-only": "impossible",
  "hooks-clear": "ignores",
  stuck: "ignores",
  unstuck: "ignores",
  moving: "ignores",
  settling: "ignores",
  emptied: "ignores",
  "power-kept": "ignores",
  "power-on": "ignores",
  "switched-off": "ignores",
  "back-on": "ignores",
  "checks-pending": "ignores",
  "checks-failed": "ignores",
  "way-open": "ignores",
} as const;

/** All that is left waits for a person. It goes on by itself when that ends. */
export const blocked: Row = {
  ...asBefore,
  retried: "resumes",
  "lease-given-up": "Failed",
  paused: "Paused",
  resumed: "ignores",
  "timed-out": "Failed",
  mended: "ignores",
  "drift-given-up": "stays",
  refused: "stays",
  stuck: "stays",
  unstuck: "resumes",
};

/** A person said so: nothing new is started. */
export const paused: Row = {
  ...asBefore,
  retried: "notes",
  "machine-replaced": "notes", // it stays paused, and goes on with the new machine
  "lease-given-up": "Failed",
  paused: "stays",
  resumed: "resumes",
  "timed-out": "ignores",
  mended: "ignores",
};

/** The node stays out. It goes on when what made it fail ends. */
export const failed: Row = {
  ...asBefore,
  retried: "resumes",
  "node-not-found": "stays",
  "lease-given-up": "stays",
  paused: "Paused",
  resumed: "ignores",
  "timed-out": "stays",
  mended: "resumes",
};
