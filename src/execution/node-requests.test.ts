import { describe, expect, test } from "vitest";
import { nodeView } from "../../test/support/cluster-view.ts";
import { ScriptedApi } from "../../test/support/scripted-api.ts";
import { KubeError, NoAnswerError } from "../client/errors.ts";
import type { Holder } from "../cluster/view/holder.ts";
import type { Node } from "../kube/node.ts";
import { cordonOnly } from "../plan/wish.ts";
import { settledTurn } from "../runtime/event-loop.ts";
import { InvariantError } from "../runtime/errors.ts";
import { holdNode, liftCordon, releaseNode } from "./node-requests.ts";

const jane: Holder = { kind: "command", user: "jane", host: "laptop", since: "2026-01-01T00:00:00Z" };
const machine = (resourceVersion: string, given: { uid?: string; unschedulable?: boolean } = {}): Node => ({
  metadata: { name: "n", uid: given.uid ?? "uid-n", resourceVersion },
  spec: { unschedulable: given.unschedulable ?? false },
});
const conflict = () => new KubeError("conflict", "the object has been modified", { http: 409 });

function begin() {
  const api = new ScriptedApi();
  const request = { api, signal: new AbortController().signal };
  return { api, held: holdNode(nodeView(), jane, request), request };
}

function last<T>(list: readonly T[]): T {
  const found = list.at(-1);
  if (found === undefined) throw new InvariantError("nothing was asked");
  return found;
}

function versionIn(api: ScriptedApi): string | undefined {
  const { patch } = last(api.patches);
  const body = patch.kind === "merge" ? (patch.body as { metadata?: { resourceVersion?: string } }) : {};
  return body.metadata?.resourceVersion;
}

describe("a write of the node", () => {
  test("is read again on a conflict and made under the version that is there now", async () => {
    const { api, held } = begin();
    last(api.patches).fail(conflict());
    await settledTurn();
    last(api.gets).answer(machine("77"));
    await settledTurn();
    expect(versionIn(api)).toBe("77");
    last(api.patches).answer(machine("78", { unschedulable: true }));
    expect(await held).toEqual({ kind: "held", already: false, foreign: false, unmet: [], retaken: [], version: "78" });
    expect([api.patches.length, api.gets.length]).toEqual([2, 1]);
  });

  test("finds that somebody else cordoned meanwhile: their cordon is foreign", async () => {
    const { api, held } = begin();
    last(api.patches).fail(conflict());
    await settledTurn();
    last(api.gets).answer(machine("77", { unschedulable: true }));
    await settledTurn();
    last(api.patches).answer(machine("78", { unschedulable: true }));
    expect(await held).toMatchObject({ kind: "held", already: true, foreign: true });
  });

  test("is given up after 8 conflicts in a row, and says so", async () => {
    const { api, held } = begin();
    for (let i = 1; i < 8; i += 1) {
      last(api.patches).fail(conflict());
      await settledTurn();
      last(api.gets).answer(machine(String(100 + i)));
      await settledTurn();
    }
    last(api.patches).fail(conflict());
    expect(await held).toMatchObject({ kind: "failed", error: { code: "conflict" } });
    expect(api.patches).toHaveLength(8);
  });

  test("never goes to another machine of the same name", async () => {
    const { api, held } = begin();
    last(api.patches).fail(conflict());
    await settledTurn();
    last(api.gets).answer(machine("1", { uid: "another machine" }));
    expect(await held).toMatchObject({ kind: "failed", error: { code: "not-found" } });
    expect(api.patches).toHaveLength(1);
  });

  test.each([
    { what: "a denial", error: new KubeError("forbidden", "no", { http: 403 }) },
    { what: "a lost answer", error: new NoAnswerError("unknown", "lost") },
  ])("is not repeated after $what, which is the result", async ({ error }) => {
    const { api, held } = begin();
    last(api.patches).fail(error);
    expect(await held).toEqual({ kind: "failed", error });
    expect(api.patches).toHaveLength(1);
  });

  test("fails with the read's error where the node cannot be read again", async () => {
    const { api, held } = begin();
    last(api.patches).fail(conflict());
    await settledTurn();
    const error = new KubeError("not-found", "gone", { http: 404 });
    last(api.gets).fail(error);
    expect(await held).toEqual({ kind: "failed", error });
  });

  test("keeps what is a bug of ours apart from failures of the cluster", async () => {
    const { api, held } = begin();
    last(api.patches).fail(new InvariantError("a bug"));
    await expect(held).rejects.toThrow("a bug");
  });
});

