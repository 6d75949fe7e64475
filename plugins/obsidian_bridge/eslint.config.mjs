import { defineConfig } from "eslint/config";
import obsidianmd from "eslint-plugin-obsidianmd";
import tseslint from "typescript-eslint";

// The plugin is held to the rules of Obsidian's reviewers; what only tests it knows Node, a page, and the app's inside.
export default defineConfig([
  { ignores: ["main.js", "node_modules", "src/daemon/wire.ts", "*.mjs", "vitest.config.ts"] },
  {
    files: ["src/**/*.ts"],
    extends: [obsidianmd.configs.recommended],
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    files: ["harness/**/*.ts", "tests/**/*.ts"],
    extends: [tseslint.configs.recommended],
    rules: { "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }] },
  },
]);
