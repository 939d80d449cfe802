import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Dialect, dialects, prismaRoot, schemaText } from "@/scripts/prisma-schema";
import { schemaDiff } from "@/scripts/schema-engine";

/**
 * npm run db:migration NAME: compares prisma/schema with the snapshot of the last migration and writes the SQL between them for
 * both dialects. Committed files are applied by server/database/migrate.ts and must not change afterwards.
 */
export const snapshotPath = (dialect: Dialect): string =>
  join(prismaRoot, "migrations", dialect, "schema.snapshot.prisma");

export const lastSnapshot = (dialect: Dialect): string | null =>
  existsSync(snapshotPath(dialect)) ? readFileSync(snapshotPath(dialect), "utf8") : null;

async function createMigration(name: string): Promise<void> {
  // One time stamp for both dialects: the same change has the same name in both.
  const stamp = new Date().toISOString().replaceAll(/[-:T]/g, "").slice(0, 14);
  for (const dialect of dialects) {
    const wanted = schemaText(dialect);
    const sql = await schemaDiff(dialect, lastSnapshot(dialect), wanted);
    if (sql === null) {
      console.log(`${dialect}: the schema has not changed.`);
      continue;
    }
    const folder = join(prismaRoot, "migrations", dialect, `${stamp}_${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "migration.sql"), sql);
    writeFileSync(snapshotPath(dialect), wanted);
    console.log(`${dialect}: wrote ${folder}. Read it before committing: data of dropped columns is gone.`);
  }
}

if (process.argv[1] === import.meta.filename) {
  const name = process.argv[2];
  if (name === undefined || !/^[a-z0-9-]+$/.test(name)) {
    console.error("Usage: npm run db:migration NAME   (lower-case letters, digits, hyphens)");
    process.exit(2);
  }
  await createMigration(name);
}
