import { type Maintenance, maintenanceFinalizer, maintenances } from "../../api/maintenance.ts";
import { stateOf } from "../../maintenance/lifecycle/stored.ts";
import { maintenanceStatusOf } from "../../maintenance/lifecycle/status.ts";
import { readDrainWishes } from "../../maintenance/drain-wishes.ts";
import type { Face } from "../keeping/face.ts";
import { maintenanceFacts } from "./maintenance-facts.ts";

/** Drydock's own kind. */
export const maintenanceFace: Face<Maintenance> = {
  kind: "Maintenance",
  resource: maintenances,
  finalizer: maintenanceFinalizer,
  component: "drydock",
  nodeOf: ({ spec }) => spec.nodeName,
  factsOf: maintenanceFacts,
  previousOf: ({ status }) => stateOf(status),
  orderOf: ({ metadata, spec }) => {
    const reading = readDrainWishes(spec);
    if (reading.kind === "invalid") return { invalid: reading.faults.map(({ field, message }) => `${field}: ${message}`).join("; ") };
    return { key: `${metadata.uid}/${JSON.stringify(spec.drain ?? {})}`, ...reading.wishes };
  },
  statusOf: ({ status }, facts, advanced) => maintenanceStatusOf(facts, advanced, status),
};
