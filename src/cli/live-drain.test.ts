import { expect, test } from "vitest";
import { seededRandom } from "../runtime/random.ts";
import { openDemoCluster } from "../simulator/open-demo.ts";
import { realEngine } from "./real-engine.ts";
import { type FakeWorld, fakeWorld } from "./testing/fake-world.ts";

/** A whole drain of the demo's cluster on a terminal, in virtual time; what stood on the screen at each second. */
async function watched(columns: number, env: Readonly<Record<string, string>>, at: (second: number, world: FakeWorld) => void) {
  const world: FakeWorld = fakeWorld({
    engine: realEngine,
    connect: () => cluster.api({ name: "jane" }),
    stdoutIsTTY: true,
    stderrIsTTY: true,
    columns,
    env,
  });
  const cluster = openDemoCluster(world.clock, seededRandom("demo"));
  let code: number | undefined;
  const running = world.run("drain", "worker-1", "--ignore-daemonsets", "--delete-emptydir-data", "--allow=partial").then((ended) => {
    code = ended;
  });
  for (let second = 1; code === undefined; second += 1) {
    const until = world.clock.now() + 1_000;
    await world.clock.run(() => code !== undefined || world.clock.now() >= until, { at: until, eventsPerInstant: 10_000 });
    at(second, world);
  }
  await running;
  return { code, world };
}

test("the display follows a drain, and a terminal that becomes narrower under way", async () => {
  const frames: (readonly string[])[] = [];
  const { code, world } = await watched(110, { NO_COLOR: "1" }, (second, { out }) => {
    if (second === 3) out.resize(60);
    frames.push(out.screen());
  });
  expect(code).toBe(6);
  const [, wide = [], narrow = []] = frames;
  expect(wide.find((line) => line.startsWith("worker-1 "))).toMatch(/^worker-1 {2}[█░]{20} +\d+% {2}\d of 5 pods gone, .*1 kept/);
  expect(wide.some((line) => /^ {2}shop\/web +4 +\d +\d+ /.test(line))).toBe(true);
  expect(narrow.find((line) => line.startsWith("worker-1 "))).toMatch(/^worker-1 {2}[█░]{10} /);
  expect(narrow.some((line) => line.includes("under shop/web (needs 4, has"))).toBe(true);
  // Gone at the end: nothing of a frame is left among what was said for good.
  expect(world.out.screen().filter((line) => line.includes("█") || line.includes("BUDGET"))).toEqual([]);
});

test("without Unicode and colour nothing but ASCII is drawn", async () => {
  const { world } = await watched(80, { NO_COLOR: "1", LANG: "C" }, () => {});
  // What moves the cursor apart.
  expect(world.out.written.replace(/\p{Control}\[\??\d*[A-Za-z]/gu, "")).toMatch(/^[\x20-\x7E\n\r]*$/);
  expect(world.out.written).toContain("####");
});
