import type { KubeObject } from "../../../kube/object.ts";
import type { Item, WatchEvent } from "../../kube-api.ts";

/** `keep: false` stands for an object that the projection of the tests leaves out. */
export interface Thing extends KubeObject {
  readonly spec: { readonly keep: boolean };
}
export type RawEvent = WatchEvent<Item<Thing>>;
