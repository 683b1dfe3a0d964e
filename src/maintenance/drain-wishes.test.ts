import { describe, expect, test } from "vitest";
import type { DrainSpec, MaintenanceSpec } from "../api/maintenance.ts";
import { maintenanceSpec } from "../api/schema/maintenance.ts";
import { allowable } from "../plan/consent.ts";
import { marks, modes } from "../plan/request.ts";
import { readDrainWishes } from "./drain-wishes.ts";
import { nodeMaintenanceWishes } from "./node-maintenance-wishes.ts";

const wishesOf = (drain: DrainSpec, more: Partial<MaintenanceSpec> = {}) => {
  const reading = readDrainWishes({ nodeName: "worker-1", drain, ...more });
  return reading.kind === "read" ? reading.wishes : reading.faults;
};

const faultsOf = (drain: DrainSpec, more: Partial<MaintenanceSpec> = {}) => {
  const reading = readDrainWishes({ nodeName: "worker-1", drain, ...more });
  return reading.kind === "read" ? [] : reading.faults.map(({ field, message }) => `${field}: ${message}`);
};

test("without any wish the node is emptied by evictions, DaemonSets stay, and what can never go does not stop the rest", () => {
  expect(readDrainWishes({ nodeName: "worker-1" })).toEqual({
    kind: "read",
    wishes: {
      request: { mode: "Evict", disableEviction: false, volumeDetachTimeout: 120_000 },
      allow: new Set(["unmanaged", "emptydir", "partial", "daemonsets"]),
    },
  });
});

test("every wish is passed on, times in milliseconds", () => {
  const rules = [
    {
      namespaces: { names: ["shop"] },
      pods: { matchLabels: { app: "db" }, matchExpressions: [{ key: "tier", operator: "In" as const, values: ["data"] }] },
      action: "wait" as const,
      wave: -1,
    },
    { namespaces: { selector: { matchLabels: { env: "prod" } } }, action: "ask" as const },
  ];
  expect(
    wishesOf({
      rules,
      order: "priority",
      honor: ["karpenter", "cluster-api"],
      grace: "90s",
      timeouts: { volumeDetach: "0s" },
      deadline: "1h30m",
      allow: ["budget-violation"],
    }),
  ).toEqual({
    request: {
      mode: "Evict",
      rules,
      order: "priority",
      honor: ["cluster-api", "karpenter"],
      disableEviction: false,
      grace: 90_000,
      deadline: 5_400_000,
      volumeDetachTimeout: 0,
    },
    allow: new Set(["budget-violation", "daemonsets"]),
  });
});

test("the schema knows every consent, mode and mark that there is", () => {
  const { drain } = maintenanceSpec.shape;
  const known = drain.unwrap().shape;
  expect(known.allow.unwrap().element.options).toEqual(allowable);
  expect(known.mode.unwrap().options).toEqual(modes);
  expect(known.honor.unwrap().element.options).toEqual(marks);
});

test("a taint is that of Run:ai unless another is named", () => {
  expect(wishesOf({ mode: "Taint" })).toMatchObject({
    request: { mode: "Taint", taint: { key: "runai", value: "drain", effect: "NoExecute" } },
  });
  expect(wishesOf({ mode: "EvictThenTaint", taintAfter: "30m", taint: { key: "example.com/out", effect: "NoExecute" } })).toMatchObject({
    request: { mode: "EvictThenTaint", taintAfter: 1_800_000, taint: { key: "example.com/out", effect: "NoExecute" } },
  });
});

test("grace and deadline are whole seconds, never less than was asked for", () => {
  expect(wishesOf({ grace: "1500ms", deadline: "90.5s", allow: ["budget-violation"] })).toMatchObject({
    request: { grace: 2000, deadline: 91_000 },
  });
});

describe("what contradicts itself is reported with its field", () => {
  const noExecute = { key: "a", effect: "NoExecute" } as const;
  const cases: readonly (readonly [DrainSpec, readonly string[], Partial<MaintenanceSpec>?])[] = [
    [{ taint: noExecute }, ["spec.drain.taint: is for mode Taint and EvictThenTaint"]],
    [{ mode: "Taint", taintAfter: "5m" }, ["spec.drain.taintAfter: is for mode EvictThenTaint"]],
    [
      { mode: "EvictThenTaint" },
      ["spec.drain.taintAfter: mode EvictThenTaint needs it: say when the evictions have had time enough, as in 30m"],
    ],
    [
      { mode: "Taint", rules: [{ action: "stay" }], grace: "5s" },
      [
        "spec.drain.rules: a taint takes no notice of it: leave it out, or evict (mode Evict)",
        "spec.drain.grace: a taint takes no notice of it: leave it out, or evict (mode Evict)",
      ],
    ],
    [{ deadline: "5m" }, ["spec.drain.allow: a deadline deletes pods past their budgets: agree to it with budget-violation"]],
    [
      { mode: "CordonOnly", deadline: "5m", allow: ["budget-violation"] },
      ["spec.drain.deadline: has nothing to delete with mode CordonOnly"],
    ],
    [{ deadline: "100ms", allow: ["budget-violation"] }, ["spec.drain.deadline: must not be less than 1s"]],
    [{ grace: "soon" }, ['spec.drain.grace: "soon" is no duration: write one such as 90s or 2h30m']],
    [
      { deadline: "5m", allow: ["budget-violation"] },
      ["spec.timeout: ends the way out before spec.drain.deadline is reached: give it more time"],
      { timeout: "5m" },
    ],
    [
      { rules: [{ action: "stay" }, { action: "stay", namespaces: {} }] },
      ["spec.drain.rules[1].namespaces: say either names or selector, one of them"],
    ],
    [
      { rules: [{ action: "stay", pods: { matchExpressions: [{ key: "a", operator: "In" }] } }] },
      [
        "spec.drain.rules[0].pods: is no valid label selector: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
      ],
    ],
  ];
  test.for(cases)("%j", ([drain, faults, more]) => {
    expect(faultsOf(drain, more)).toEqual(faults);
  });

  test("a taint's key and value are what the API server takes", () => {
    expect(faultsOf({ mode: "Taint", taint: { key: "a b", value: "-", effect: "NoExecute" } })).toEqual([
      expect.stringMatching(/^spec\.drain\.taint\.key: name part must consist of/),
      expect.stringMatching(/^spec\.drain\.taint\.value: a valid label must be/),
    ]);
  });
});

test("a NodeMaintenance evicts whatever budgets let go and does not wait for volumes", () => {
  expect(nodeMaintenanceWishes.request).toEqual({ mode: "Evict", disableEviction: false, volumeDetachTimeout: 0 });
  expect([...nodeMaintenanceWishes.allow].toSorted()).toEqual([
    "daemonsets",
    "emptydir",
    "infrastructure",
    "interactive",
    "last-of-role",
    "partial",
    "unmanaged",
    "vm-shutdown",
  ]);
});
