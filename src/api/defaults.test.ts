import { expect, test } from "vitest";
import { effectiveSpec } from "./defaults.ts";

test("a spec that names a node only has every default", () => {
  expect(effectiveSpec({ nodeName: "worker-1" })).toEqual({
    nodeName: "worker-1",
    desired: "Out",
    drain: { mode: "Evict", rules: [], honor: [], timeouts: { volumeDetach: "2m" }, allow: ["unmanaged", "emptydir", "partial"] },
    paused: false,
    cancelled: false,
    powerOff: "None",
    checks: { ready: true, rebooted: "Ignored", daemonSets: true, allocatable: true, expressions: [] },
    holdUntilReleased: false,
    onDelete: "Restore",
    keepFromAutoscalers: true,
  });
});

test("a list of consents replaces the default, an empty one too", () => {
  expect(effectiveSpec({ nodeName: "n", drain: { allow: [] } }).drain.allow).toEqual([]);
});

test("a machine that is switched off must have booted anew, unless said otherwise", () => {
  expect(effectiveSpec({ nodeName: "n", powerOff: "Manual" }).checks.rebooted).toBe("Required");
  expect(effectiveSpec({ nodeName: "n", powerOff: "Manual", checks: { rebooted: "Forbidden" } }).checks.rebooted).toBe("Forbidden");
});

test("deleting keeps a node out while it is on hold, unless said otherwise", () => {
  expect(effectiveSpec({ nodeName: "n", holdUntilReleased: true }).onDelete).toBe("KeepOut");
  expect(effectiveSpec({ nodeName: "n", holdUntilReleased: false }).onDelete).toBe("Restore");
  expect(effectiveSpec({ nodeName: "n", holdUntilReleased: true, onDelete: "Restore" }).onDelete).toBe("Restore");
});

test("only a mode that taints has a taint", () => {
  const own = { key: "own", effect: "NoExecute" } as const;
  expect(effectiveSpec({ nodeName: "n", drain: { mode: "Taint" } }).drain.taint).toEqual({
    key: "runai",
    value: "drain",
    effect: "NoExecute",
  });
  expect(effectiveSpec({ nodeName: "n", drain: { mode: "EvictThenTaint", taint: own } }).drain.taint).toEqual(own);
  expect(effectiveSpec({ nodeName: "n", drain: { mode: "Evict", taint: own } }).drain).not.toHaveProperty("taint");
});

test("what was given stays, and the given spec is not changed", () => {
  const spec = Object.freeze({
    nodeName: "n",
    desired: "In" as const,
    reason: "new memory",
    paused: true,
    drain: Object.freeze({ deadline: "30m", timeouts: { volumeDetach: "0s" } }),
    timeout: "2h",
  });
  expect(effectiveSpec(spec)).toMatchObject({ ...spec, drain: spec.drain });
});
