import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const alias = { "@": import.meta.dirname, "server-only": `${import.meta.dirname}/testing/server-only.ts` };

/** In CI the random schedules differ with every change of the core, not with the day: a failure then tells of the change. */
function propertySeed(): Record<string, string> {
  if (process.env.CI === undefined || process.env.SUITE_PROPERTY_SEED !== undefined) return {};
  const core = join(import.meta.dirname, "suite/core");
  const files = readdirSync(core, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const hash = createHash("sha256");
  for (const name of files.toSorted()) hash.update(readFileSync(join(core, name)));
  return { SUITE_PROPERTY_SEED: String(hash.digest().readUInt32BE() % 1_000_000_000) };
}

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: ["node_modules/**", ".next/**", "dist/**", "**/*.lab.test.ts", "e2e/**"],
          environment: "node",
          // Left to itself vitest keeps one core free, which on two cores is every second one.
          maxWorkers: "100%",
          // For hangs only: a machine that does other work needs more than five seconds for tests that read every source file.
          testTimeout: 60_000,
          env: propertySeed(),
        },
      },
      {
        resolve: { alias },
        test: {
          name: "lab",
          include: ["**/*.lab.test.ts"],
          exclude: [
            "node_modules/**",
            ".next/**",
            "dist/**",
            "testing/faults/**",
            "testing/file-image.lab.test.ts",
            "testing/bonded/**",
            "testing/suite-lifecycle.lab.test.ts",
            "testing/nodes-faults.lab.test.ts",
            "testing/recovery.lab.test.ts",
            "testing/maintenance-faults.lab.test.ts",
            "testing/broken-ways.lab.test.ts",
            "testing/shutdown-faults.lab.test.ts",
            "testing/bare-cluster.lab.test.ts",
            "testing/guards.lab.test.ts",
          ],
          environment: "node",
          // One lab per machine: files share it and must not run beside each other.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "maintenance-faults",
          include: [
            "testing/maintenance-faults.lab.test.ts",
            "testing/broken-ways.lab.test.ts",
            "testing/shutdown-faults.lab.test.ts",
            "testing/bare-cluster.lab.test.ts",
          ],
          environment: "node",
          fileParallelism: false,
          hookTimeout: 900_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "broken-ways",
          include: ["testing/broken-ways.lab.test.ts"],
          environment: "node",
          fileParallelism: false,
          hookTimeout: 900_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "nodes-faults",
          include: ["testing/nodes-faults.lab.test.ts"],
          environment: "node",
          fileParallelism: false,
          hookTimeout: 1_200_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "suite-lifecycle",
          include: ["testing/suite-lifecycle.lab.test.ts"],
          environment: "node",
          fileParallelism: false,
          hookTimeout: 1_200_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "recovery",
          include: ["testing/recovery.lab.test.ts"],
          environment: "node",
          fileParallelism: false,
          hookTimeout: 900_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "guards",
          include: ["testing/guards.lab.test.ts"],
          environment: "node",
          fileParallelism: false,
          hookTimeout: 900_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "file-image",
          include: ["testing/file-image.lab.test.ts"],
          environment: "node",
          fileParallelism: false,
          testTimeout: 300_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "faults",
          include: ["testing/faults/*.lab.test.ts"],
          environment: "node",
          fileParallelism: false,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "bonded",
          include: ["testing/bonded/*.lab.test.ts"],
          environment: "node",
          fileParallelism: false,
          // The nodes are emulated: what takes a second on a server takes ten here.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
