import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { database, type DatabaseTarget, installDatabase, openDatabase } from "@/server/database/client";
import { migrate } from "@/server/database/migrate";

/** A migrated SQLite file of its own behind `database()`, with these clusters in it. */
export async function temporaryDatabase(clusters: readonly string[]): Promise<{ close: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "trivet-run-"));
  const target: DatabaseTarget = { dialect: "sqlite", file: join(directory, "trivet.db") };
  await migrate(target);
  installDatabase(openDatabase(target));
  for (const id of clusters) await database().cluster.create({ data: { id, name: id, state: "being-deployed" } });
  return {
    close: async () => {
      await database().$disconnect();
      installDatabase();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
