import { defineConfig } from "@playwright/test";
import shared from "@/playwright.config";

/** The states of the pages: a panel with an empty database and a front door that answers for it. No test cluster. */
export default defineConfig({
  ...shared,
  testDir: ".",
  outputDir: "../../test-results/states",
  globalSetup: "./global-setup.ts",
  projects: [{ name: "states", testMatch: "states.spec.ts" }],
});
