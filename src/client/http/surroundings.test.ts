import { homedir } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { ownSurroundings } from "./surroundings.ts";

vi.mock(import("node:os"), async (original) => ({ ...(await original()), homedir: vi.fn<() => string>() }));

afterEach(() => {
  vi.unstubAllEnvs();
});

test("HOME says where the home is, and else the user's entry does", () => {
  vi.mocked(homedir).mockReturnValue("/home/of-the-entry");
  vi.stubEnv("HOME", "/home/as-told");
  expect(ownSurroundings().home).toBe("/home/as-told");
  vi.stubEnv("HOME", undefined);
  expect(ownSurroundings().home).toBe("/home/of-the-entry");
});

test("a number that no user has is at home nowhere", () => {
  vi.stubEnv("HOME", undefined);
  vi.mocked(homedir).mockImplementation(() => {
    throw new Error("A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)");
  });
  expect(ownSurroundings().home).toBeUndefined();
});
