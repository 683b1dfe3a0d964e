import { expect, test } from "vitest";
import type { DrainOptions } from "../../maintenance/work.ts";
import { fakeWorld } from "../testing/fake-world.ts";

const file = "rules: [{ action: wait, pods: { matchLabels: { app: db } } }]";

async function asked(files: Readonly<Record<string, string>>, ...argv: string[]) {
  const seen: DrainOptions[] = [];
  const world = fakeWorld({
    files,
    drain: (_, options) => {
      seen.push(options);
      return { kind: "finished", nodes: [] };
    },
  });
  const code = await world.run("drain", "worker-1", ...argv);
  return { code, said: world.err.written, request: seen[0]?.request };
}

test("--rules, --honor and --order reach the request; without them it is kubectl's", async () => {
  const { request } = await asked({ "r.yaml": file }, "--rules=r.yaml", "--honor=karpenter,cluster-api", "--order=priority");
  expect(request).toMatchObject({
    rules: [{ action: "wait", pods: { matchLabels: { app: "db" } } }],
    honor: ["cluster-api", "karpenter"],
    order: "priority",
  });
  expect(Object.keys((await asked({})).request ?? {}).filter((key) => ["rules", "honor", "order"].includes(key))).toEqual([]);
});

test("- reads the rules from stdin, and names it in a complaint", async () => {
  expect((await asked({ "-": file }, "--rules=-")).request?.rules).toHaveLength(1);
  expect(await asked({ "-": "rules: 1" }, "--rules=-")).toMatchObject({
    code: 4,
    said: expect.stringContaining("rules from stdin: rules: expected a list, found 1") as string,
  });
});

test("a file that cannot be read is wrong usage, and nothing is touched", async () => {
  expect(await asked({}, "--rules=none.yaml")).toMatchObject({
    code: 4,
    said: expect.stringContaining("cannot read --rules=none.yaml: no such file") as string,
    request: undefined,
  });
});

test("a tool or an order that does not exist is wrong usage", async () => {
  expect(await asked({}, "--honor=helm")).toMatchObject({
    code: 4,
    said: expect.stringContaining("cluster-api, karpenter, autoscaler") as string,
  });
  expect(await asked({}, "--order=name")).toMatchObject({ code: 4, said: expect.stringContaining("priority") as string });
});
