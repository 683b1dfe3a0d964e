import { describe, expect, test } from "vitest";
import { allCodes } from "../../present/code-entry.ts";
import { fakeWorld } from "../testing/fake-world.ts";

interface Explained {
  readonly code: string;
  readonly meaning: string;
  readonly ends: string | null;
  readonly endedBy: string | null;
}

describe("explain", () => {
  test("a blocker: what it says and means, how it ends, who can end it, where it is seen", async () => {
    const world = fakeWorld({ program: "kubectl drydock" });
    expect(await world.run("explain", "budget-never-allows")).toBe(0);
    const text = world.out.written;
    expect(world.out.lines()[0]).toBe("budget-never-allows  decision, fatal finding, blocker");
    expect(text).toContain("ended by   a person");
    expect(text).toContain("ends       when a person scales the workload up");
    expect(text).toContain("kubectl drydock preview NODE");
    expect(text).not.toContain("`");
  });

  test.each(allCodes)("%s: every line fits a narrow terminal, and nothing is undefined", async (code) => {
    const world = fakeWorld({ stdoutIsTTY: true, columns: 80, env: { NO_COLOR: "1" } });
    expect(await world.run("explain", code)).toBe(0);
    expect(world.out.written).not.toMatch(/undefined|\[object/);
    for (const line of world.out.lines()) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("a decision as events name it is its reason", async () => {
    const world = fakeWorld();
    expect(await world.run("explain", "evict/managed")).toBe(0);
    expect(world.out.lines()[0]).toBe("managed  decision");
  });

  test("a wrong one: exit 4 and the nearest", async () => {
    const world = fakeWorld();
    expect(await world.run("explain", "budget-exausted")).toBe(4);
    expect(world.err.lines()).toEqual(['error: unknown code "budget-exausted"', "  → did you mean budget-exhausted?"]);
  });

  test("without a code: all of them, each once, in groups", async () => {
    const world = fakeWorld();
    expect(await world.run("explain")).toBe(0);
    const named = world.out.lines().flatMap((line) => /^ {2}([a-z][a-z-]*) {2}/.exec(line)?.[1] ?? []);
    expect(named.toSorted()).toEqual(allCodes.toSorted());
    expect(world.out.lines()).toContain("Blockers: why something cannot go on now");
  });

  test("on a terminal a row stays a row", async () => {
    const world = fakeWorld({ stdoutIsTTY: true, columns: 60, env: { NO_COLOR: "1" } });
    await world.run("explain");
    for (const line of world.out.lines()) expect(line.length).toBeLessThanOrEqual(60);
  });

  test("documents: one code, all codes, names", async () => {
    const one = fakeWorld();
    await one.run("explain", "terminating", "-o", "json");
    expect(JSON.parse(one.out.written)).toMatchObject({ kind: "Code", code: "terminating", group: "blockers", endedBy: "cluster" });
    const all = fakeWorld();
    await all.run("explain", "-o", "json");
    const { items } = JSON.parse(all.out.written) as { readonly items: readonly Explained[] };
    expect(items.map(({ code }) => code)).toEqual(allCodes);
    for (const { meaning, ends, endedBy } of items) {
      expect(meaning).not.toBe("");
      expect(ends === null).toBe(endedBy === null);
    }
    const names = fakeWorld();
    await names.run("explain", "-o", "name");
    expect(names.out.lines()).toEqual(allCodes);
  });
});
