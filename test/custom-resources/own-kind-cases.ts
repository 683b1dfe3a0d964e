import { maintenanceDefinition, nodeMaintenanceDefinition } from "../../src/api/crd.ts";
import { maintenances } from "../../src/api/maintenance.ts";
import { nodeMaintenances } from "../../src/api/node-maintenance.ts";
import type { Json } from "../../src/kube/object.ts";
import type { Resource } from "../../src/kube/resource.ts";
import { create, type CustomResourceCase, failureOf, installed, merge, type Scene, type Thing } from "./scene.ts";

/** Both kinds are for the whole cluster: the objects of a case have the name of its namespace. */
const nameIn = ({ namespace }: Scene): string => namespace;

/** Which fields are refused, and for what: the words of our own rules are theirs to change. */
async function refusedAt(work: Promise<unknown>): Promise<readonly string[] | "accepted"> {
  const { http, causes = [] } = await failureOf(work);
  return http === undefined ? "accepted" : causes.map(([reason, field]) => `${field} ${reason?.replace("FieldValue", "")}`).toSorted();
}

async function make(scene: Scene, r: Resource<Thing>, content: object): Promise<unknown> {
  return await refusedAt(create(scene, r, { metadata: { name: nameIn(scene) }, ...content }));
}

function change(
  { api, signal, namespace }: Scene,
  r: Resource<Thing>,
  body: Json,
  subresource?: string,
): Promise<{ readonly object: Thing }> {
  return api.patch(r, { name: namespace }, merge(body), subresource === undefined ? {} : { subresource }, { signal });
}

const maintenance = (scene: Scene): Promise<Resource<Thing>> => installed(scene, maintenanceDefinition, maintenances as Resource<Thing>);
const nodeMaintenance = (scene: Scene): Promise<Resource<Thing>> =>
  installed(scene, nodeMaintenanceDefinition, nodeMaintenances as Resource<Thing>);

/** Rules rest on a sound shape: without one they are not asked. */
const unasked = "<nil> Invalid";

/** What the schemas and rules of our own two kinds accept and refuse. */
export const ownKindCases: readonly CustomResourceCase[] = [
  {
    name: "a Maintenance that cannot be meant",
    run: async (scene) => {
      const r = await maintenance(scene);
      const specs: readonly Json[] = [
        {},
        { nodeName: "", desired: "Away", powerOff: "Later", onDelete: "Keep" },
        { nodeName: 7, drain: { mode: "Taint" } },
        {
          nodeName: "n1",
          timeout: "soon",
          checks: {
            expressions: [
              { name: "a", expression: "true" },
              { name: "a", expression: "false" },
            ],
          },
        },
        { nodeName: "n1", drain: { taintAfter: "30m", deadline: "1h" } },
        { nodeName: "n1", drain: { mode: "EvictThenTaint" } },
        { nodeName: "n1", drain: { mode: "Taint", grace: 5, rules: [{ action: "Skip" }] } },
      ];
      const all: unknown[] = [];
      for (const spec of specs) all.push(await make(scene, r, { spec }));
      return all;
    },
    gives: [
      [unasked, "spec.nodeName Required"],
      [unasked, "spec.desired NotSupported", "spec.nodeName Invalid", "spec.onDelete NotSupported", "spec.powerOff NotSupported"],
      [unasked, "spec.nodeName TypeInvalid"],
      ["spec.checks.expressions[1] Duplicate", "spec.timeout Invalid"],
      ["spec.drain.allow Required", "spec.drain.taintAfter Forbidden"],
      ["spec.drain.taintAfter Required"],
      [unasked, "spec.drain.grace TypeInvalid", "spec.drain.rules[0].action NotSupported"],
    ],
  },
  {
    name: "a Maintenance keeps its node, and some of what it says cannot be taken back",
    run: async (scene) => {
      const r = await maintenance(scene);
      const { object } = await create(scene, r, { metadata: { name: nameIn(scene) }, spec: { nodeName: "n1", unknown: true } });
      const tried: unknown[] = [object.spec];
      const specs: readonly Json[] = [
        { nodeName: "n2" },
        { desired: "In" },
        { desired: "Out" },
        { cancelled: true },
        { cancelled: null },
        { reason: "x" },
      ];
      for (const spec of specs) tried.push(await refusedAt(change(scene, r, { spec })));
      return tried;
    },
    gives: [
      { desired: "Out", nodeName: "n1" },
      ["spec.nodeName Forbidden"],
      "accepted",
      ["spec.desired Forbidden"],
      "accepted",
      ["spec.cancelled Forbidden"],
      "accepted",
    ],
  },
  {
    name: "a NodeMaintenance as the original takes it, and its status as the original writes it",
    run: async (scene) => {
      const r = await nodeMaintenance(scene);
      const { object } = await create(scene, r, { metadata: { name: nameIn(scene) }, spec: { nodeName: "", reason: "x", other: 1 } });
      const status = {
        phase: "Running",
        drainProgress: -20,
        lastUpdate: null,
        totalpods: 3,
        pendingPods: ["a"],
        pendingPodsRefs: [{ namespace: "shop", name: "a" }],
        totalPods: 3,
      };
      const written = (await change(scene, r, { status }, "status")).object;
      return [
        object.spec,
        written.status,
        written.metadata.generation,
        await refusedAt(change(scene, r, { status: { totalpods: "3", lastUpdate: "now" } }, "status")),
        await refusedAt(change(scene, r, { spec: { nodeName: null } })),
        await refusedAt(change(scene, r, { spec: null })),
      ];
    },
    gives: [
      { nodeName: "", reason: "x" },
      {
        phase: "Running",
        drainProgress: -20,
        totalpods: 3,
        pendingPods: ["a"],
        pendingPodsRefs: [{ namespace: "shop", name: "a" }],
      },
      1,
      ["status.lastUpdate TypeInvalid", "status.totalpods TypeInvalid"],
      ["spec.nodeName Required"],
      "accepted",
    ],
  },
];
