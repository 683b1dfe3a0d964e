import { type Maintenance, maintenances } from "../src/api/maintenance.ts";
import { type NodeMaintenance, nodeMaintenances } from "../src/api/node-maintenance.ts";
import { durationPattern } from "../src/api/schema/parts.ts";
import { isKubeError } from "../src/client/errors.ts";
import type { KubeApi } from "../src/client/kube-api.ts";
import type { Json } from "../src/kube/object.ts";
import { apiVersionOf, type Resource } from "../src/kube/resource.ts";

type Value = { readonly [key: string]: Json };

/** One object of our kinds, and what the API server makes of it. */
export interface KindCase {
  readonly name: string;
  readonly kind: "Maintenance" | "NodeMaintenance";
  /** With this the object is made. null: without a spec. */
  readonly spec: Value | null;
  /** Then its spec is changed by this merge patch. */
  readonly change?: Value;
  /** Then this is written as its status, nulls included. */
  readonly status?: Value;
  readonly gives: /** What is stored in the end. */
    | { readonly spec: Value | undefined; readonly status?: Value }
    /** "FIELD: what is said", of the last write; sorted. */
    | { readonly refused: readonly string[] };
}

const kinds: Readonly<Record<KindCase["kind"], Resource<Maintenance> | Resource<NodeMaintenance>>> = {
  Maintenance: maintenances,
  NodeMaintenance: nodeMaintenances,
};

/** Does what a case says, in a cluster that has both definitions. `name`: of the object. */
export async function runKindCase(
  { kind, spec, change, status }: KindCase,
  { api, signal, name }: { readonly api: KubeApi; readonly signal: AbortSignal; readonly name: string },
): Promise<KindCase["gives"]> {
  const resource = kinds[kind] as Resource;
  const body = { apiVersion: apiVersionOf(resource), kind, metadata: { name }, ...(spec === null ? {} : { spec }) };
  const call = { signal };
  try {
    let { object } = await api.create(resource, body, {}, call);
    if (change !== undefined) ({ object } = await api.patch(resource, { name }, { kind: "merge", body: { spec: change } }, {}, call));
    if (status !== undefined) {
      const patch = { kind: "json", operations: [{ op: "add", path: "/status", value: status }] } as const;
      ({ object } = await api.patch(resource, { name }, patch, { subresource: "status" }, call));
    }
    const stored = object as unknown as { readonly spec?: Value; readonly status?: Value };
    return { spec: stored.spec, ...(stored.status === undefined ? {} : { status: stored.status }) };
  } catch (error) {
    if (!isKubeError(error) || error.status === undefined) throw error;
    // The server's own order is that of a Go map.
    return { refused: (error.status.details?.causes ?? []).map(({ field = "", message = "" }) => `${field}: ${message}`).toSorted() };
  }
}

/** A Maintenance of worker-1 with this in its drain. */
const drained = (name: string, drain: Value, refused?: readonly string[]): KindCase => ({
  name,
  kind: "Maintenance",
  spec: { nodeName: "worker-1", drain },
  gives: refused === undefined ? { spec: { nodeName: "worker-1", desired: "Out", drain } } : { refused },
});

const changed = (name: string, before: Value, change: Value, gives: KindCase["gives"]): KindCase => ({
  name,
  kind: "Maintenance",
  spec: { nodeName: "worker-1", ...before },
  change,
  gives,
});

/** What the server adds where a faulty value kept it from asking the rules. */
const unchecked =
  "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";
const taint = { key: "runai", value: "drain", effect: "NoExecute" };
const consent = { allow: ["budget-violation"] };

