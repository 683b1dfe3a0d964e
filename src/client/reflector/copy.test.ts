import { describe, expect, it } from "vitest";
import { Copy, type ObjectEvent } from "./copy.ts";

const event = (type: ObjectEvent<string>["type"], uid: string, resourceVersion: number | string, value?: string): ObjectEvent<string> => ({
  type,
  item: { uid, name: uid, resourceVersion: String(resourceVersion), value },
});

/** Complete as of version 50, with a@10 and b@20. */
function sealed(): Copy<string> {
  const copy = new Copy<string>();
  copy.admit(event("ADDED", "b", 20, "b"));
  copy.admit(event("ADDED", "a", 10, "a"));
  copy.seal("50");
  return copy;
}

describe("the books of a copy", () => {
  it("gather objects in any order of their versions", () => {
    expect(sealed().items.map(({ uid }) => uid)).toEqual(["b", "a"]);
  });

  it("gathered anew keep the items of objects that have not changed since", () => {
    const copy = new Copy(sealed());
    const [b, a] = sealed().items;
    copy.admit(event("ADDED", "a", 10, "told again"));
    copy.admit(event("ADDED", "b", 60, "newer"));
    copy.seal("70");
    expect(copy.items).toEqual([a, { ...b, resourceVersion: "60", value: "newer" }]);
  });

  it("I1: refuse what is not newer than the object that is held, and what was there and gone before", () => {
    const copy = sealed();
    expect(copy.admit(event("MODIFIED", "a", 10, "again"))).toEqual({ fresh: false });
    expect(copy.admit(event("MODIFIED", "a", 9, "before"))).toEqual({ fresh: false });
    expect(copy.admit(event("ADDED", "gone", 40, "was here before 50"))).toEqual({ fresh: false });
    expect(copy.admit(event("DELETED", "gone", 40, "was here before 50"))).toEqual({ fresh: false });
    copy.admit(event("DELETED", "b", 60, "b"));
    expect(copy.admit(event("ADDED", "b", 60, "b"))).toEqual({ fresh: false });
    expect(copy.items.map(({ value }) => value)).toEqual(["a"]);
  });

  it("I1: take a newer version of an object whatever else came before it", () => {
    const copy = sealed();
    copy.admit(event("ADDED", "c", 70, "c"));
    expect(copy.admit(event("MODIFIED", "a", 60, "newer"))).toMatchObject({ fresh: true, change: { type: "MODIFIED" } });
  });

  it("I1: refuse an earlier leaving of the selection, for the object has come back since", () => {
    const copy = sealed();
    expect(copy.admit(event("DELETED", "b", 15, "b"))).toEqual({ fresh: false });
    expect(copy.items.length).toBe(2);
  });

  it("I2: name a change by what was held, not by what the event is called", () => {
    const copy = sealed();
    expect(copy.admit(event("ADDED", "a", 60, "a2")).change?.type).toBe("MODIFIED");
    expect(copy.admit(event("MODIFIED", "c", 61, "c")).change?.type).toBe("ADDED");
    expect(copy.admit(event("DELETED", "d", 62, "d"))).toEqual({ fresh: true });
  });

  it("I12: tell the end of what the projection no longer keeps with the last that was kept", () => {
    const copy = sealed();
    const left = copy.admit(event("MODIFIED", "a", 60));
    expect(left.change).toMatchObject({ type: "DELETED", item: { resourceVersion: "60", value: "a" } });
    const deleted = copy.admit(event("DELETED", "b", 61, "its last state"));
    expect(deleted.change).toMatchObject({ type: "DELETED", item: { resourceVersion: "61", value: "its last state" } });
    expect(copy.admit(event("ADDED", "c", 62))).toEqual({ fresh: true });
  });

  it("refuse only repetitions where versions cannot be ordered", () => {
    const copy = sealed();
    expect(copy.admit(event("MODIFIED", "a", "x", "a")).fresh).toBe(true);
    expect(copy.admit(event("MODIFIED", "a", "x", "a")).fresh).toBe(false);
    expect(copy.admit(event("MODIFIED", "a", "w", "a")).fresh).toBe(true);
  });
});
