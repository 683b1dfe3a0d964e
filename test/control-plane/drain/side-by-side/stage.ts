import { afterAll, beforeAll } from "vitest";
import { type Stage, startStage } from "../scene.ts";

/** The one control plane of all suites in this folder. */
export let stage: Stage;

beforeAll(async () => {
  // The grace period: short enough to wait until a node counts as dead, and long enough that a restart of the API server makes none look so.
  stage = await startStage({ nodeMonitorGracePeriodSeconds: 12, users: { limited: [], looker: [], modest: [] } });
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

/** Of a StatefulSet whose order is not what the test is about: while the fixture places its pods, nobody else's are scheduled. */
export const atOnce = { podManagementPolicy: "Parallel" };
