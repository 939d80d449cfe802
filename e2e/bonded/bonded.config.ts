import { defineConfig } from "@playwright/test";
import shared from "@/playwright.config";

/** Networks of bonded nodes: an emulated machine of its own in place of the usual test cluster. */
export default defineConfig({
  ...shared,
  testDir: ".",
  outputDir: "../../test-results/bonded-browser",
  globalSetup: "./global-setup.ts",
  projects: [
    { name: "bonded", testMatch: "bonded.spec.ts" },
    // On the networks that the first one made.
    { name: "changes", testMatch: "changes.spec.ts", dependencies: ["bonded"] },
  ],
});
