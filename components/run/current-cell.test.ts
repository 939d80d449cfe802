import { describe, expect, test } from "vitest";
import { columnsOf, currentCell, moveInGrid } from "@/components/run/current-cell";
import type { PlannedStep } from "@/contract/run";
import { cellKey, type CellProgress, emptyProgress } from "@/contract/run-progress";

const step = (id: string, cells: string[]): PlannedStep => ({
  id,
  phase: "prepare",
  cells,
  after: [],
  commands: [],
  undo: { kind: "none", because: "" },
  pointOfNoReturn: false,
  softTimeoutSeconds: 1,
  timeoutSeconds: 1,
});
const plan = {
  steps: [step("ensure-a", ["n1", "n2"]), step("ensure-b", ["cluster"]), step("ensure-c", ["n1", "n2"])],
};
const columns = columnsOf(plan, "cluster");

function progressWith(...states: [string, string, Partial<CellProgress>][]) {
  const empty = emptyProgress(plan);
  const cells = { ...empty.cells };
  for (const [id, cell, change] of states) {
    const before = cells[cellKey(id, cell)];
    if (before !== undefined) cells[cellKey(id, cell)] = { ...before, ...change };
  }
  return { ...empty, cells };
}

describe("the cell opened by itself", () => {
  test("is the first one before anything began", () => {
    expect(currentCell(plan, progressWith())).toEqual({ step: "ensure-a", cell: "n1" });
  });
  test("is what is at work, unless something needs a person", () => {
    const moving: [string, string, Partial<CellProgress>] = ["ensure-a", "n1", { state: "running" }];
    expect(currentCell(plan, progressWith(moving))).toEqual({ step: "ensure-a", cell: "n1" });
    expect(currentCell(plan, progressWith(moving, ["ensure-a", "n2", { state: "unknown" }]))).toEqual({
      step: "ensure-a",
      cell: "n2",
    });
  });
  test("is what came last when the run is over", () => {
    const done = (endedAt: string): Partial<CellProgress> => ({ state: "observed-succeeded", endedAt });
    const over = progressWith(["ensure-a", "n1", done("2026-01-01")], ["ensure-b", "cluster", done("2026-01-02")]);
    expect(currentCell(plan, over)).toEqual({ step: "ensure-b", cell: "cluster" });
  });
});

test("arrow keys reach every cell and skip what does not exist", () => {
  expect(columns).toEqual(["n1", "n2", "cluster"]);
  const at = (id: string, cell: string) => ({ step: id, cell });
  expect(moveInGrid(plan, columns, at("ensure-a", "n1"), "ArrowRight")).toEqual(at("ensure-a", "n2"));
  expect(moveInGrid(plan, columns, at("ensure-a", "n2"), "ArrowRight")).toEqual(at("ensure-a", "n2"));
  expect(moveInGrid(plan, columns, at("ensure-a", "n2"), "ArrowDown")).toEqual(at("ensure-b", "cluster"));
  expect(moveInGrid(plan, columns, at("ensure-b", "cluster"), "ArrowDown")).toEqual(at("ensure-c", "n2"));
  expect(moveInGrid(plan, columns, at("ensure-c", "n2"), "ArrowDown")).toEqual(at("ensure-c", "n2"));
  expect(moveInGrid(plan, columns, at("ensure-c", "n2"), "Home")).toEqual(at("ensure-c", "n1"));
  expect(moveInGrid(plan, columns, at("ensure-c", "n1"), "End")).toEqual(at("ensure-c", "n2"));
});
