/** What one can wait for. */
export const waits = ["empty", "power-off-safe", "ready", "in-service"] as const;

export type WaitGoal = (typeof waits)[number];
