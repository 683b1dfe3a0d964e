import { describe, expect, test } from "vitest";
import { servers, statusOf } from "../../client/http/testing/serving.ts";
import { KubeError } from "../../client/errors.ts";
import type { KubeApi, LogQuery } from "../../client/kube-api.ts";
import type { Pod } from "../../kube/pod.ts";
import { realClock } from "../../runtime/real-clock.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import { type Logs, mostBytes, mostLines, readLogs } from "./logs.ts";

const { serving } = servers();
const stop = new AbortController().signal;

function operatorPod(name: string, restarts = 0, createdAt = "2026-01-05T08:00:00Z"): Pod {
  return {
    metadata: { name, namespace: "drydock-system", uid: name, resourceVersion: "1", creationTimestamp: createdAt },
    spec: { nodeName: "n1", containers: [{ name: "operator" }] },
    status: { containerStatuses: [{ name: "operator", restartCount: restarts, state: { running: {} } }] },
  };
}

/** @param log what is answered for a pod and a query */
async function read(log: (pod: string, q: LogQuery) => string | Error, ...pods: readonly Pod[]): Promise<Logs> {
  const answer = async (at: { readonly name: string }, q: LogQuery): Promise<string> => {
    const said = await Promise.resolve(log(at.name, q));
    if (typeof said === "string") return said;
    throw said;
  };
  return await readLogs({ api: { log: answer } as unknown as KubeApi, clock: createVirtualClock(0), stop }, pods);
}

const forbidden = new KubeError("forbidden", 'pods "a" is forbidden: User "jane" cannot get resource "pods/log"', { http: 403 });
const noKubelet = new KubeError("server-error", 'Get "https://10.0.0.1:10250/": dial tcp: connect: connection refused', { http: 500 });

test("over HTTP, each container's log is a file, and that of before its restart another", async () => {
  const { api, server } = await serving(({ query }) => ({
    headers: { "content-type": "text/plain" },
    body: query.get("previous") === "true" ? "it ended\n" : "it runs\n",
  }));
  const { files, notRead } = await readLogs({ api, clock: realClock, stop }, [operatorPod("a", 1), operatorPod("b")]);
  expect(files).toEqual([
    { name: "operator/logs/a/operator.previous.log", text: "it ended\n" },
    { name: "operator/logs/a/operator.log", text: "it runs\n" },
    { name: "operator/logs/b/operator.log", text: "it runs\n" },
  ]);
  expect(notRead).toEqual([]);
  expect(server.requests).toHaveLength(3);
});

test("a container that has not begun is not asked for", async () => {
  const waiting: Pod = {
    ...operatorPod("a"),
    status: { containerStatuses: [{ name: "operator", restartCount: 0, state: { waiting: {} } }] },
  };
  expect(await read(() => new Error("was asked"), waiting)).toEqual({ files: [], notRead: [] });
});

describe("what cannot be read", () => {
  test("for want of a right is said once, with the right", async () => {
    const { files, notRead } = await read(() => forbidden, operatorPod("a", 2), operatorPod("b"));
    expect(files).toEqual([]);
    expect(notRead).toEqual([{ resource: "pods/log", why: `${forbidden.message}; missing: get pods/log in namespace drydock-system` }]);
  });

  test("from one kubelet keeps no other log out", async () => {
    const { files, notRead } = await read((pod) => (pod === "a" ? noKubelet : "it runs\n"), operatorPod("a"), operatorPod("b"));
    expect(files.map(({ name }) => name)).toEqual(["operator/logs/b/operator.log"]);
    expect(notRead).toEqual([{ resource: "log of a/operator", why: `${noKubelet.message} (asked of node n1)` }]);
  });

  test("in time is given up, and said", async () => {
    const clock = createVirtualClock(0);
    const log = async (_: object, __: LogQuery, { signal }: { readonly signal: AbortSignal }): Promise<string> => {
      await clock.sleep(Number.POSITIVE_INFINITY, signal);
      return "";
    };
    const reading = readLogs({ api: { log } as unknown as KubeApi, clock, stop }, [operatorPod("a")]);
    let isOver = false;
    void reading.then(() => {
      isOver = true;
    });
    await clock.run(() => isOver, { at: 60_000, eventsPerInstant: 1_000 });
    expect((await reading).notRead).toEqual([{ resource: "log of a/operator", why: "no answer within 20 s (asked of node n1)" }]);
  });

  test("of many pods is named: the newest are read", async () => {
    const pods = Array.from({ length: 10 }, (_, n) => operatorPod(`p${n}`, 0, `2026-01-05T08:0${n}:00Z`));
    const { files, notRead } = await read(() => "x\n", ...pods);
    expect(files).toHaveLength(8);
    expect(files[0]?.name).toBe("operator/logs/p9/operator.log");
    expect(notRead).toEqual([{ resource: "logs of 2 older pods", why: "the newest 8 were read" }]);
  });
});

test("of a log that is too long the newest lines are kept, as the kubelet would have cut those off", async () => {
  const lines = Array.from({ length: mostLines }, (_, n) => `${n} ${"x".repeat(300)}`);
  const asked: number[] = [];
  const { files } = await read((_, { tailLines, limitBytes }) => {
    asked.push(tailLines);
    return `${lines.slice(-tailLines).join("\n")}\n`.slice(0, limitBytes);
  }, operatorPod("a"));
  expect(asked[0]).toBe(mostLines);
  expect(files[0]?.text.trimEnd().endsWith(lines.at(-1) ?? "?")).toBe(true);
  expect(files[0]?.text.length).toBeLessThan(mostBytes);
  expect(files[0]?.text.length).toBeGreaterThan(mostBytes / 2);
});

test("a stop ends it", async () => {
  const controller = new AbortController();
  controller.abort(new Error("stopped"));
  const { api } = await serving(() => ({ status: 500, body: statusOf(500, "InternalError") }));
  await expect(readLogs({ api, clock: realClock, stop: controller.signal }, [operatorPod("a")])).rejects.toThrow("stopped");
});
