import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    fileParallelism: false, // a browser and a daemon each; a machine may have two cores
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
