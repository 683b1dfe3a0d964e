import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutList } from "./list-body.ts";

const parsed = (text: string): { items: unknown[]; rest: unknown } | undefined => {
  const body = Buffer.from(text, "utf8");
  const cut = cutList(body);
  if (cut === undefined) return undefined;
  const items: unknown[] = [];
  for (let at = 0; at < cut.bounds.length; at += 2)
    items.push(JSON.parse(body.subarray(cut.bounds[at], cut.bounds[at + 1]).toString("utf8")));
  return { items, rest: JSON.parse(cut.rest.toString("utf8")) };
};

describe("cutting a list into its items", () => {
  it("gives what parsing the whole gives, whatever is in it, in any order and spacing", () => {
    const value = fc.jsonValue();
    const list = fc.record({
      before: value,
      items: fc.array(value),
      after: value,
      metadata: fc.record({ continue: fc.string({ unit: "binary" }) }),
    });
    fc.assert(
      fc.property(
        list,
        fc.constantFrom(undefined, 2, "\t"),
        fc.shuffledSubarray(["before", "items", "after", "metadata"] as const),
        (whole, space, order) => {
          const shuffled = Object.fromEntries([...order, "items" as const].map((key) => [key, whole[key]]));
          const text = JSON.stringify(shuffled, undefined, space);
          const expected = JSON.parse(text) as { readonly items: unknown };
          expect(parsed(text)).toEqual({ items: expected.items, rest: { ...expected, items: [] } });
        },
      ),
      { seed: 20261120 },
    );
  });

  it.each([
    ["no items", '{"kind":"PodList"}'],
    ["items that are null, as Go writes an empty slice", '{"kind":"PodList","items":null}'],
    ["items that are none", '{"items":{"a":1}}'],
    ["no object", '[{"items":[1]}]'],
    ["an end in the middle of an item", '{"items":[{"a":1},{"b":'],
    ["an end in the middle of a text", '{"items":[{"a":"x\\'],
    ["items inside of another field only", '{"metadata":{"items":[1]}}'],
    ["nothing", ""],
  ])("leaves alone what is no list: %s", (_what, text) => {
    expect(parsed(text)).toBeUndefined();
  });
});
