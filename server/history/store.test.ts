import { afterEach, beforeEach, expect, test } from "vitest";
import { HistoryKeeper } from "@/server/history/keeper";
import { bucketsOf, resolutionFor, seriesFrom } from "@/server/history/read-series";
import { finest, mostRows } from "@/server/history/resolutions";
import { dropOldChunks, dropSubjects, listSubjects, loadChunks } from "@/server/history/store";
import { type TemporaryDatabase, temporaryDatabase } from "@/testing/temporary-database";

const begin = Date.UTC(2026, 5, 1) / 1000;
let database: TemporaryDatabase;
beforeEach(async () => {
  database = await temporaryDatabase();
});
afterEach(() => database.close());

test("history is read alike from memory, from disk and after a restart", async () => {
  const keeper = new HistoryKeeper();
  const end = begin + 1800;
  for (let at = begin; at < end; at += 10) {
    await keeper.record("node:c/n", { load: (at - begin) / 1800 }, at);
    if (at % 60 === 0) await keeper.save(at);
  }
  const look = async (from: HistoryKeeper) => {
    const buckets = bucketsOf("1h", end);
    return seriesFrom(await from.chunks("node:c/n", finest, buckets.from, buckets.to), "load", buckets, {
      bucketSeconds: 15,
      extremes: false,
    });
  };
  const before = await look(keeper);
  expect(before.average.filter((value) => value !== null)).toHaveLength(120);
  await keeper.save(end, true);
  expect(await look(new HistoryKeeper())).toEqual(before);
  const restarted = new HistoryKeeper();
  await restarted.record("node:c/n", { load: 1 }, end + 5);
  await restarted.save(end + 5, true);
  expect((await look(restarted)).average.slice(0, -1)).toEqual(before.average.slice(0, -1));
});

test("old rows go, each resolution by its own keeping; so does what belonged to a node that is no more", async () => {
  const keeper = new HistoryKeeper();
  // A day of readings, one a minute, the panel being restarted in between.
  for (let at = begin; at < begin + 86_400; at += 60) {
    await keeper.record("cluster:c", { "ceph.used": at - begin }, at);
    if (at % 3600 === 0) await keeper.save(at, true);
  }
  await keeper.save(begin + 86_400, true);
  const end = begin + 86_400;
  await dropOldChunks(end);
  const rows = await database.client.metricChunk.count();
  expect(rows).toBeLessThanOrEqual(mostRows());
  expect((await loadChunks("cluster:c", finest, begin, begin + 3600)).length).toBe(0);
  const yearly = resolutionFor("1y");
  expect((await loadChunks("cluster:c", yearly, begin, end)).length).toBeGreaterThan(0);
  await dropOldChunks(end + 500 * 86_400);
  expect(await database.client.metricChunk.count()).toBe(0);

  await keeper.record("node:c/gone", { load: 1 }, end);
  await keeper.save(end, true);
  expect(await listSubjects()).toEqual(["node:c/gone"]);
  await dropSubjects(["node:c/gone"]);
  expect(await listSubjects()).toEqual([]);
});

test("what the database refused is written at the next turn", async () => {
  const keeper = new HistoryKeeper();
  await keeper.record("panel", { "panel.cpu": 0.01 }, begin);
  await database.client.$executeRaw`ALTER TABLE "MetricChunk" RENAME TO "Away"`;
  await keeper.save(begin + 60, true);
  await database.client.$executeRaw`ALTER TABLE "Away" RENAME TO "MetricChunk"`;
  await keeper.save(begin + 61);
  expect(await database.client.metricChunk.count()).toBe(4);
});
