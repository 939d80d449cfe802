import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateDatabaseClients } from "@/scripts/generate-database-clients";
import { hashFiles } from "@/scripts/hash-files";

/** npm run build: database clients, the suite's executable, the panel. Each is skipped while its sources are what they were. */
const root = join(import.meta.dirname, "..");
const node = join(root, "node_modules/.bin/node");

const generatedFrom = ["prisma/schema", "prisma/dialects", "scripts/generate-database-clients.ts", "package-lock.json"];
const suiteFrom = ["suite", "contract", "lib", "scripts/build-suite.ts", "package-lock.json"];
const panelFrom = [
  "app",
  "components",
  "contract",
  "lib",
  "messages",
  "prisma/schema",
  "public",
  "server",
  "instrumentation.ts",
  "instrumentation-node.ts",
  "next.config.ts",
  "postcss.config.mjs",
  "proxy.ts",
  "tsconfig.json",
  "package.json",
  "package-lock.json",
];

interface BuildPart {
  name: string;
  from: readonly string[];
  /** Exists when the part was built. */
  result: string;
  build(): void;
}

export function generateWhenMissing(): void {
  runWhenChanged({
    name: "database clients",
    from: generatedFrom,
    result: "prisma/generated/postgresql/client.ts",
    build: generateDatabaseClients,
  });
}

export function buildPanel(): void {
  generateWhenMissing();
  if (existsSync(join(root, "scripts/build-suite.ts"))) {
    runWhenChanged({
      name: "suite",
      from: suiteFrom,
      result: "dist/zsha",
      build: () => run("suite", [join(root, "node_modules/tsx/dist/cli.mjs"), "scripts/build-suite.ts"]),
    });
  }
  runWhenChanged({
    name: "panel",
    from: panelFrom,
    result: ".next/BUILD_ID",
    build: () => run("panel", [join(root, "node_modules/next/dist/bin/next"), "build"]),
  });
}

function runWhenChanged(part: BuildPart): void {
  const stamps = join(root, "dist", "stamps");
  const stamp = join(stamps, part.name.replaceAll(" ", "-"));
  const wanted = hashFiles(root, part.from);
  const built = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && existsSync(join(root, part.result));
  if (built) return;
  console.log(`Building: ${part.name}…`);
  const began = performance.now();
  part.build();
  mkdirSync(stamps, { recursive: true });
  // Hashed before building: a source edited meanwhile makes the next run build again.
  writeFileSync(stamp, wanted);
  console.log(`Built: ${part.name}, ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

function run(name: string, argv: readonly string[]): void {
  const result = spawnSync(node, argv, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
  });
  if (result.status !== 0) throw new Error(`Building the ${name} failed (exit ${result.status ?? result.signal}).`);
}

if (process.argv[1] === import.meta.filename) {
  try {
    buildPanel();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
