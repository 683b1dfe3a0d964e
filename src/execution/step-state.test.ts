import { expect, test } from "vitest";
import { someTime } from "../../test/support/cluster-view.ts";
import { accept, createStepState, memoryOf } from "./step-state.ts";

test("accepted requests are remembered for ten minutes, the last one for good", () => {
  const state = createStepState("drain/cordon/uid", someTime);
  for (const minute of [0, 4, 8]) accept(state, someTime + minute * 60_000);
  expect(memoryOf(state, someTime + 9 * 60_000)).toMatchObject({ acceptedLately: 3, acceptedAt: someTime + 8 * 60_000 });
  expect(memoryOf(state, someTime + 11 * 60_000).acceptedLately).toBe(2);
  expect(memoryOf(state, someTime + 60 * 60_000)).toMatchObject({ acceptedLately: 0, acceptedAt: someTime + 8 * 60_000 });
});