const rules: readonly KindCase[] = [
  changed(
    "the node cannot be changed",
    {},
    { nodeName: "worker-2" },
    {
      refused: ["spec.nodeName: Forbidden: nodeName cannot be changed: make another Maintenance for the other node"],
    },
  ),
  changed(
    "the rest can",
    { reason: "disk" },
    { reason: "memory", drain: { grace: "1m" } },
    {
      spec: { nodeName: "worker-1", desired: "Out", reason: "memory", drain: { grace: "1m" } },
    },
  ),
  changed("from out to in", {}, { desired: "In" }, { spec: { nodeName: "worker-1", desired: "In" } }),
  changed(
    "not from in to out",
    { desired: "In" },
    { desired: "Out" },
    {
      refused: [
        "spec.desired: Forbidden: desired cannot go back from In to Out: the node is on its way back; make another Maintenance once it is in service",
      ],
    },
  ),
  changed(
    "nor by leaving it to the default",
    { desired: "In" },
    { desired: null },
    {
      refused: [
        "spec.desired: Forbidden: desired cannot go back from In to Out: the node is on its way back; make another Maintenance once it is in service",
      ],
    },
  ),
  changed("cancelling", { cancelled: false }, { cancelled: true }, { spec: { nodeName: "worker-1", desired: "Out", cancelled: true } }),
  ...[false, null].map((cancelled) =>
    changed(
      `what was cancelled stays so: ${String(cancelled)}`,
      { cancelled: true },
      { cancelled },
      {
        refused: [
          "spec.cancelled: Forbidden: cancelled cannot be taken back: the node is being put back; make another Maintenance once it is in service",
        ],
      },
    ),
  ),
  changed(
    "a cancelled one can be changed otherwise",
    { cancelled: true },
    { reason: "disk" },
    {
      spec: { nodeName: "worker-1", desired: "Out", cancelled: true, reason: "disk" },
    },
  ),
  drained("a taint with mode Taint", { mode: "Taint", taint }),
  drained("a taint with mode EvictThenTaint", { mode: "EvictThenTaint", taintAfter: "30m", taint }),
  ...[{}, { mode: "Evict" }, { mode: "CordonOnly" }].map((mode) =>
    drained(`no taint with ${JSON.stringify(mode)}`, { ...mode, taint }, [
      "spec.drain.taint: Forbidden: taint is for mode Taint and EvictThenTaint: set the mode, or leave the taint out",
    ]),
  ),
  drained("taintAfter with mode Taint", { mode: "Taint", taintAfter: "30m" }, [
    "spec.drain.taintAfter: Forbidden: taintAfter is for mode EvictThenTaint: set the mode, or leave it out; mode Taint sets the taint at once",
  ]),
  drained("EvictThenTaint without taintAfter", { mode: "EvictThenTaint" }, [
    "spec.drain.taintAfter: Required value: mode EvictThenTaint needs taintAfter: say when the evictions have had time enough, as in 30m",
  ]),
  ...[{ rules: [{ action: "stay" }] }, { honor: ["karpenter"] }, { order: "priority" }].map((more) =>
    drained(`a taint takes no notice of ${Object.keys(more).join("")}`, { mode: "Taint", ...more }, [
      "spec.drain.mode: Forbidden: a taint takes no notice of rules, honor and order: leave them out, or evict (mode Evict)",
    ]),
  ),
  drained("empty lists ask for nothing", { mode: "Taint", rules: [], honor: [] }),
  drained("a grace period with mode Taint", { mode: "Taint", grace: "5s" }, [
    "spec.drain.grace: Forbidden: with mode Taint the cluster deletes each pod with its own grace period: leave grace out, or evict (mode Evict)",
  ]),
  drained("a grace period with mode EvictThenTaint", { mode: "EvictThenTaint", taintAfter: "30m", grace: "5s" }),
  drained("a deadline with consent", { deadline: "2h30m", ...consent }),
  ...["Taint", "CordonOnly"].map((mode) =>
    drained(`a deadline with mode ${mode}`, { mode, deadline: "5m", ...consent }, [
      "spec.drain.deadline: Forbidden: deadline goes with evictions: with mode Taint the cluster deletes the pods itself, with CordonOnly nothing is deleted",
    ]),
  ),
  ...[{}, { allow: [] }, { allow: ["partial"] }].map((given) =>
    drained(`a deadline without consent: ${JSON.stringify(given)}`, { deadline: "5m", ...given }, [
      "spec.drain.allow: Required value: deadline deletes pods past their budgets: agree to it with budget-violation in allow",
    ]),
  ),
  drained("a rule by names, one by labels, one for all", {
    rules: [
      { action: "wait", namespaces: { names: ["shop", "web"] }, wave: -1 },
      { action: "ask", namespaces: { selector: { matchLabels: { env: "prod" } } } },
      { action: "stay", pods: { matchExpressions: [{ key: "app", operator: "Exists" }] } },
    ],
  }),
  ...[{}, { names: ["shop"], selector: {} }].map((namespaces) =>
    drained(`a rule by ${JSON.stringify(namespaces)}`, { rules: [{ action: "stay" }, { action: "stay", namespaces }] }, [
      "spec.drain.rules[1].namespaces: Invalid value: say either names or selector, one of them: two rules can say both",
    ]),
  ),
];

