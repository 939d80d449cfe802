import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Client } from "pg";
import { AppError } from "@/contract/errors";
import { type DatabaseTarget, DurableSqlite, sqliteBusyTimeoutMs } from "@/server/database/client";
import { type AppliedMigration, pendingMigrations, readMigrationFiles } from "@/server/database/migration-files";

/**
 * Brings the database to this version's tables at start-up; the Prisma CLI takes no part. All pending files are one transaction
 * under an exclusive lock: two panels starting at once apply them once, and a failure leaves the database as it was.
 * Names and hashes are recorded in the table `prisma migrate` uses, with its columns.
 */
interface MigrationConnection {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<unknown[][]>;
  begin(): Promise<void>;
  /** Throws when the data contradicts the new tables. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Same number in every Trivet: what panels sharing one PostgreSQL take turns on. */
const postgresqlLock = 7_418_301;

const recordTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMP,
  "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" TIMESTAMP,
  "started_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`;

export async function migrate(
  target: DatabaseTarget,
  folder = join(process.cwd(), "prisma", "migrations", target.dialect),
): Promise<string[]> {
  const files = await readMigrationFiles(folder);
  const connection =
    target.dialect === "sqlite" ? await connectSqlite(target.file) : await connectPostgresql(target.url);
  try {
    await connection.begin();
    let current = "reading what has been applied";
    try {
      await connection.run(recordTable);
      const pending = pendingMigrations(files, await readApplied(connection));
      for (const file of pending) {
        current = file.name;
        await connection.run(file.sql);
        await connection.run(
          `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "finished_at", "applied_steps_count")
           VALUES ('${randomUUID()}', '${file.sha256}', '${file.name}', CURRENT_TIMESTAMP, 1)`,
        );
      }
      current = "checking references";
      await connection.check();
      await connection.run("COMMIT");
      return pending.map((file) => file.name);
    } catch (cause) {
      await connection.run("ROLLBACK");
      if (cause instanceof AppError) throw cause;
      throw new AppError("internal", `Changing the database's tables failed at "${current}"; nothing was changed.`, {
        facts: { migration: current },
        cause,
      });
    }
  } finally {
    await connection.close();
  }
}

async function readApplied(connection: MigrationConnection): Promise<AppliedMigration[]> {
  const rows = await connection.rows(
    'SELECT "migration_name", "checksum" FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL ORDER BY "migration_name"',
  );
  return rows.map(([name, sha256]) => ({ name: String(name), sha256: String(sha256) }));
}

async function connectSqlite(file: string): Promise<MigrationConnection> {
  const connection = await new DurableSqlite({ url: `file:${file}`, timeout: sqliteBusyTimeoutMs }).connect();
  const rows = async (sql: string): Promise<unknown[][]> =>
    (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
  return {
    run: (sql) => connection.executeScript(sql),
    rows,
    begin: async () => {
      // Must come before BEGIN: inside a transaction the pragma does nothing, and a script that rebuilds a parent table
      // (create, copy, drop, rename) would then delete every child row by cascade.
      await connection.executeScript("PRAGMA foreign_keys = OFF");
      await connection.executeScript("BEGIN IMMEDIATE");
    },
    check: async () => {
      const dangling = await rows("PRAGMA foreign_key_check");
      if (dangling.length > 0) throw new Error(`${dangling.length} rows refer to rows that do not exist`);
    },
    close: () => connection.dispose(),
  };
}

async function connectPostgresql(url: string): Promise<MigrationConnection> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    run: async (sql) => {
      await client.query(sql);
    },
    rows: async (sql) => (await client.query<unknown[]>({ text: sql, rowMode: "array" })).rows,
    begin: async () => {
      await client.query("BEGIN");
      // Held until the transaction ends, so that a panel that dies half-way does not keep the others out.
      await client.query(`SELECT pg_advisory_xact_lock(${postgresqlLock})`);
    },
    check: () => Promise.resolve(),
    close: () => client.end(),
  };
}
