import { defineConfig } from "@playwright/test";
import { panelUrl } from "@/e2e/panel";

/** A first page after the start of the panel takes two seconds on two cores; beyond this something hangs. */
const actionTimeoutMs = 20_000;
const navigationTimeoutMs = 30_000;
const expectTimeoutMs = 20_000;
/** Longer ones say so themselves (the deployment). */
const testTimeoutMs = 90_000;

const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * On a shared machine one page may stall for a minute. A second look counts as passed and is told in the summary; it is for tests
 * that find the same world again, never for the deployment.
 */
const secondLook = process.env.CI === undefined ? 0 : 1;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/browser",
  globalSetup: "./e2e/global-setup.ts",
  // One test cluster per machine, and what one file leaves the next one finds.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: testTimeoutMs,
  expect: { timeout: expectTimeoutMs },
  reporter: "list",
  use: {
    baseURL: panelUrl,
    browserName: "chromium",
    launchOptions: { executablePath: "/usr/bin/chromium", args: chromiumFlags },
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    timezoneId: "Asia/Shanghai",
    colorScheme: "light",
    // Colours in the middle of a transition are no colours of the design.
    contextOptions: { reducedMotion: "reduce" },
    actionTimeout: actionTimeoutMs,
    navigationTimeout: navigationTimeoutMs,
    screenshot: "only-on-failure",
  },
  // In this order: what is refused leaves the nodes bare, the deployment makes the cluster, its pages are looked at last.
  projects: [
    { name: "refusals", testMatch: "refusals.spec.ts", retries: secondLook },
    { name: "deployment", testMatch: "first-deployment.spec.ts" },
    { name: "pages", testMatch: "pages.spec.ts", dependencies: ["deployment"], retries: secondLook },
    { name: "keyboard", testMatch: "keyboard.spec.ts", dependencies: ["pages"], retries: secondLook },
    // Breaks things on purpose, so it comes last.
    { name: "high-availability", testMatch: "high-availability.spec.ts", dependencies: ["keyboard"] },
    // A story of its own on a cluster of its own, deployed without the browser: a stage of its own.
    { name: "node-maintenance", testMatch: "node-maintenance.spec.ts" },
    // What it leaves is whole, and another panel's.
    { name: "nodes", testMatch: "nodes.spec.ts", dependencies: ["node-maintenance"] },
    { name: "procedures", testMatch: "procedures.spec.ts", dependencies: ["nodes"] },
    { name: "lifecycle", testMatch: "lifecycle.spec.ts", dependencies: ["procedures"] },
  ],
});
