import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    fileParallelism: false, // a browser each; a machine may have two cores
    isolate: false, // the app and the plugin are bundled once for all files
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["tests/unit/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "browser", include: ["tests/browser/**/*.test.ts"], globalSetup: "tests/browser/shared_daemon.ts" },
      },
    ],
  },
});
