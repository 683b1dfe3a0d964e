import type { Args } from "./step.ts";

/** An argument as it stands in a sentence: lists joined by commas, a missing one as "?" (never an empty gap that reads like a fact). */
export function word(args: Args, name: string): string {
  const value = args[name];
  if (value === undefined || value === "") return "?";
  return typeof value === "object" ? value.join(", ") : String(value);
}
