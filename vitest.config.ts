import { defineConfig } from "vitest/config";

// The fast tier: everything but the real control plane (vitest.control-plane.config.ts).
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["test/control-plane/**", "node_modules/**"],
  },
});
