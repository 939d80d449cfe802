import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";

export interface MigrationFile {
  name: string;
  sql: string;
  sha256: string;
}

export interface AppliedMigration {
  name: string;
  sha256: string;
}

/** prisma/migrations/DIALECT, in the order of their names, which begin with the time they were made. */
export async function readMigrationFiles(folder: string): Promise<MigrationFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/** What remains to be applied. Refuses a database that this version of Trivet cannot know the shape of. */
export function pendingMigrations(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): MigrationFile[] {
  for (const [position, done] of applied.entries()) {
    const file = files[position];
    if (file?.name !== done.name) {
      throw new AppError(
        "internal",
        `The database has had the change "${done.name}", which this version of Trivet does not know.`,
        {
          facts: { migration: done.name },
          advice: say("database-newer"),
        },
      );
    }
    if (file.sha256 !== done.sha256) {
      throw new AppError("internal", `The file of the applied database change "${done.name}" has been edited since.`, {
        facts: { migration: done.name, expected: done.sha256, found: file.sha256 },
        advice: say("database-edited"),
      });
    }
  }
  return files.slice(applied.length);
}
