import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CrashReport } from "./fixture/crash.ts";
import { lines } from "./fixture/lines.ts";
import { reapAbandoned } from "./fixture/run-directory.ts";

/** Connects, and says when the process at the other end is gone. */
async function holdOn(url: string): Promise<{ readonly gone: Promise<unknown> }> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  await once(socket, "connect");
  // Not `once`: it rejects on the reset by which a killed process is told.
  socket.on("error", () => undefined);
  return { gone: new Promise((resolve) => socket.once("close", resolve)) };
}

test("tests that die by kill -9 leave no process and no directory behind", async () => {
  const crashing = spawn(process.execPath, [join(import.meta.dirname, "fixture", "crash.ts")], { stdio: ["pipe", "pipe", "inherit"] });
  const { value: line } = await lines(crashing.stdout).next();
  const left = JSON.parse(String(line)) as CrashReport;
  expect(existsSync(left.directory)).toBe(true);
  const held = await Promise.all(left.servers.map(holdOn));
  crashing.kill("SIGKILL");
  await once(crashing, "exit");
  reapAbandoned();
  await Promise.all(held.map(({ gone }) => gone));
  expect(existsSync(left.directory)).toBe(false);
});
