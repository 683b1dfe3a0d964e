import { connect } from "node:http2";
import { expect, test } from "vitest";
import { sinkLateStreamErrors } from "./late-stream-errors.ts";
import { servers } from "./testing/serving.ts";

const { start } = servers();

test("an error of a stream that nobody listens to any more ends with the stream, not with the process", async () => {
  sinkLateStreamErrors();
  sinkLateStreamErrors();
  const server = await start("h2", () => ({ body: {} }));
  const session = connect(server.url, { rejectUnauthorized: false });
  const stream = session.request({ ":path": "/version" });
  // Listened to once, however often that was asked for: who reads the answer adds a listener of its own.
  expect(stream.listenerCount("error")).toBe(1);
  session.on("error", () => {});
  session.destroy(new Error("the end of the session"));
  await new Promise((resolve) => stream.on("close", resolve));
  expect(stream.destroyed).toBe(true);
});
