import { bool, type Flag } from "./flag.ts";

/** Of `adopt`. */
export const adoptTable = {
  back: { ...bool, help: "Show the steps from Drydock back to the other operator." },
} as const satisfies Readonly<Record<string, Flag>>;
