import { describe, expect, test } from "vitest";
import { podView } from "../../test/support/cluster-view.ts";
import { KubeError, NoAnswerError } from "../client/errors.ts";
import { settledTurn } from "../runtime/event-loop.ts";
import { ExecutorRig } from "./testing/executor-rig.ts";

describe("a pod whose request was lost, while the watch is open and yet behind", () => {
  const lost = async (): Promise<ExecutorRig> => {
    const rig = new ExecutorRig({ given: { pods: [podView({ name: "web-0" })] } });
    await rig.cordon();
    rig.pass();
    rig.api.evictions[0]?.fail(new NoAnswerError("unknown", "lost"));
    await settledTurn();
    await rig.elapse(400);
    rig.pass();
    return rig;
  };
  const pod = { metadata: { name: "web-0", uid: podView({ name: "web-0" }).uid, resourceVersion: "250" } };

  test("is read before it is asked for again, and left alone if it goes", async () => {
    const rig = await lost();
    expect(rig.api.gets.map(({ name }) => name)).toEqual(["web-0"]);
    rig.api.gets[0]?.answer({ metadata: { ...pod.metadata, deletionTimestamp: "2026-01-01T00:00:30Z" } });
    await settledTurn();
    await rig.elapse(10_000);
    rig.pass();
    expect(rig.asked).toHaveLength(1);
    expect(rig.blockerCodes(rig.pass())).toEqual(["awaiting-watch"]);
  });

  test("is asked for again if it stays", async () => {
    const rig = await lost();
    rig.api.gets[0]?.answer(pod);
    await settledTurn();
    expect(rig.asked).toHaveLength(2);
  });

  test("is left alone if another carries its name, or nobody", async () => {
    const replaced = await lost();
    replaced.api.gets[0]?.answer({ metadata: { ...pod.metadata, uid: "another" } });
    const gone = await lost();
    gone.api.gets[0]?.fail(new KubeError("not-found", "no such pod", { http: 404 }));
    await settledTurn();
    for (const rig of [replaced, gone]) {
      await rig.elapse(10_000);
      rig.pass();
      expect(rig.asked).toHaveLength(1);
    }
  });

  test("is asked for again by whoever may not read it", async () => {
    const rig = await lost();
    rig.api.gets[0]?.fail(new KubeError("forbidden", "no", { http: 403 }));
    await settledTurn();
    expect(rig.asked).toHaveLength(2);
  });

  test("waits on while it cannot be read", async () => {
    const rig = await lost();
    rig.api.gets[0]?.fail(new NoAnswerError("unknown", "lost"));
    await settledTurn();
    expect(rig.asked).toHaveLength(1);
    await rig.elapse(10_000);
    rig.pass();
    expect(rig.api.gets).toHaveLength(2);
  });
});
