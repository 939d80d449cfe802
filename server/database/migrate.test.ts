import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lastSnapshot } from "@/scripts/create-migration";
import { dialects, schemaText } from "@/scripts/prisma-schema";
import { schemaDiff } from "@/scripts/schema-engine";
import { type DatabaseTarget, DurableSqlite, openDatabase } from "@/server/database/client";
import { migrate } from "@/server/database/migrate";
import { readMigrationFiles } from "@/server/database/migration-files";

const run = promisify(execFile);
let directory: string;
let target: DatabaseTarget & { dialect: "sqlite" };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "trivet-migrate-"));
  target = { dialect: "sqlite", file: join(directory, "trivet.db") };
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function writeMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, "migrations", name), { recursive: true });
  await writeFile(join(directory, "migrations", name, "migration.sql"), sql);
}

async function rows(sql: string): Promise<unknown[][]> {
  const connection = await new DurableSqlite({ url: `file:${target.file}` }).connect();
  const result = await connection.queryRaw({ sql, args: [], argTypes: [] });
  await connection.dispose();
  return result.rows;
}

const parentAndChild = `CREATE TABLE "Parent" ("id" TEXT PRIMARY KEY, "name" TEXT);
CREATE TABLE "Child" ("id" TEXT PRIMARY KEY, "parentId" TEXT NOT NULL REFERENCES "Parent"("id") ON DELETE CASCADE);
INSERT INTO "Parent" VALUES ('p', 'x'); INSERT INTO "Child" VALUES ('c', 'p');`;

describe("committed migrations", () => {
  it.each(dialects)("of %s lead to the present schema", async (dialect) => {
    const snapshot = lastSnapshot(dialect);
    expect(snapshot).not.toBeNull();
    expect(await schemaDiff(dialect, snapshot, schemaText(dialect))).toBeNull();
  });

  it("have the same names in both dialects", async () => {
    const [sqlite, postgresql] = await Promise.all(
      dialects.map(async (dialect) =>
        (await readMigrationFiles(`prisma/migrations/${dialect}`)).map(({ name }) => name),
      ),
    );
    expect(sqlite).toEqual(postgresql);
  });

  it("make an empty SQLite file usable, once", async () => {
    expect((await migrate(target)).length).toBeGreaterThan(0);
    expect(await migrate(target)).toEqual([]);

    const client = openDatabase(target);
    const cluster = await client.cluster.create({ data: { name: "a" } });
    await client.upload.create({
      data: { fileName: "i", bytes: 9_007_199_254_740_993n, path: "p", state: "receiving", createdBy: "u" },
    });
    expect(await client.cluster.findUnique({ where: { name: "a" } })).toEqual(cluster);
    expect((await client.upload.findFirst())?.bytes).toBe(9_007_199_254_740_993n);
    expect(await client.$queryRaw`PRAGMA synchronous`).toEqual([{ synchronous: 2n }]);
    expect(await client.$queryRaw`PRAGMA journal_mode`).toEqual([{ journal_mode: "wal" }]);
    expect(await client.$queryRaw`PRAGMA foreign_keys`).toEqual([{ foreign_keys: 1n }]);
    await client.$disconnect();
  });

  it("are applied once by two panels that start together", async () => {
    const script = `import { migrate } from "@/server/database/migrate";
      console.log((await migrate({ dialect: "sqlite", file: ${JSON.stringify(target.file)} })).length);`;
    const start = () => run(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script]);
    const printed = (await Promise.all([start(), start()])).map(({ stdout }) => Number(stdout)).sort((a, b) => a - b);
    const { length } = await readMigrationFiles("prisma/migrations/sqlite");
    expect(printed).toEqual([0, length]);
  }, 20_000);
});

describe("migrate", () => {
  const folder = (): string => join(directory, "migrations");

  it("keeps child rows when a parent table is rebuilt", async () => {
    await writeMigration("1_first", parentAndChild);
    await migrate(target, folder());
    await writeMigration(
      "2_rebuild",
      `PRAGMA foreign_keys=OFF; CREATE TABLE "new_Parent" ("id" TEXT PRIMARY KEY, "name" TEXT NOT NULL DEFAULT 'n');
       INSERT INTO "new_Parent" SELECT * FROM "Parent"; DROP TABLE "Parent"; ALTER TABLE "new_Parent" RENAME TO "Parent";`,
    );
    expect(await migrate(target, folder())).toEqual(["2_rebuild"]);
    expect(await rows('SELECT "id" FROM "Child"')).toEqual([["c"]]);
  });

  it("changes nothing when a later file fails", async () => {
    await writeMigration("1_first", parentAndChild);
    await migrate(target, folder());
    await writeMigration("2_ok", 'CREATE TABLE "Other" ("id" TEXT)');
    await writeMigration("3_broken", "CREATE TABLE (");
    await expect(migrate(target, folder())).rejects.toThrow(/failed at "3_broken"; nothing was changed/);
    expect(await rows(`SELECT name FROM sqlite_master WHERE name = 'Other'`)).toEqual([]);
  });

  it("refuses data that dangles after the change", async () => {
    await writeMigration("1_first", parentAndChild);
    await writeMigration("2_orphan", `DELETE FROM "Parent"`);
    await expect(migrate(target, folder())).rejects.toThrow(/nothing was changed/);
  });

  it("refuses an edited file and a database of a newer version", async () => {
    await writeMigration("1_first", parentAndChild);
    await migrate(target, folder());
    await writeMigration("1_first", `${parentAndChild} -- edited`);
    await expect(migrate(target, folder())).rejects.toThrow(/has been edited since/);
    await rm(join(folder(), "1_first"), { recursive: true });
    await expect(migrate(target, folder())).rejects.toThrow(/does not know/);
  });
});
