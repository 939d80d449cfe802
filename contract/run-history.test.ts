import { describe, expect, test } from "vitest";
import type { Plan, RunEvent, RunEventBody } from "@/contract/run";
import { historyOf, noHistory, remainingByHistory } from "@/contract/run-history";
import { applyEvents, emptyProgress } from "@/contract/run-progress";

const step = (id: string, cells: string[]): Plan["steps"][number] => ({
  id,
  phase: "prepare",
  cells,
  after: [],
  commands: [],
  undo: { kind: "none", because: "" },
  pointOfNoReturn: false,
  softTimeoutSeconds: 100,
  timeoutSeconds: 200,
});
const plan = { steps: [step("ensure-a", ["n1", "n2"]), step("ensure-b", ["n1"])] };

type Timed = readonly [second: number, body: RunEventBody];
const started = (second: number, id: string, cell: string): Timed => [
  second,
  { kind: "step-checking", step: id, cell, attempt: 1 },
];
const done = (second: number, id: string, cell: string): Timed => [
  second,
  { kind: "step-succeeded", step: id, cell, attempt: 1, observed: "", notNeeded: false },
];
function run(...timed: Timed[]) {
  const at = (second: number) => new Date(second * 1000).toISOString();
  const head: Timed[] = [
    [0, { kind: "run-created", actor: "ann" }],
    [0, { kind: "run-state", state: "running", because: null }],
  ];
  const events = [...head, ...timed].map(
    ([second, body], index): RunEvent => ({ runId: "r", seq: index + 1, at: at(second), body }),
  );
  return { plan, progress: applyEvents(emptyProgress(plan), events) };
}
const past = (a: number, b: number) =>
  run(
    started(0, "ensure-a", "n1"),
    started(0, "ensure-a", "n2"),
    done(1, "ensure-a", "n2"),
    done(a, "ensure-a", "n1"),
    started(a, "ensure-b", "n1"),
    done(a + b, "ensure-b", "n1"),
  );

describe("what past runs tell", () => {
  test("is the median of each step's slowest cell, and of all together", () => {
    expect(historyOf([past(10, 1), past(20, 2), past(90, 3)])).toEqual({
      runs: 3,
      medianSeconds: 22,
      stepSeconds: { "ensure-a": 20, "ensure-b": 2 },
    });
    expect(historyOf([past(10, 2), past(20, 2)]).medianSeconds).toBe(17);
    expect(historyOf([])).toEqual(noHistory);
  });
});

describe("what is left", () => {
  const history = historyOf([past(10, 4)]);

  test("is what each step took before, less what it has done", () => {
    const now = run(started(0, "ensure-a", "n1"), started(0, "ensure-a", "n2"));
    expect(remainingByHistory(plan, now.progress, history, 3_000)).toBe(11);
    // Slower than ever: nothing more is known of this step, the next one still comes.
    expect(remainingByHistory(plan, now.progress, history, 60_000)).toBe(4);
  });

  test("counts a step nobody ever saw with its soft timeout", () => {
    const more = { steps: [...plan.steps, step("ensure-new", ["n1"])] };
    expect(remainingByHistory(more, run().progress, history, 0)).toBe(114);
  });

  test("is not known without a history, or while the run stands still", () => {
    expect(remainingByHistory(plan, run().progress, noHistory, 0)).toBeNull();
    const parked = run([1, { kind: "run-state", state: "parked", because: null }]);
    expect(remainingByHistory(plan, parked.progress, history, 0)).toBeNull();
  });
});