describe("a wish for an annotation that views do not keep", () => {
  test("is granted only after the node was read: what stands there must not be taken for absent", async () => {
    const { api, request } = begin();
    const wish = { ...cordonOnly, annotations: { "example.com/note": "ours" } };
    const patches = api.patches.length;
    const held = holdNode(nodeView(), jane, { ...request, wish });
    await settledTurn();
    expect([api.gets.length, api.patches.length]).toEqual([1, patches]);
    const { metadata, ...rest } = machine("60");
    last(api.gets).answer({ ...rest, metadata: { ...metadata, annotations: { "example.com/note": "theirs" } } });
    await settledTurn();
    expect(JSON.stringify(last(api.patches).patch)).not.toContain("example.com/note");
    last(api.patches).answer(machine("61"));
    expect(await held).toMatchObject({ unmet: [{ entry: "annotation:example.com/note=ours", why: "foreign", instead: "theirs" }] });
  });
});

describe("leaving a node", () => {
  const held = { nodeUID: "uid-n", wasCordoned: false, added: ["spec.unschedulable=true"], holders: [jane], undo: [] };
  const out = nodeView({ unschedulable: true, held });

  test("writes once and tells the version; to leave what one does not hold writes nothing", async () => {
    const { api, request } = begin();
    const patches = api.patches.length;
    const left = releaseNode(out, jane, request);
    last(api.patches).answer(machine("62"));
    expect(await left).toEqual({ kind: "released", undone: ["spec.unschedulable=true"], version: "62" });
    expect(await releaseNode(nodeView(), jane, request)).toEqual({ kind: "released", undone: [] });
    expect(api.patches.length).toBe(patches + 1);
  });

  test("kept out is noted with its time", async () => {
    const { api, request } = begin();
    const left = releaseNode(out, jane, { ...request, how: "keep-out", at: "2026-01-01T02:00:00Z" });
    expect(JSON.stringify(last(api.patches).patch)).toContain(String.raw`\"at\":\"2026-01-01T02:00:00Z\"`);
    last(api.patches).answer(machine("62", { unschedulable: true }));
    expect(await left).toMatchObject({ kind: "kept", why: "left-out", by: ["jane"], version: "62" });
  });
});

describe("lifting a cordon", () => {
  test("writes nothing where nothing is to be lifted", async () => {
    const { api, request } = begin();
    const before = api.patches.length;
    expect(await liftCordon(nodeView(), jane, request)).toEqual({ kind: "lifted", already: true, overrides: [] });
    expect(api.patches.length).toBe(before);
  });

  test("names the one who cordoned between our read and our write", async () => {
    const { api, request } = begin();
    const lifted = liftCordon(nodeView({ unschedulable: true }), jane, request);
    last(api.patches).fail(conflict());
    await settledTurn();
    const managedFields = [{ manager: "kubectl", time: "t", fieldsV1: { "f:spec": { "f:unschedulable": {} } } }];
    const { metadata, ...rest } = machine("77", { unschedulable: true });
    last(api.gets).answer({ ...rest, metadata: { ...metadata, managedFields } });
    await settledTurn();
    last(api.patches).answer(machine("78"));
    expect(await lifted).toMatchObject({ kind: "lifted", already: false, overrides: [{ who: "kubectl", since: "t" }] });
  });
});
