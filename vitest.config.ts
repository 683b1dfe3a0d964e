import { defineConfig } from "vitest/config";

// The fast tier: everything but the real control plane (vitest.control-plane.config.ts, vitest.operator.config.ts).
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["test/control-plane/**", "node_modules/**"],
    // A backstop for a test that hangs, never a statement about speed: a slow machine must not fail one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
