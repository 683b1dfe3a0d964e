import type { Face } from "../keeping/face.ts";
import { maintenanceFace } from "./maintenance-face.ts";
import { nodeMaintenanceFace } from "./node-maintenance-face.ts";

/** The kinds that are looked after. */
export function faces({ medik8s }: { readonly medik8s: boolean }): readonly Face[] {
  const own = [maintenanceFace as Face];
  return medik8s ? [...own, nodeMaintenanceFace as Face] : own;
}
