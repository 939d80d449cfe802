import { expect, test } from "vitest";
import { capacityForecast } from "@/contract/capacity-forecast";

const bucketSeconds = 7200;
const perDay = 12;
const gb = 1e9;
const size = (count: number) => Array.from({ length: count }, () => 1000 * gb);
const line = (days: number, begin: number, growth: number, noise: (index: number) => number = () => 0) =>
  Array.from({ length: days * perDay }, (_, index) => (begin + (growth * index) / perDay) * gb + noise(index) * gb);
/** The same every time, and no line. */
const jitter = (index: number) =>
  Math.sin(index * 12.9898) * 43_758.5453 - Math.floor(Math.sin(index * 12.9898) * 43_758.5453);
const of = (used: (number | null)[]) => capacityForecast(used, size(used.length), bucketSeconds);

test("steady growth is continued until Ceph refuses writes", () => {
  const forecast = of(line(30, 500, 5));
  expect(forecast).toMatchObject({ kind: "full-in" });
  // 950 GB less what was in use at the last reading, at 5 GB a day.
  expect(forecast.kind === "full-in" ? forecast.days : 0).toBeCloseTo(60, 0);
  expect(of(line(30, 500, 5, (index) => 10 * jitter(index)))).toMatchObject({ kind: "full-in" });
});

test("gaps do not matter, as long as enough is left", () => {
  const used = line(30, 500, 5).map((value, index) => (index % 5 === 0 ? null : value));
  expect(of(used)).toMatchObject({ kind: "full-in" });
  expect(of(used.map((value, index) => (index < 340 ? null : value)))).toEqual({
    kind: "no-telling",
    because: "too-short",
  });
});

test("no date is made up", () => {
  expect(of(line(2, 500, 50))).toEqual({ kind: "no-telling", because: "too-short" });
  expect(of([])).toEqual({ kind: "no-telling", because: "too-short" });
  expect(of(line(30, 100, 0.5))).toMatchObject({ kind: "far" });
  expect(of(line(30, 500, 0, (index) => 0.5 * jitter(index)))).toEqual({ kind: "steady" });
  expect(of(line(30, 500, -2))).toEqual({ kind: "steady" });
  expect(of(line(4, 500, 1, (index) => 200 * jitter(index)))).toEqual({ kind: "no-telling", because: "too-uneven" });
});

test("a cluster that is full already is full in no days", () => {
  expect(of(line(30, 900, 5))).toMatchObject({ kind: "full-in", days: 0 });
});
