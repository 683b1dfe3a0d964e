import type { Events, EventType } from "./state.ts";

/** The events that are true now, each at most once; undefined for those that are not. */
export type Sensed = { readonly [T in EventType]?: Events[T] | undefined };

/** An event without data, if it is true. */
export function when(isTrue: boolean): object | undefined {
  return isTrue ? {} : undefined;
}
