import { expect, it } from "vitest";
import { type ClientIoPoint, withClientIo } from "@/components/cluster/client-io";
import { clusterStatusFixture } from "@/components/cluster/fixtures/cluster-status-fixture";
import { unknown } from "@/contract/observed";

const second = (number: number): string => new Date(Date.UTC(2026, 10, 22, 14, 0, number)).toISOString();

it("adds a reading once, however often the same one arrives", () => {
  const once = withClientIo([], clusterStatusFixture(second(0)));
  expect(withClientIo(once, clusterStatusFixture(second(0)))).toBe(once);
  expect(withClientIo(once, clusterStatusFixture(second(10)))).toHaveLength(2);
});

it("keeps a gap where nothing could be read", () => {
  const before = withClientIo([], clusterStatusFixture(second(0)));
  const after = withClientIo(before, { ...clusterStatusFixture(second(10)), ha: unknown("no answer", second(10)) });
  expect(after.at(-1)).toMatchObject({ read: null, write: null });
});

it("forgets the oldest beyond ten minutes of readings", () => {
  let points: readonly ClientIoPoint[] = [];
  for (let number = 0; number < 100; number++) points = withClientIo(points, clusterStatusFixture(second(number * 10)));
  expect(points).toHaveLength(60);
  expect(points.at(-1)?.seconds).toBe(Date.parse(second(990)) / 1000);
});
