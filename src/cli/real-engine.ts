import { checkCluster } from "../maintenance/check-cluster.ts";
import { cordonNodes, uncordonNodes } from "../maintenance/cordon.ts";
import { drain } from "../maintenance/drain.ts";
import { followStatus } from "../maintenance/follow-status.ts";
import { podsOnNodes } from "../maintenance/pods-on.ts";
import { checkPowerOff } from "../maintenance/power-off/check-power-off.ts";
import { previewNodes } from "../maintenance/preview.ts";
import { rankNodes } from "../maintenance/rank/rank.ts";
import { nodesOfChoice, statusOfNodes } from "../maintenance/status.ts";
import { taintNodes } from "../maintenance/taint.ts";
import type { Surroundings } from "../maintenance/work.ts";
import { why } from "../maintenance/why/why.ts";
import { collectEarly } from "../runtime/heap-growth.ts";
import type { Engine } from "./engine.ts";

/** No virtual time passes meanwhile. */
function load<T>({ clock }: Surroundings, module: () => Promise<T>): Promise<T> {
  return clock.outside("a module of the engine", module);
}

/** What the commands really do. */
export const realEngine: Engine = {
  drain,
  previewNodes,
  rankNodes,
  status: statusOfNodes,
  followStatus,
  nodesOfChoice,
  podsOnNodes,
  why,
  cordonNodes,
  uncordonNodes,
  taintNodes,
  checkCluster,
  checkPowerOff,
  findOperator: async (s) => await (await load(s, () => import("../maintenance/by-object/operator-presence.ts"))).findOperator(s),
  maintainNodes: async (s, o) => await (await load(s, () => import("../maintenance/by-object/maintain.ts"))).maintainNodes(s, o),
  historyOfNodes: async (s, names) => await (await load(s, () => import("../maintenance/by-object/history.ts"))).historyOfNodes(s, names),
  waitForNodes: async (s, o) => await (await load(s, () => import("../maintenance/by-object/wait.ts"))).waitForNodes(s, o),
  orderNodes: async (s, o) => await (await load(s, () => import("../maintenance/by-object/order.ts"))).orderNodes(s, o),
  returnNodes: async (s, o) => await (await load(s, () => import("../maintenance/by-object/return.ts"))).returnNodes(s, o),
  returnByRecord: async (s, o) => await (await load(s, () => import("../maintenance/by-object/return-checked.ts"))).returnByRecord(s, o),
  operate: async (s, o) => {
    collectEarly();
    return await (await load(s, () => import("../operator/run-operator.ts"))).runOperator(s, o);
  },
  install: async (s, o) => await (await load(s, () => import("../operator/install/install.ts"))).install(s, o),
  uninstall: async (s, o) => await (await load(s, () => import("../operator/uninstall/uninstall.ts"))).uninstall(s, o),
  adopt: async (s, o) => await (await load(s, () => import("../operator/adopt/adopt.ts"))).adopt(s, o),
  supportBundle: async (s, o) => await (await load(s, () => import("../operator/support/bundle.ts"))).collectBundle(s, o),
};
