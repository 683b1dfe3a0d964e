import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { house } from "../../scripts/check/layers.ts";
import { faultsIn, violationsIn } from "./planted.ts";

describe("an import upward is found in every form", () => {
  test.each([
    ["a value", 'import { connect } from "../client/kube-api.ts";'],
    ["for its effect", 'import "../client/kube-api.ts";'],
    ["a type", 'import type { KubeApi } from "../client/kube-api.ts";'],
    ["an inline type", 'import { type KubeApi } from "../client/kube-api.ts";'],
    ["all of it", 'import * as api from "../client/kube-api.ts";'],
    ["a type in place", 'export type Api = import("../client/kube-api.ts").KubeApi;'],
    ["typeof in place", 'export type Api = typeof import("../client/kube-api.ts");'],
    ["passed on", 'export { connect } from "../client/kube-api.ts";'],
    ["a type passed on", 'export type { KubeApi } from "../client/kube-api.ts";'],
    ["later", 'export const api = await import("../client/kube-api.ts");'],
    ["later, in a template", "export const api = await import(`../client/kube-api.ts`);"],
    ["by require", 'import api = require("../client/kube-api.ts");'],
    ["by a roundabout path", 'import { connect } from "./../../src/client/kube-api.ts";'],
  ])("%s", (_form, code) => {
    expect(faultsIn({ "src/kube/pod.ts": `\n${code}\n` })).toEqual(["layers src/kube/pod.ts:2"]);
  });

  test("export * besides makes a barrel", () => {
    expect(faultsIn({ "src/kube/pod.ts": 'export * from "../client/kube-api.ts";' })).toEqual([
      "layers src/kube/pod.ts:1",
      "exports src/kube/pod.ts:1",
    ]);
  });
});

test("the message names both rooms, what is allowed and how to mend it", () => {
  const violations = violationsIn({
    "src/plan/plan.ts": 'import type { KubeApi } from "../client/kube-api.ts";',
    "src/client/connect.ts": 'import type { Plan } from "../plan/plan.ts";',
  });
  expect(violations.map(({ message }) => message)).toEqual([
    'client imports plan ("../plan/plan.ts"): upward. client may use kube, runtime',
    'plan imports client ("../client/kube-api.ts"): below, but not in its row of the table. plan may use cluster/view, kube, runtime',
  ]);
  for (const { mend } of violations) expect(mend).toContain("move what is needed down");
});

describe("what may stand beside what", () => {
  test("crafts do not import each other, not even in tests", () => {
    const code = 'import { phrases } from "../traffic/phrases.ts";';
    expect(faultsIn({ "src/crafts/drain/plan.ts": code, "src/crafts/drain/plan.test.ts": `${code} test("x", () => expect(1)); ` })).toEqual(
      ["layers src/crafts/drain/plan.test.ts:1", "layers src/crafts/drain/plan.ts:1"],
    );
  });

  test("only maintenance/crafts.ts names crafts", () => {
    const code = 'import { drain } from "../crafts/drain/craft.ts";';
    expect(faultsIn({ "src/maintenance/crafts.ts": code })).toEqual([]);
    expect(faultsIn({ "src/maintenance/run.ts": code, "src/present/texts.ts": code, "src/cli/main.ts": code })).toEqual([
      "layers src/cli/main.ts:1",
      "layers src/maintenance/run.ts:1",
      "layers src/present/texts.ts:1",
    ]);
  });

  test("maintenance runs on the real cluster: it does not know the simulator, cli does", () => {
    const code = 'import { simulate } from "../simulator/cluster.ts";';
    expect(faultsIn({ "src/maintenance/work.ts": code, "src/cli/demo.ts": code })).toEqual(["layers src/maintenance/work.ts:1"]);
  });

  test("planners see the view of a cluster, not the live one", () => {
    expect(faultsIn({ "src/plan/compose.ts": 'import type { ClusterView } from "../cluster/view/cluster-view.ts";' })).toEqual([]);
    expect(faultsIn({ "src/plan/compose.ts": 'import { watchCluster } from "../cluster/live/watch.ts";' })).toEqual([
      "layers src/plan/compose.ts:1",
    ]);
  });

  test("a test may use the rooms below its own, and test/", () => {
    const body = 'test("x", () => expect(1).toBe(1));';
    expect(
      faultsIn({
        "src/execution/executor.test.ts": `import "vitest"; import "../simulator/cluster.ts"; import "../crafts/drain/craft.ts"; import "../../test/fixtures/pods.ts"; ${body}`,
      }),
    ).toEqual([]);
    expect(faultsIn({ "src/kube/pod.test.ts": `import "../simulator/cluster.ts"; ${body}` })).toEqual(["layers src/kube/pod.test.ts:1"]);
  });

  test("a folder testing/ is test code: it may use the rooms below, the product may not use it", () => {
    expect(
      faultsIn({
        "src/execution/testing/cluster.ts": 'import "vitest"; import "../../simulator/cluster.ts";',
        "src/execution/executor.ts": 'import "./testing/cluster.ts";',
      }),
    ).toEqual(["layers src/execution/executor.ts:1"]);
  });

  test("the product does not import from test/ or scripts/", () => {
    expect(faultsIn({ "src/cli/main.ts": 'import "../../test/planted.ts"; import "../../scripts/build.ts";' })).toEqual([
      "layers src/cli/main.ts:1",
      "layers src/cli/main.ts:1",
    ]);
  });
});

describe("packages", () => {
  test.each(['"undici"', '"node:fs"', '"fs"', '"@kubernetes/client-node"', '"/etc/passwd"', '"data:text/javascript,1"'])(
    "a pure room does not import %s",
    (specifier) => {
      expect(faultsIn({ "src/plan/plan.ts": `import ${specifier};` })).toEqual(["layers src/plan/plan.ts:1"]);
    },
  );

  test("each package has its room", () => {
    expect(faultsIn({ "src/client/transport.ts": 'import { Agent } from "undici";' })).toEqual([]);
    expect(faultsIn({ "src/cli/main.ts": 'import { Agent } from "undici";' })).toEqual(["layers src/cli/main.ts:1"]);
  });

  test("an import computed at run time cannot be checked and is refused", () => {
    expect(faultsIn({ "src/cli/main.ts": "export const load = (name: string) => import(`./${name}.ts`);" })).toEqual([
      "layers src/cli/main.ts:1",
    ]);
  });
});

describe("the table", () => {
  test("a file outside every room is refused", () => {
    expect(faultsIn({ "src/main.ts": "", "src/attic/box.ts": "" })).toEqual(["layers src/attic/box.ts:1", "layers src/main.ts:1"]);
  });

  test("a room uses rooms further down only", () => {
    const floors = house.map(({ room }) => room);
    for (const { room, may } of house) {
      for (const below of may)
        expect(
          house.findIndex((each) => each.room === below || each.room.startsWith(`${below}/`)),
          `${room} → ${below}`,
        ).toBeGreaterThan(floors.indexOf(room));
    }
  });

  test("every folder of src/ is a room", () => {
    const rooms = new Set(house.map(({ room }) => room.split("/")[0]));
    const folders = readdirSync(new URL("../../src", import.meta.url), { withFileTypes: true }).map(({ name }) => name);
    expect(folders.filter((name) => !rooms.has(name))).toEqual([]);
  });
});
