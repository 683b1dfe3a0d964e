import { expect, test } from "vitest";
import { oncePer } from "./once-per.ts";

test("each object is computed once, whatever comes out, and another one by itself", () => {
  const asked: string[] = [];
  const lengthOf = oncePer(({ name }: { readonly name: string }) => {
    asked.push(name);
    return name === "" ? undefined : name.length;
  });
  const [pod, nameless, twin] = [{ name: "pod" }, { name: "" }, { name: "pod" }];
  expect([pod, pod, nameless, nameless, twin].map(lengthOf)).toEqual([3, 3, undefined, undefined, 3]);
  expect(asked).toEqual(["pod", "", "pod"]);
});
