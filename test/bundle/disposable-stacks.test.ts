import { describe, expect, test } from "vitest";
import { AsyncStack, SyncStack } from "../../scripts/bundle/disposable-stacks.ts";

function catchFrom(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

// The Node that runs the tests has these built in: ours must not differ from them.
describe.each([
  ["the one built in", DisposableStack, AsyncDisposableStack],
  ["ours", SyncStack, AsyncStack],
])("a stack of resources, %s", (_which, Sync, Async) => {
  test("disposes the last first, each once", () => {
    const log: string[] = [];
    const stack = new Sync();
    stack.use({ [Symbol.dispose]: () => log.push("used") });
    stack.adopt("adopted", (name) => log.push(name));
    stack.defer(() => log.push("deferred"));
    expect(stack.use(undefined)).toBeUndefined();
    stack.dispose();
    stack[Symbol.dispose]();
    expect(log).toEqual(["deferred", "adopted", "used"]);
    expect(stack.disposed).toBe(true);
    expect(() => stack.defer(() => {})).toThrow(ReferenceError);
  });

  test("disposes all though some throw, and keeps both errors", () => {
    const log: string[] = [];
    const stack = new Sync();
    stack.defer(() => {
      throw new Error("second");
    });
    stack.defer(() => log.push("between"));
    stack.defer(() => {
      throw new Error("first");
    });
    const thrown = catchFrom(() => stack.dispose());
    expect(thrown).toMatchObject({ name: "SuppressedError", error: { message: "second" }, suppressed: { message: "first" } });
    expect(log).toEqual(["between"]);
  });

  test("hands everything over when it is moved", () => {
    const log: string[] = [];
    const stack = new Sync();
    stack.defer(() => log.push("a"));
    stack.defer(() => log.push("b"));
    const other = stack.move();
    stack.dispose();
    expect(log).toEqual([]);
    expect(() => stack.move()).toThrow(ReferenceError);
    other.dispose();
    expect(log).toEqual(["b", "a"]);
  });

  test("waits for each, one after the other", async () => {
    const log: string[] = [];
    const stack = new Async();
    const slow = (name: string) => async (): Promise<void> => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
    };
    stack.use({ [Symbol.asyncDispose]: slow("async") });
    stack.use({ [Symbol.dispose]: () => log.push("sync") });
    stack.defer(slow("deferred"));
    const other = stack.move();
    await stack.disposeAsync();
    await other[Symbol.asyncDispose]();
    expect(log).toEqual(["deferred begins", "deferred ends", "sync", "async begins", "async ends"]);
  });

  test("rejects with the error of a resource after the rest is disposed", async () => {
    const log: string[] = [];
    const stack = new Async();
    stack.defer(() => {
      log.push("rest");
    });
    stack.defer(() => Promise.reject(new Error("no")));
    await expect(stack.disposeAsync()).rejects.toThrow("no");
    expect(log).toEqual(["rest"]);
  });
});
