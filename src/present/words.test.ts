import { describe, expect, test } from "vitest";
import { phrases } from "../maintenance/crafts.ts";
import { consentOrder, flagsFor } from "./consent-words.ts";
import { durationText, rangeText } from "./duration-text.ts";
import { count, kindAndName, nameOf, someOf } from "./names.ts";
import { speak } from "./speak.ts";
import { voice } from "./testing/plans.ts";

describe("times", () => {
  test.each([
    [0, "0s"],
    [400, "0s"],
    [1_499, "1s"],
    [59_400, "59s"],
    [60_000, "1m"],
    [130_000, "2m10s"],
    [3_599_000, "59m59s"],
    [3_600_000, "1h"],
    [3_930_000, "1h6m"],
    [90_000_000, "1d1h"],
    [Number.POSITIVE_INFINITY, "for ever"],
    [-5, "0s"],
  ])("%d ms reads %s", (millis, text) => {
    expect(durationText(millis)).toBe(text);
  });

  test("a range is told honestly", () => {
    expect(rangeText({ low: 20_000, likely: 30_000, high: 60_000 })).toBe("about 30s (20s–1m)");
    expect(rangeText({ low: 2_000, likely: 2_100, high: 2_300 })).toBe("about 2s");
    expect(rangeText({ low: 2_000, likely: 9_000, high: Number.POSITIVE_INFINITY })).toBe("about 9s (2s–no end)");
    expect(rangeText({ low: 2_000, likely: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY })).toBe("no end in sight");
  });
});

describe("names", () => {
  test("at most three, sorted, and the same whatever the order", () => {
    const names = ["web/c", "web/a", "web/e", "web/b", "web/d"];
    expect(someOf(names)).toBe("web/a, web/b, web/c, … (2 more)");
    expect(someOf(names.toReversed())).toBe(someOf(names));
    expect(someOf(["b", "a", "b"])).toBe("a, b");
    expect(someOf([])).toBe("");
  });

  test("objects as kubectl's messages name them", () => {
    expect(nameOf({ namespace: "web", name: "a" })).toBe("web/a");
    expect(kindAndName({ kind: "Node", name: "worker-1" })).toBe("node worker-1");
    expect(kindAndName({ kind: "PodDisruptionBudget", namespace: "web", name: "api" })).toBe("budget web/api");
    expect([count(1, "pod"), count(2, "pod")]).toEqual(["1 pod", "2 pods"]);
  });
});

describe("consents as flags", () => {
  test("kubectl's where it has one, the rest in one --allow", () => {
    expect(flagsFor(["emptydir", "daemonsets", "unmanaged"])).toEqual(["--ignore-daemonsets", "--delete-emptydir-data", "--force"]);
    expect(flagsFor(["partial", "budget-violation", "daemonsets"])).toEqual(["--ignore-daemonsets", "--allow=budget-violation,partial"]);
    expect(flagsFor(["unmanaged", "vm-shutdown"])).toEqual(["--force"]);
    expect(flagsFor(["vm-shutdown"])).toEqual(["--allow=vm-shutdown"]);
    expect(flagsFor(consentOrder)).not.toContain("undefined");
  });
});

describe("codes", () => {
  test.each(Object.keys(phrases))("%s has words without holes", (code) => {
    const { text, hint } = speak(code, everyArg, voice);
    expect(text).not.toBe("");
    expect(`${text} ${hint}`).not.toMatch(/undefined|\[object/);
  });

  test("a code without words is shown as it is, with what is known", () => {
    expect(speak("brand-new", { node: "n1", times: 2, no: undefined }, voice)).toEqual({
      text: "brand-new (node: n1, times: 2)",
      hint: "",
    });
  });
});

/** A value for every argument that a phrase may name. */
const everyArg = new Proxy({}, { get: () => "7" });
