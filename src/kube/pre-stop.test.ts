import { describe, expect, test } from "vitest";
import { type PreStop, preStopSleep } from "./pre-stop.ts";

const exec = (...command: string[]): PreStop => ({ exec: { command } });
const sleepOf = (...hooks: PreStop[]): number | undefined => preStopSleep(hooks.map((preStop) => ({ lifecycle: { preStop } })));

describe("what a preStop hook says of its time", () => {
  test.each<[string, PreStop, number | undefined]>([
    ["its own sleep", { sleep: { seconds: 10 } }, 10],
    ["the command sleep", exec("sleep", "15"), 15],
    ["the command by its path", exec("/bin/sleep", "15s"), 15],
    ["a shell that sleeps", exec("sh", "-c", "sleep 5"), 5],
    ["another shell by its path", exec("/bin/bash", "-ec", "sleep 20;"), 20],
    ["a shell that does more", exec("sh", "-c", "sleep 5 && nginx -s quit"), undefined],
    ["another command", exec("nginx", "-s", "quit"), undefined],
    ["no command", {}, undefined],
  ])("%s", (_, hook, seconds) => {
    expect(sleepOf(hook)).toBe(seconds);
  });

  test("of several containers the longest counts: they are stopped side by side", () => {
    expect(sleepOf({ sleep: { seconds: 3 } }, exec("sleep", "12"), exec("nginx"))).toBe(12);
  });

  test("a pod without hooks says nothing", () => {
    expect(preStopSleep([{}])).toBeUndefined();
    expect(preStopSleep([])).toBeUndefined();
  });
});
