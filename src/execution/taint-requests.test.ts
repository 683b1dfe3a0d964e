import { describe, expect, test } from "vitest";
import { ScriptedApi } from "../../test/support/scripted-api.ts";
import { KubeError } from "../client/errors.ts";
import type { Holder } from "../cluster/view/holder.ts";
import type { Node, Taint } from "../kube/node.ts";
import { InvariantError } from "../runtime/errors.ts";
import { settledTurn } from "../runtime/event-loop.ts";
import type { TaintOrder } from "./taint.ts";
import { taintNode } from "./taint-requests.ts";

const jane: Holder = { kind: "command", user: "jane", host: "laptop", since: "2026-01-01T00:00:00Z" };
const drain: Taint = { key: "runai", value: "drain", effect: "NoExecute" };
const order: TaintOrder = { changes: { add: [drain], remove: [] }, present: "keep", holder: jane };
const machine = (resourceVersion: string, taints: readonly Taint[] = [], uid = "uid-n"): Node => ({
  metadata: { name: "n", uid, resourceVersion },
  spec: taints.length === 0 ? {} : { taints },
});
const refusal = () => new KubeError("invalid", "the server rejected our request due to an error in our request", { http: 422 });

function begin() {
  const api = new ScriptedApi();
  const result = taintNode({ name: "n", uid: "uid-n" }, order, { api, signal: new AbortController().signal });
  const step = async (act: () => void) => {
    act();
    await settledTurn();
  };
  return {
    api,
    result,
    reads: (node: Node) => step(() => last(api.gets).answer(node)),
    isRefused: (error: KubeError) => step(() => last(api.patches).fail(error)),
    isTaken: (node: Node) => step(() => last(api.patches).answer(node)),
  };
}

function last<T>(list: readonly T[]): T {
  const found = list.at(-1);
  if (found === undefined) throw new InvariantError("nothing was asked");
  return found;
}

const listIn = (api: ScriptedApi): unknown => {
  const { patch } = last(api.patches);
  return patch.kind === "json" ? patch.operations.find(({ op, path }) => op === "add" && path === "/spec/taints")?.value : undefined;
};

describe("the write of a taint", () => {
  test("is made again upon what somebody else wrote at the same moment, and keeps it", async () => {
    const { api, result, reads, isRefused, isTaken } = begin();
    await reads(machine("50"));
    await isRefused(refusal());
    const other: Taint = { key: "other", effect: "NoSchedule" };
    await reads(machine("51", [other]));
    expect(listIn(api)).toEqual([other, drain]);
    await isTaken(machine("52", [other, drain]));
    expect(await result).toEqual({ kind: "written", change: "tainted", already: false, foreign: false, version: "52" });
  });

  test("is made again although the list looks as before: somebody added and removed one meanwhile", async () => {
    const { result, reads, isRefused, isTaken } = begin();
    await reads(machine("50"));
    await isRefused(refusal());
    await reads(machine("53"));
    await isTaken(machine("54", [drain]));
    expect(await result).toMatchObject({ kind: "written", version: "54" });
  });

  test("that the server refuses of a node that nobody changed has failed", async () => {
    const { api, result, reads, isRefused } = begin();
    await reads(machine("50"));
    await isRefused(refusal());
    await reads(machine("50"));
    expect(await result).toMatchObject({ kind: "failed", error: { code: "invalid" } });
    expect(api.patches).toHaveLength(1);
  });

  test("is given up as a conflict where somebody changes the node again and again", async () => {
    const { api, result, reads, isRefused } = begin();
    for (let version = 50; version < 58; version += 1) {
      await reads(machine(String(version)));
      await isRefused(refusal());
    }
    expect(await result).toMatchObject({ kind: "failed", error: { code: "conflict" } });
    expect(api.patches).toHaveLength(8);
  });

  test("does not touch another machine of the same name", async () => {
    const { api, result, reads } = begin();
    await reads(machine("50", [], "uid-other"));
    expect(await result).toMatchObject({ kind: "failed", error: { code: "not-found" } });
    expect(api.patches).toEqual([]);
  });

  test("is not made where the taint stands, held by the same user", async () => {
    const { api, result, reads } = begin();
    const taints = ["runai=drain:NoExecute"];
    const held = JSON.stringify({ nodeUID: "uid-n", wasCordoned: false, added: taints, holders: [{ ...jane, taints }], undo: [] });
    await reads({ metadata: { ...machine("50").metadata, annotations: { "drydock.dev/held": held } }, spec: { taints: [drain] } });
    expect(await result).toMatchObject({ kind: "written", already: true, foreign: false });
    expect(api.patches).toEqual([]);
  });
});
