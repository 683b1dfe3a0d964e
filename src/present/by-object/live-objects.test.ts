import { expect, test } from "vitest";
import type { Maintenance, MaintenanceStatus } from "../../api/maintenance.ts";
import { formatTime } from "../../kube/time.ts";
import { textOf } from "../line.ts";
import { liveObjects } from "./live-objects.ts";

const now = 1_767_603_600_000;
const at = (seconds: number): string => formatTime(now + seconds * 1_000);
const progress = { total: 4, done: 1, left: 3, blocked: 2, percent: 25 };

function shown(status: MaintenanceStatus, cells = 120): readonly string[] {
  const object: Maintenance = { metadata: { name: "n", uid: "u", resourceVersion: "1" }, spec: { nodeName: "worker-1" }, status };
  return liveObjects([object], now, cells).map(textOf);
}

const blocker = (endsBy: "person" | "cluster", name: string) => ({
  code: "budget-exhausted",
  object: `Pod/web/${name}`,
  message: "",
  since: at(-5),
  endsBy,
});

test("while pods leave: how far, who holds up how many, since when and how long still", () => {
  const blockers = [blocker("person", "a"), blocker("cluster", "b")];
  const status: MaintenanceStatus = { phase: "Draining", startedAt: at(-70), progress: { ...progress, eta: at(40) }, blockers };
  const bar = `${"█".repeat(5)}${"░".repeat(15)}`;
  expect(shown(status)).toEqual([`worker-1  ${bar}  25%  1 of 4 pods gone, 1 blocked, 1 waiting  1m10s, about 40s left`]);
  expect(shown(status, 58)).toEqual(["worker-1  ███░░░░░░░  25%", "  1 of 4 pods gone, 1 blocked, 1 waiting", "  1m10s, about 40s left"]);
  expect(shown({ ...status, progress: { ...progress, eta: at(-5) } })).toEqual([expect.stringMatching(/1m10s, longer than predicted$/)]);
});

test("when the last pod has gone it says what it stays for", () => {
  const status: MaintenanceStatus = { phase: "Draining", progress: { total: 4, done: 4, left: 0, blocked: 0, percent: 100 } };
  expect(shown(status)).toEqual([expect.stringMatching(/100% {2}4 of 4 pods gone, watching that none follows$/)]);
});

test("of what counts no pods the phase alone", () => {
  expect(shown({ phase: "Returning", startedAt: at(-3_600), progress })).toEqual(["worker-1  Returning  1h"]);
  expect(shown({})).toEqual(["worker-1  Pending"]);
});
