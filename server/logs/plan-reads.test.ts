import { describe, expect, test } from "vitest";
import type { LogFile } from "@/contract/log-folder";
import { advanced, behindBytesMax, type LogPosition, planReads } from "@/server/logs/plan-reads";

const file = (name: string, inode: string, bytes: number, changedAtMs = 1_000_000): LogFile => ({
  name,
  inode,
  bytes,
  changedAtMs,
  bornAtMs: null,
});
const read = (files: LogFile[], position: LogPosition | null) => {
  const plan = planReads(files, position);
  const done = new Map(
    plan.wants.map(({ inode, name }) => [inode, files.find((each) => each.name === name)?.bytes ?? 0]),
  );
  return { ...plan, after: advanced(plan.position, done) };
};
const froms = (files: LogFile[], position: LogPosition | null) =>
  read(files, position).wants.map(({ name, from }) => `${name}@${from}`);

test("the first look shows the end of what is written now, from a whole line on", () => {
  const { wants } = read(
    [file("z.log", "1", 100_000), file("z-2026-11-21.log", "2", 9e6), file("z.log.1.gz", "3", 5)],
    null,
  );
  expect(wants).toEqual([{ name: "z.log", inode: "1", from: 100_000 - 48 * 1024, midLine: true }]);
  expect(read([file("z.log", "1", 10)], null).wants[0]).toMatchObject({ from: 0, midLine: false });
});

describe("going on", () => {
  const first = read([file("z.log", "1", 100)], null).after;

  test("reads what was added, from the very byte", () => {
    expect(froms([file("z.log", "1", 100)], first)).toEqual([]);
    expect(froms([file("z.log", "1", 150, 1_001_000)], first)).toEqual(["z.log@100"]);
  });

  test("loses nothing to a rotation: the rest under the new name, then the new file from its beginning", () => {
    const files = [file("z.log", "2", 30, 1_009_000), file("z-2026-11-21.log", "1", 140, 1_008_000)];
    expect(froms(files, first)).toEqual(["z-2026-11-21.log@100", "z.log@0"]);
    const next = read(files, first).after;
    expect(froms(files, next)).toEqual([]);
    // Read to its end, the rotated one need not be remembered.
    expect(read([file("z.log", "2", 30, 1_090_000), files[1] ?? file("", "", 0)], next).after.read).toEqual([
      ["2", 30],
    ]);
  });

  test("an old file that turns up (unpacked, copied back) is not news", () => {
    expect(froms([file("z.log", "1", 100), file("z-2026-01-01.log", "9", 500, 5_000)], first)).toEqual([]);
  });

  test("a file emptied in place is read from its beginning", () => {
    expect(froms([file("z.log", "1", 40, 1_001_000)], first)).toEqual(["z.log@0"]);
  });

  test("a current file that was silent for days goes on where it was", () => {
    const two = read([file("z.log", "1", 100), file("console.log", "5", 70, 10)], null).after;
    expect(froms([file("z.log", "1", 100), file("console.log", "5", 90, 2_000_000)], two)).toEqual(["console.log@70"]);
  });

  test("what is too far behind is passed over, and how much is said", () => {
    const plan = read([file("z.log", "1", 100 + behindBytesMax + 1, 1_001_000)], first);
    expect(plan.wants[0]).toMatchObject({ from: 100 + behindBytesMax + 1 - 128 * 1024, midLine: true });
    expect(plan.skipped).toEqual([{ file: "z.log", bytes: behindBytesMax + 1 - 128 * 1024 }]);
  });

  test("more files than one answer takes wait their turn and lose nothing", () => {
    const many = (bytes: number) =>
      Array.from({ length: 12 }, (_, index) => file(`f${index}.log`, `i${index}`, bytes, 1_000_000 + bytes));
    const start = read(read(many(10), null).after.read.length > 0 ? many(10) : [], null).after;
    const all = read(many(10), start);
    const one = read(many(20), all.after);
    const two = read(many(20), one.after);
    expect(one.wants).toHaveLength(8);
    expect([...one.wants, ...two.wants].map(({ name }) => name).toSorted()).toEqual(
      many(0)
        .map(({ name }) => name)
        .toSorted(),
    );
    expect(two.after.read.every(([, at]) => at === 20)).toBe(true);
  });
});
