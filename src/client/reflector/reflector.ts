import type { KubeObject } from "../../kube/object.ts";
import type { Reflector, ReflectorOptions } from "./contract.ts";
import { Driver } from "./driver.ts";

export type { FirstOutcome, Reflector, ReflectorOptions, Sink } from "./contract.ts";
export type { Change } from "./copy.ts";
export type { ReflectorStatus } from "./machine.ts";

/**
 * Keeps the projected copy of a selection of a resource up to date, whatever the server does, until disposed of. SPEC.md says what is
 * assumed of the server and what is promised.
 */
export function startReflector<T extends KubeObject, P>(options: ReflectorOptions<T, P>): Reflector {
  return new Driver(options);
}
