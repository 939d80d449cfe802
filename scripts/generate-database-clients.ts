import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dialects, prismaRoot, schemaFiles } from "@/scripts/prisma-schema";

/** Writes prisma/generated/{sqlite,postgresql}: two typed clients of one set of models. Works without a network. */
export function generateDatabaseClients(): void {
  const root = join(prismaRoot, "..");
  for (const dialect of dialects) {
    const folder = join(prismaRoot, "generated", `${dialect}-schema`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const file of schemaFiles(dialect)) writeFileSync(join(folder, file.path), file.content);

    const result = spawnSync(
      join(root, "node_modules/.bin/node"),
      [join(root, "node_modules/prisma/build/index.js"), "generate", "--schema", folder],
      {
        cwd: root,
        encoding: "utf8",
        env: {
          ...process.env,
          // Without it the CLI tries to download an engine that `generate` does not use. It must fail when run:
          // a stub that exits 0 would make other Prisma commands claim success having done nothing.
          PRISMA_SCHEMA_ENGINE_BINARY: join(import.meta.dirname, "no-schema-engine.sh"),
          PRISMA_HIDE_UPDATE_MESSAGE: "1",
          CHECKPOINT_DISABLE: "1",
        },
      },
    );
    if (result.status !== 0) {
      throw new Error(
        `prisma generate for ${dialect} failed (exit ${result.status}):\n${result.stdout}\n${result.stderr}`,
      );
    }
  }
}

if (process.argv[1] === import.meta.filename) {
  generateDatabaseClients();
  console.log("Database clients written to prisma/generated.");
}
