import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient as PostgresqlClient } from "@/prisma/generated/postgresql/client";
import { PrismaClient } from "@/prisma/generated/sqlite/client";
import { environment } from "@/server/env";
import { oncePerProcess, replaceInProcess } from "@/server/process";

export type { Prisma, PrismaClient } from "@/prisma/generated/sqlite/client";

export type DatabaseTarget = { dialect: "sqlite"; file: string } | { dialect: "postgresql"; url: string };

/** Shorter: a write behind a large checkpoint fails with "database is locked". Longer: a stuck writer hides longer. */
export const sqliteBusyTimeoutMs = 10_000;

/** The connection's own settings: WAL is remembered by the file, these are not. */
export class DurableSqlite extends PrismaBetterSqlite3 {
  override async connect() {
    const connection = await super.connect();
    // FULL: the driver's default for WAL is NORMAL, which may lose the last commits in a power cut; the run journal
    // must be on disk before a node is touched.
    await connection.executeScript(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
    );
    return connection;
  }
}

export function openDatabase(target: DatabaseTarget): PrismaClient {
  if (target.dialect === "sqlite") {
    const adapter = new DurableSqlite({ url: `file:${target.file}`, timeout: sqliteBusyTimeoutMs });
    return new PrismaClient({ adapter });
  }
  const client = new PostgresqlClient({ adapter: new PrismaPg({ connectionString: target.url }) });
  // Both clients are generated from the same models; code keeps to what both dialects understand.
  return client as unknown as PrismaClient;
}

export function databaseTarget(): DatabaseTarget {
  const { postgresqlUrl, dataDirectory } = environment();
  if (postgresqlUrl !== null) return { dialect: "postgresql", url: postgresqlUrl };
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  return { dialect: "sqlite", file: join(dataDirectory, "trivet.db") };
}

const slot = "database";

/** The panel's database; the same client from every copy of this module. Tables exist once the panel has started. */
export const database = (): PrismaClient => oncePerProcess(slot, () => openDatabase(databaseTarget()));

/** Makes `database()` answer with this client; undefined = open anew at next use. */
export const installDatabase = (client?: PrismaClient): void => replaceInProcess(slot, client);
