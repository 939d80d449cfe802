import { expect, test } from "vitest";
import { frameFigures } from "@/bench/frames";
import { faultsIn, numberedLine } from "@/bench/log-writer";

test("frames are counted by what lies between them", () => {
  expect(frameFigures([0, 10, 20, 30, 70])).toEqual({ perSecond: 57.1, late: 0.25, p95: 40, max: 40 });
});

test("a writer's line says its node and number, another says nothing", () => {
  const text = "2026-11-23T16:00:00.000Z\tceph-1\tbench.log\tinfo\tINFO bench: line 41 of ceph-1, pool rbd";
  expect(numberedLine(text)).toEqual({ node: "ceph-1", number: 41 });
  expect(numberedLine("2026-11-23 heartbeat")).toBeNull();
});

test("a gap, a wrong order and a missing end are faults", () => {
  const of = (numbers: readonly number[]) => numbers.map((number) => ({ node: "ceph-1", number }));
  const writers = [{ node: "ceph-1", lines: 5 }];
  expect(faultsIn(of([2, 3, 4]), writers)).toEqual([]);
  expect(faultsIn(of([1, 2, 4]), writers)).toEqual(["ceph-1: line 4 stands after line 2"]);
  expect(faultsIn(of([3, 2, 4]), writers)).toEqual(["ceph-1: line 2 stands after line 3"]);
  expect(faultsIn(of([2, 3]), writers)).toEqual(["ceph-1: line 3 is the newest, not 4"]);
  expect(faultsIn([], writers)).toEqual(["ceph-1: line none is the newest, not 4"]);
});
