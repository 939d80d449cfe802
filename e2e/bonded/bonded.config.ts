import { defineConfig } from "@playwright/test";
import shared from "@/playwright.config";

/** Networks of bonded nodes: an emulated machine of its own in place of the usual test cluster. */
export default defineConfig({
  ...shared,
  testDir: ".",
  outputDir: "../../test-results/bonded-browser",
  globalSetup: "./global-setup.ts",
  projects: [{ name: "bonded", testMatch: "bonded.spec.ts" }],
});
