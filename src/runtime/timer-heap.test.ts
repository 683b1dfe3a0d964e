import fc from "fast-check";
import { expect, test } from "vitest";
import { TimerHeap } from "./timer-heap.ts";
import type { HeapTimer } from "./timer-heap.ts";

const nothing = (): void => {};

function drained(heap: TimerHeap): HeapTimer[] {
  const order: HeapTimer[] = [];
  for (let next = heap.first(); next !== undefined; next = heap.first()) {
    heap.remove(next);
    order.push(next);
  }
  return order;
}

const operations = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("add" as const), at: fc.nat({ max: 20 }), background: fc.boolean() }),
    fc.record({ kind: fc.constant("remove" as const), which: fc.nat() }),
  ),
  { maxLength: 200 },
);

test("whatever is added and removed, timers leave by time, and within one instant in the order they were set", () => {
  fc.assert(
    fc.property(operations, (steps) => {
      const heap = new TimerHeap();
      const model: HeapTimer[] = [];
      for (const step of steps) {
        if (step.kind === "add") model.push(heap.add(step.at, nothing, step.background));
        else if (model.length > 0) {
          const [gone] = model.splice(step.which % model.length, 1);
          if (gone !== undefined) expect(heap.remove(gone)).toBe(true);
        }
        expect(heap.size).toBe(model.length);
        expect(heap.foreground).toBe(model.filter((timer) => !timer.background).length);
      }
      expect(drained(heap)).toEqual(model.toSorted((a, b) => a.at - b.at || a.sequence - b.sequence));
      expect(heap.foreground).toBe(0);
    }),
  );
});

test("removing a timer twice changes nothing", () => {
  const heap = new TimerHeap();
  const once = heap.add(1, nothing, false);
  heap.add(2, nothing, false);
  expect([heap.remove(once), heap.remove(once)]).toEqual([true, false]);
  expect([heap.size, heap.foreground]).toEqual([1, 1]);
});
