import { expect, test } from "vitest";
import type { Chunk } from "@/server/history/chunk";
import { decodeChunk, encodeChunk } from "@/server/history/chunk-codec";
import { Recorder } from "@/server/history/recorder";
import { chunkSeconds, finest, mostRows, resolutions } from "@/server/history/resolutions";

const begin = Date.UTC(2026, 0, 1) / 1000;
const year = 365 * 86_400;

/** What the database does: one row per chunk, dropped when past its keeping. */
class Rows {
  readonly byKey = new Map<string, Chunk>();

  save(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) this.byKey.set(`${chunk.resolution.stepSeconds}@${chunk.start}`, chunk);
  }

  sweep(seconds: number): void {
    for (const [key, { start, resolution }] of this.byKey)
      if (start < seconds - resolution.keepSeconds - chunkSeconds(resolution)) this.byKey.delete(key);
  }
}

test("a year of readings never takes more rows than its bound, and the year can be looked back on", () => {
  const rows = new Rows();
  const recorder = new Recorder();
  let most = 0;
  const every = 120;
  for (let at = begin; at < begin + year; at += every) {
    recorder.add(at, { "cpu.busy": ((at - begin) % 3600) / 3600, load: 1 });
    if (at % 3600 === 0) {
      rows.save(recorder.takeDue(at));
      rows.sweep(at);
      most = Math.max(most, rows.byKey.size);
    }
  }
  expect(most).toBeLessThanOrEqual(mostRows());
  expect(mostRows()).toBeLessThan(200);
  const hourly = [...rows.byKey.values()].filter(({ resolution }) => resolution.stepSeconds === 3600);
  const oldest = Math.min(...hourly.map(({ start }) => start));
  expect(oldest).toBeLessThanOrEqual(begin);
  const first = hourly.find(({ start }) => start === oldest);
  const slot = first?.slot("cpu.busy", (begin - oldest) / 3600);
  expect(slot).toMatchObject({ count: 3600 / every, least: 0 });
  expect(slot?.most).toBeCloseTo(1 - every / 3600, 5);
  expect(slot?.average).toBeCloseTo((1 - every / 3600) / 2, 4);
});

test("what was not read is a gap at every resolution, never a zero", () => {
  const recorder = new Recorder();
  recorder.add(begin, { load: 2 });
  // An hour without a word, and then one metric alone.
  recorder.add(begin + 3700, { "cpu.busy": 0 });
  for (const resolution of resolutions) {
    const chunks = recorder.inMemory(resolution);
    const slotAt = (metric: string, at: number) =>
      chunks
        .filter(({ start, end }) => start <= at && at < end)
        .map((chunk) => chunk.slot(metric, Math.floor((at - chunk.start) / resolution.stepSeconds)))[0] ?? null;
    expect(slotAt("load", begin)).toMatchObject({ average: 2 });
    expect(slotAt("load", begin + 3700)).toBeNull();
    expect(slotAt("cpu.busy", begin + 3700)).toMatchObject({ average: 0, count: 1 });
  }
  for (const resolution of resolutions.slice(0, 3)) {
    const held = recorder.inMemory(resolution).filter(({ start, end }) => start <= begin + 1800 && begin + 1800 < end);
    const slots = held.map((chunk) =>
      chunk.slot("load", Math.floor((begin + 1800 - chunk.start) / resolution.stepSeconds)),
    );
    expect(slots.filter((slot) => slot !== null)).toEqual([]);
  }
});

test("a reading every ten seconds, a few late, leaves no hole in the finest line", () => {
  const recorder = new Recorder();
  for (let index = 0; index < 60; index += 1) recorder.add(begin + index * 10 + (index % 7) * 0.6, { load: 1 });
  const [chunk] = recorder.inMemory(finest);
  expect(Array.from({ length: 39 }, (_, index) => chunk?.slot("load", index)?.average)).toEqual(Array(39).fill(1));
});

test("a panel that crashed goes on where it was; the coarse lines take what they miss from the fine one", async () => {
  const recorder = new Recorder();
  for (let at = begin; at < begin + 600; at += 10) recorder.add(at, { load: 1 });
  const early = await Promise.all(recorder.takeDue(begin + 600, true).map(stored));
  for (let at = begin + 600; at < begin + 840; at += 10) recorder.add(at, { load: 3 });
  // Only the finest was due before the crash.
  const late = await Promise.all(recorder.takeDue(begin + 840).map(stored));
  expect(late.map(({ resolution }) => resolution)).toEqual([finest]);
  const afterCrash = new Recorder([...late, ...early.filter(({ resolution }) => resolution !== finest)]);
  const hourly = resolutions[3];
  const [chunk] = afterCrash.inMemory(hourly);
  const slot = chunk?.slot("load", (begin - chunk.start) / 3600);
  // 60 readings of 1, then sixteen slots of 15 s of 3.
  expect(slot?.count).toBe(76);
  expect(slot?.average).toBeCloseTo((60 + 16 * 3) / 76, 5);
});

test("what could not be written is due again", () => {
  const recorder = new Recorder();
  recorder.add(begin, { load: 1 });
  recorder.add(begin + chunkSeconds(finest), { load: 2 });
  const due = recorder.takeDue(begin + chunkSeconds(finest), true);
  expect(due.length).toBeGreaterThan(4);
  expect(recorder.takeDue(begin + chunkSeconds(finest), true)).toEqual([]);
  recorder.giveBack(due);
  expect(new Set(recorder.takeDue(begin + chunkSeconds(finest), true))).toEqual(new Set(due));
});

test("bytes that are no chunk are a gap, not a failure", async () => {
  expect(await decodeChunk(finest, begin, new Uint8Array([1, 2, 3]))).toBeNull();
  expect(await decodeChunk(finest, begin, new Uint8Array())).toBeNull();
});

async function stored(chunk: Chunk): Promise<Chunk> {
  const again = await decodeChunk(chunk.resolution, chunk.start, await encodeChunk(chunk));
  if (again === null) throw new Error("the chunk does not read back");
  expect([...again.columns.keys()]).toEqual([...chunk.columns.keys()]);
  return again;
}

test("what is only in memory is found by another copy of the same resolution", () => {
  const recorder = new Recorder();
  recorder.add(begin, { load: 1 });
  for (const resolution of resolutions)
    expect(recorder.inMemory({ ...resolution }).map(({ columns }) => [...columns.keys()])).toEqual([["load"]]);
});
