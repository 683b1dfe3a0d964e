import { describe, expect, test } from "vitest";
import type { Outcome } from "../maintenance/outcome.ts";
import type { DrainOptions, Surroundings } from "../maintenance/work.ts";
import { fakeWorld } from "./testing/fake-world.ts";

async function asked(...words: readonly string[]) {
  let request: DrainOptions["request"] | undefined;
  const drain = (_: Surroundings, o: DrainOptions): Outcome => {
    request = o.request;
    return { kind: "stopped-before", why: "interrupted" };
  };
  const world = fakeWorld({ drain });
  const code = await world.run("drain", "n", ...words);
  return { request, code, says: world.err.lines()[0] };
}

describe("the modes with a taint", () => {
  test.each([
    { words: ["--mode=Taint"], request: { mode: "Taint" } },
    {
      words: ["--mode=Taint", "--taint=drydock.dev/out:NoExecute"],
      request: { mode: "Taint", taint: { key: "drydock.dev/out", effect: "NoExecute" } },
    },
    { words: ["--mode=EvictThenTaint", "--taint-after=30m"], request: { mode: "EvictThenTaint", taintAfter: 1_800_000 } },
    {
      words: ["--mode=EvictThenTaint", "--taint-after=0s", "--grace-period=5"],
      request: { mode: "EvictThenTaint", taintAfter: 0, grace: 5_000 },
    },
    { words: ["--mode=Taint", "--grace-period=-1"], request: { mode: "Taint" } },
  ])("$words", async ({ words, request }) => {
    const seen = await asked(...words);
    expect(seen.request).toMatchObject(request);
  });

  test.each([
    { words: ["--taint=a=b:NoExecute"], says: "--taint is for --mode=Taint and --mode=EvictThenTaint" },
    { words: ["--taint-after=1m"], says: "--taint-after is for --mode=Taint and --mode=EvictThenTaint" },
    { words: ["--mode=EvictThenTaint"], says: "--mode=EvictThenTaint needs --taint-after" },
    {
      words: ["--mode=Taint", "--taint-after=1m"],
      says: "--taint-after is for --mode=EvictThenTaint; --mode=Taint sets the taint at once",
    },
    { words: ["--mode=Taint", "--taint=a=b:NoSchedule"], says: "--taint=a=b:NoSchedule would evict nothing" },
    { words: ["--mode=Taint", "--taint=a=b"], says: /^error: invalid taint spec: a=b/ },
    { words: ["--mode=Taint", "--pod-selector=app=web"], says: "a taint takes no notice of --pod-selector" },
    { words: ["--mode=Taint", "--grace-period=5"], says: "a taint takes no notice of --grace-period" },
    { words: ["--mode=EvictThenTaint", "--taint-after=1m", "--disable-eviction"], says: "a taint takes no notice of --disable-eviction" },
  ])("$words is refused: $says", async ({ words, says }) => {
    const seen = await asked(...words);
    expect(seen.code).toBe(4);
    expect(seen.says).toMatch(typeof says === "string" ? `error: ${says}` : says);
  });
});
