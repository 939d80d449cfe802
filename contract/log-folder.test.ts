import { expect, test } from "vitest";
import { forecastLogs, type LogFile } from "@/contract/log-folder";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 22);
const file = (name: string, bytes: number, changedDaysAgo: number, bornDaysAgo: number | null = null): LogFile => ({
  name,
  inode: name,
  bytes,
  changedAtMs: now - changedDaysAgo * day,
  bornAtMs: bornDaysAgo === null ? null : now - bornDaysAgo * day,
});
const forecast = (files: LogFile[], freeBytes: number | null = 1000) => forecastLogs({ files, freeBytes }, now);

test("each rotated file was written since the one before it ended", () => {
  const files = [file("a.log", 100, 0), file("a-2026-11-21.log", 100, 1), file("a-2026-11-20.log", 999, 2)];
  // The oldest file's own beginning is not known: its bytes are left out.
  expect(forecast(files)).toMatchObject({ bytes: 1199, bytesPerDay: 100, bytesPerYear: 36_500, daysUntilFull: 10 });
});

test("a birth time lets a single file tell", () => {
  expect(forecast([file("a.log", 40, 0, 4)])).toMatchObject({ bytesPerDay: 10, daysUntilFull: 100 });
});

test("families add up, and one that went silent long ago adds nothing", () => {
  expect(forecast([file("a.log", 40, 0, 4), file("b.log", 20, 0, 4), file("old.log", 5000, 40, 60)]).bytesPerDay).toBe(
    15,
  );
});

test("an hour of history is none", () => {
  expect(forecast([file("a.log", 40, 0, 1 / 24)])).toEqual({
    bytes: 40,
    bytesPerDay: null,
    bytesPerYear: null,
    daysUntilFull: null,
  });
  expect(forecast([])).toMatchObject({ bytesPerDay: null });
});

test("without the free space, or without growth, nothing is full some day", () => {
  expect(forecast([file("a.log", 40, 0, 4)], null).daysUntilFull).toBeNull();
  expect(forecast([file("old.log", 5000, 40, 60)])).toMatchObject({ bytesPerDay: 0, daysUntilFull: null });
});
