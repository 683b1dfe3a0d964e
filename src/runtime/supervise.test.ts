import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { DrydockError } from "./errors.ts";
import { supervise } from "./supervise.ts";

/** Work that ends only by its signal. */
function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function recorder() {
  const failures: [unknown, string][] = [];
  return { failures, onFailure: (error: unknown, name: string) => void failures.push([error, name]) };
}

test("a failure is told once, with the task's name, and done still resolves", async () => {
  const { failures, onFailure } = recorder();
  const error = new Error("connection lost");
  const task = supervise("watch pods", async () => Promise.reject(error), { onFailure });
  await task.done;
  await task.stop();
  expect(failures).toEqual([[error, "watch pods"]]);
});

test("work that throws before its first await fails the same way", async () => {
  const { failures, onFailure } = recorder();
  const error = new Error("planted");
  const work = (): Promise<void> => {
    throw error;
  };
  await supervise("lease", work, { onFailure }).done;
  expect(failures).toEqual([[error, "lease"]]);
});

test("leaving the scope stops the work and waits for its end, which is no failure", async () => {
  const { failures, onFailure } = recorder();
  const order: string[] = [];
  {
    await using task = supervise(
      "resync",
      async (signal) => {
        try {
          await untilAborted(signal);
        } finally {
          await Promise.resolve();
          order.push("closed");
        }
      },
      { onFailure },
    );
    order.push(`running ${task.name}`);
  }
  order.push("left");
  expect([order, failures]).toEqual([["running resync", "closed", "left"], []]);
});

test("a parent's abort reaches the work with its reason", async () => {
  const { failures, onFailure } = recorder();
  const parent = new AbortController();
  let reason: unknown;
  const task = supervise(
    "watch",
    async (signal) => {
      await untilAborted(signal).catch((caught: unknown) => {
        reason = caught;
        throw caught;
      });
    },
    { onFailure, parent: parent.signal },
  );
  parent.abort("Ctrl-C");
  await task.done;
  expect([reason, failures]).toEqual(["Ctrl-C", []]);
});

test("with a parent already aborted the work starts with an aborted signal", async () => {
  const { onFailure } = recorder();
  let aborted: boolean | undefined;
  const task = supervise(
    "late",
    async (signal) => {
      aborted = signal.aborted;
    },
    { onFailure, parent: AbortSignal.abort("gone") },
  );
  await task.done;
  expect(aborted).toBe(true);
});

test("an abort wrapped in another error is still an end; another error after the abort is a failure", async () => {
  const { failures, onFailure } = recorder();
  const wrapped = supervise(
    "wrapped",
    (signal) =>
      untilAborted(signal).catch((cause: unknown) => {
        throw new DrydockError("unreachable", "no server", { cause });
      }),
    { onFailure },
  );
  await wrapped.stop("closing");
  const bug = new TypeError("planted");
  const broken = supervise("broken", (signal) => untilAborted(signal).catch(() => Promise.reject(bug)), { onFailure });
  await broken.stop("closing");
  expect(failures).toEqual([[bug, "broken"]]);
});

test("a failure of onFailure itself ends the process", () => {
  const module = new URL("./supervise.ts", import.meta.url).href;
  const program = `
    const { supervise } = await import(${JSON.stringify(module)});
    process.on("uncaughtException", (error, origin) => console.log(origin, error.message));
    await supervise("x", async () => { throw new Error("first"); }, { onFailure: () => { throw new Error("second"); } }).done;
  `;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect([child.status, child.stdout]).toEqual([0, "uncaughtException second\n"]);
});
