import { holderName } from "./holder.ts";
import { describe, expect, test } from "vitest";
import { nodeView } from "../../../test/support/cluster-view.ts";
import type { HeldRecord } from "./held-record.ts";
import { holdOf } from "./node-hold.ts";

const since = "2026-01-01T00:00:00Z";
const at = Date.UTC(2026, 0, 1);

function record(given: Partial<HeldRecord> = {}): HeldRecord {
  const holders = [{ kind: "command" as const, user: "jane", host: "laptop", since }];
  return { nodeUID: "uid-n", wasCordoned: false, added: ["spec.unschedulable=true"], holders, undo: [], ...given };
}

describe("whether a node is held, by whom, and since when", () => {
  test("in service: by nobody, whatever taints belong to it", () => {
    expect(holdOf(nodeView())).toBeUndefined();
    expect(holdOf(nodeView({ taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }] }))).toBeUndefined();
  });

  test("our cordon: by the holders of the record", () => {
    const hold = holdOf(nodeView({ unschedulable: true, held: record(), cordonedBy: { manager: "drydock" } }));
    expect(hold).toMatchObject({ cordoned: true, foreignCordon: undefined, leftover: undefined, evicting: false, since: at });
    expect(hold?.record?.holders.map(holderName)).toEqual(["jane"]);
  });

  test("a cordon that was there before us is foreign, with or without a record", () => {
    const cordonedBy = { manager: "kubectl-cordon", at: "2026-01-01T00:05:00Z" };
    expect(holdOf(nodeView({ unschedulable: true, cordonedBy }))).toMatchObject({
      foreignCordon: cordonedBy,
      record: undefined,
      since: at + 300_000,
    });
    const held = record({ wasCordoned: true, added: [] });
    expect(holdOf(nodeView({ unschedulable: true, cordonedBy, held }))).toMatchObject({
      foreignCordon: cordonedBy,
      record: held,
      since: at,
    });
  });

  test("a record of which nothing is left, of another machine, or that cannot be read holds nobody", () => {
    expect(holdOf(nodeView({ held: record() }))).toMatchObject({ cordoned: false, record: undefined, leftover: "void" });
    expect(holdOf(nodeView({ unschedulable: true, held: record({ nodeUID: "other" }) }))).toMatchObject({
      record: undefined,
      leftover: "void",
      foreignCordon: {},
    });
    expect(holdOf(nodeView({ held: "unreadable" }))).toMatchObject({ record: undefined, leftover: "unreadable" });
  });

  test.each([
    { what: "Run:ai's", taint: { key: "runai", value: "drain", effect: "NoExecute" }, counts: true, evicting: true },
    { what: "another value of that key", taint: { key: "runai", value: "gpu", effect: "NoSchedule" }, counts: false, evicting: false },
    { what: "the Node Maintenance Operator's", taint: { key: "medik8s.io/drain", effect: "NoSchedule" }, counts: true, evicting: false },
    {
      what: "the one that only mirrors a cordon",
      taint: { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" },
      counts: false,
      evicting: false,
    },
  ])("a taint takes a node out: $what: $counts", ({ taint, counts, evicting }) => {
    const hold = holdOf(nodeView({ taints: [taint] }));
    expect(hold === undefined).toBe(!counts);
    expect(hold?.taints ?? []).toEqual(counts ? [taint] : []);
    expect(hold?.evicting ?? false).toBe(evicting);
  });

  test("a taint that the record names counts, whatever its key", () => {
    const taint = { key: "maintenance", value: "now", effect: "NoExecute" };
    expect(holdOf(nodeView({ taints: [taint], held: record({ added: ["maintenance=now:NoExecute"] }) }))?.taints).toEqual([taint]);
  });

  test("whoever began to evict is evicting until that is proven", () => {
    const holders = [{ kind: "command" as const, user: "jane", host: "laptop", since, evictingSince: since }];
    const proven = holders.map((holder) => ({ ...holder, provenAt: since }));
    expect(holdOf(nodeView({ unschedulable: true, held: record({ holders }) }))?.evicting).toBe(true);
    expect(holdOf(nodeView({ unschedulable: true, held: record({ holders: proven }) }))?.evicting).toBe(false);
  });
});