const values: readonly KindCase[] = [
  {
    name: "what is wanted has a default, and nothing else is filled in",
    kind: "Maintenance",
    spec: { nodeName: "worker-1" },
    gives: { spec: { nodeName: "worker-1", desired: "Out" } },
  },
  {
    name: "a field that nobody knows is not kept",
    kind: "Maintenance",
    spec: { nodeName: "worker-1", node: "worker-2", drain: { force: true } },
    gives: { spec: { nodeName: "worker-1", desired: "Out", drain: {} } },
  },
  { name: "a node must be named", kind: "Maintenance", spec: {}, gives: { refused: [unchecked, "spec.nodeName: Required value"] } },
  { name: "a spec must be there", kind: "Maintenance", spec: null, gives: { refused: [unchecked, "spec: Required value"] } },
  drained("a duration has a unit", { grace: "90" }, [
    `spec.drain.grace: Invalid value: "90": spec.drain.grace in body should match '${durationPattern}'`,
  ]),
  drained("a mode of nobody", { mode: "Force" }, [
    unchecked,
    'spec.drain.mode: Unsupported value: "Force": supported values: "Evict", "Taint", "EvictThenTaint", "CordonOnly"',
  ]),
  drained("a consent twice", { allow: ["partial", "partial"] }, ['spec.drain.allow[1]: Duplicate value: "partial"']),
  {
    name: "a status as the operator writes it",
    kind: "Maintenance",
    spec: { nodeName: "worker-1" },
    status: {
      phase: "Draining",
      observedGeneration: 1,
      progress: { total: 40, done: 12, left: 28, blocked: 1, percent: 30, eta: "2026-01-01T15:04:05Z", text: "12/40", etaText: "15:04Z" },
      message: "evicting",
    },
    gives: {
      spec: { nodeName: "worker-1", desired: "Out" },
      status: {
        phase: "Draining",
        observedGeneration: 1,
        progress: { total: 40, done: 12, left: 28, blocked: 1, percent: 30, eta: "2026-01-01T15:04:05Z", text: "12/40", etaText: "15:04Z" },
        message: "evicting",
      },
    },
  },
  {
    name: "two conditions of one type",
    kind: "Maintenance",
    spec: { nodeName: "worker-1" },
    status: {
      conditions: ["True", "False"].map((status) => ({
        type: "Empty",
        status,
        reason: "a",
        message: "",
        lastTransitionTime: "2026-01-01T00:00:00Z",
      })),
    },
    gives: { refused: ['status.conditions[1]: Duplicate value: {"type":"Empty"}'] },
  },
];

const original: readonly KindCase[] = [
  { name: "no spec", kind: "NodeMaintenance", spec: null, gives: { spec: undefined } },
  { name: "an empty name", kind: "NodeMaintenance", spec: { nodeName: "" }, gives: { spec: { nodeName: "" } } },
  { name: "another node", kind: "NodeMaintenance", spec: { nodeName: "a" }, change: { nodeName: "b" }, gives: { spec: { nodeName: "b" } } },
  {
    name: "a spec without a name",
    kind: "NodeMaintenance",
    spec: { reason: "disk" },
    gives: { refused: ["spec.nodeName: Required value"] },
  },
  {
    name: "a status as a Go client writes it: a time that is unset is null, and not kept",
    kind: "NodeMaintenance",
    spec: { nodeName: "a" },
    status: { phase: "Running", lastUpdate: null, totalpods: 12, evictionPods: 3, pendingPods: ["p"], pendingPodsRefs: [{ name: "p" }] },
    gives: {
      spec: { nodeName: "a" },
      status: { phase: "Running", totalpods: 12, evictionPods: 3, pendingPods: ["p"], pendingPodsRefs: [{ name: "p" }] },
    },
  },
  {
    name: "any phase and any number",
    kind: "NodeMaintenance",
    spec: { nodeName: "a" },
    status: { phase: "Strange", drainProgress: -40, errorOnLeaseCount: 4, lastError: "", lastUpdate: "2026-01-01T00:00:00Z" },
    gives: {
      spec: { nodeName: "a" },
      status: { phase: "Strange", drainProgress: -40, errorOnLeaseCount: 4, lastError: "", lastUpdate: "2026-01-01T00:00:00Z" },
    },
  },
];

/** What the schemas of our kinds, and their rules in CEL, make of objects: on the embedded cluster and on a real API server alike. */
export const kindCases: readonly KindCase[] = [...rules, ...values, ...original];
