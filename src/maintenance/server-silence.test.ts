import { expect, test } from "vitest";
import { KubeError } from "../client/errors.ts";
import { ServerSilence } from "./server-silence.ts";

test("a silence is told once it lasts, with the last error, and its end once", () => {
  const silence = new ServerSilence();
  const error = new KubeError("unreachable", "connection refused");
  expect(silence.look({ lasts: 500 }, 1)).toEqual({ lookAgainIn: 1_500 });
  expect(silence.look({ lasts: 2_000, error }, 2)).toEqual({
    event: { kind: "server-lost", at: 2, silentFor: 2_000, message: "connection refused" },
  });
  expect(silence.look({ lasts: 9_000, error }, 3)).toEqual({});
  expect(silence.look(undefined, 4)).toEqual({ event: { kind: "server-back", at: 4, silentFor: 9_000 } });
  expect(silence.look(undefined, 5)).toEqual({});
});

test("a short silence is nobody's news", () => {
  const silence = new ServerSilence();
  silence.look({ lasts: 1_999 }, 1);
  expect(silence.look(undefined, 2)).toEqual({});
});
