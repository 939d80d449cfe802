import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DatabaseTarget, installDatabase, openDatabase, type PrismaClient } from "@/server/database/client";
import { migrate } from "@/server/database/migrate";

export interface TemporaryDatabase {
  client: PrismaClient;
  /** Directory of its own; for whatever else the test keeps on disk. */
  directory: string;
  target: DatabaseTarget;
  close(): Promise<void>;
}

/** A fresh SQLite database with all tables. `database()` answers with it until it is closed. */
export async function temporaryDatabase(): Promise<TemporaryDatabase> {
  const directory = await mkdtemp(join(tmpdir(), "trivet-database-"));
  const target: DatabaseTarget = { dialect: "sqlite", file: join(directory, "trivet.db") };
  await migrate(target);
  const client = openDatabase(target);
  installDatabase(client);
  return {
    client,
    directory,
    target,
    close: async () => {
      installDatabase();
      await client.$disconnect();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
