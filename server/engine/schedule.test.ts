import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plan, PlannedStep, RunEvent, RunEventBody } from "@/contract/run";
import { cellOf, isMoving, isSettled } from "@/contract/run-progress";
import { type Action, foldRun, nextActions } from "@/server/engine/schedule";

const step = (id: string, cells: string[], after: string[] = [], over: Partial<PlannedStep> = {}): PlannedStep => ({
  id,
  phase: "prepare",
  cells,
  after,
  commands: [],
  undo: { kind: "commands", commands: [] },
  pointOfNoReturn: false,
  softTimeoutSeconds: 1,
  timeoutSeconds: 2,
  ...over,
});
const plan = (...steps: PlannedStep[]): Plan => ({
  kind: "deploy-cluster",
  clusterId: "c",
  codeVersion: "0",
  factsDigest: "",
  steps,
});
const journal = (bodies: readonly RunEventBody[]): RunEvent[] =>
  bodies.map((body, index) => ({ runId: "r", seq: index + 1, at: new Date(index * 1000).toISOString(), body }));
const running: RunEventBody = { kind: "run-state", state: "running", because: null };
const error = { code: "internal" as const, facts: {}, detail: "broke" };
const at = (step: string, cell: string, attempt = 1) => ({ step, cell, attempt });
type OfCell = (step: string, cell: string, attempt?: number) => RunEventBody;
const checking: OfCell = (...where) => ({ kind: "step-checking", ...at(...where) });
const started: OfCell = (...where) => ({ kind: "step-started", ...at(...where), commands: [] });
const done: OfCell = (...where) => ({ kind: "step-succeeded", ...at(...where), observed: "", notNeeded: false });
const failed: OfCell = (...where) => ({ kind: "step-failed", ...at(...where), error });
const unknown: OfCell = (...where) => ({ kind: "step-unknown", ...at(...where), error });
const undone: OfCell = (...where) => ({ kind: "step-undone", ...at(...where), observed: "" });
const names = (actions: readonly Action[]): string[] =>
  actions.map((action) =>
    action.kind === "settle" ? `→ ${action.state}` : `${action.kind} ${action.step.id}/${action.cell}`,
  );
const after = (of: Plan, ...bodies: RunEventBody[]): string[] => names(nextActions(of, journal(bodies)));

const two = plan(step("ensure-a", ["n1", "n2"]), step("ensure-b", ["n1", "n2"], ["ensure-a"]));

describe("forward", () => {
  test("cells of a step run beside each other, the next step waits for all of them", () => {
    expect(after(two, running)).toEqual(["perform ensure-a/n1", "perform ensure-a/n2"]);
    expect(after(two, running, done("ensure-a", "n1"))).toEqual(["perform ensure-a/n2"]);
    expect(after(two, running, done("ensure-a", "n1"), done("ensure-a", "n2"))).toEqual([
      "perform ensure-b/n1",
      "perform ensure-b/n2",
    ]);
  });

  test("what does not depend on each other runs side by side", () => {
    const fork = plan(
      step("ensure-a", ["n1"]),
      step("ensure-b", ["n1"]),
      step("ensure-c", ["n1"], ["ensure-a", "ensure-b"]),
    );
    expect(after(fork, running)).toEqual(["perform ensure-a/n1", "perform ensure-b/n1"]);
    expect(after(fork, running, done("ensure-a", "n1"))).toEqual(["perform ensure-b/n1"]);
  });

  test("a failure takes its step to the barrier, begins nothing new, then parks with every sentence", () => {
    const fork = plan(step("ensure-a", ["n1", "n2"]), step("ensure-b", ["n1"]), step("ensure-c", ["n1"], ["ensure-b"]));
    const events = [running, started("ensure-a", "n1"), started("ensure-b", "n1"), failed("ensure-a", "n1")];
    expect(after(fork, ...events)).toEqual(["perform ensure-a/n2", "perform ensure-b/n1"]);
    const settled = [...events, done("ensure-b", "n1"), done("ensure-a", "n2")];
    expect(nextActions(fork, journal(settled))).toEqual([
      { kind: "settle", state: "parked", reason: "step-failed", because: "ensure-a on n1: broke" },
    ]);
  });

  test("resume begins failed cells anew and goes on with unknown ones under the same attempt", () => {
    const events: RunEventBody[] = [
      running,
      started("ensure-a", "n1"),
      failed("ensure-a", "n1"),
      started("ensure-a", "n2"),
      unknown("ensure-a", "n2"),
      { kind: "run-state", state: "parked", because: null },
      { kind: "run-requested", request: "resume", actor: "p", step: null, cell: null },
      running,
    ];
    expect(after(two, ...events)).toEqual(["perform ensure-a/n1", "perform ensure-a/n2"]);
    const progress = foldRun(two, journal(events));
    expect(cellOf(progress, "ensure-a", "n1")).toMatchObject({ state: "pending", attempt: 1 });
    expect(cellOf(progress, "ensure-a", "n2")).toMatchObject({ state: "running", attempt: 1 });
  });

  test("retry of one cell leaves the other failed cells alone", () => {
    const events: RunEventBody[] = [
      running,
      failed("ensure-a", "n1"),
      failed("ensure-a", "n2"),
      { kind: "run-state", state: "parked", because: null },
      { kind: "run-requested", request: "retry", actor: "p", step: "ensure-a", cell: "n2" },
      running,
    ];
    expect(after(two, checking("ensure-a", "n1"), checking("ensure-a", "n2"), ...events)).toEqual([
      "perform ensure-a/n2",
    ]);
  });
});

describe("standing still", () => {
  const midway = [running, started("ensure-a", "n1"), done("ensure-a", "n2")];
  test("pause and cancel let work in progress end, then park; a cancel that changed nothing is over", () => {
    const pausing: RunEventBody = { kind: "run-state", state: "pausing", because: null };
    const cancelling: RunEventBody = { kind: "run-state", state: "cancelling", because: null };
    expect(after(two, ...midway, pausing)).toEqual(["perform ensure-a/n1"]);
    expect(after(two, ...midway, pausing, done("ensure-a", "n1"))).toEqual(["→ parked"]);
    expect(after(two, ...midway, cancelling)).toEqual(["perform ensure-a/n1"]);
    expect(after(two, ...midway, cancelling, done("ensure-a", "n1"))).toEqual(["→ parked"]);
    expect(after(two, running, cancelling)).toEqual(["→ cancelled"]);
  });
});

describe("backward", () => {
  const undoing: RunEventBody = { kind: "run-state", state: "undoing", because: null };
  const allStarted = ["ensure-a", "ensure-b"].flatMap((id) =>
    ["n1", "n2"].flatMap((n) => [started(id, n), done(id, n)]),
  );
  test("the last step is undone first, on all nodes, before the one before it", () => {
    expect(after(two, ...allStarted, undoing)).toEqual(["undo ensure-b/n1", "undo ensure-b/n2"]);
    expect(after(two, ...allStarted, undoing, undone("ensure-b", "n1"))).toEqual(["undo ensure-b/n2"]);
    const half = [...allStarted, undoing, undone("ensure-b", "n1"), undone("ensure-b", "n2")];
    expect(after(two, ...half)).toEqual(["undo ensure-a/n1", "undo ensure-a/n2"]);
    expect(after(two, ...half, undone("ensure-a", "n1"), undone("ensure-a", "n2"))).toEqual(["→ undone"]);
  });

  test("a step that never went beyond looking is left alone; one that failed half-way is not", () => {
    const blocked: RunEventBody = {
      kind: "step-checked",
      step: "ensure-a",
      cell: "n2",
      attempt: 1,
      verdict: "blocked",
      reason: "x",
    };
    expect(after(two, started("ensure-a", "n1"), failed("ensure-a", "n1"), blocked, undoing)).toEqual([
      "undo ensure-a/n1",
    ]);
  });

  test("order holds through a step in between that has nothing to undo", () => {
    const chain = plan(
      step("ensure-a", ["n1"]),
      step("verify-b", ["n1"], ["ensure-a"]),
      step("ensure-c", ["n1"], ["verify-b"]),
    );
    const all = ["ensure-a", "verify-b", "ensure-c"].flatMap((id) => [started(id, "n1"), done(id, "n1")]);
    expect(after(chain, ...all, undoing)).toEqual(["undo ensure-c/n1"]);
  });
});

test("for any plan and any outcomes: nothing begins before what it waits for, and the run always settles", () => {
  const anyPlan = fc
    .array(fc.record({ cells: fc.integer({ min: 1, max: 3 }), waits: fc.array(fc.nat(7), { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 8,
    })
    .map((rows) =>
      plan(
        ...rows.map(({ cells, waits }, index) =>
          step(
            `ensure-s${index}`,
            ["n1", "n2", "n3"].slice(0, cells),
            [...new Set(waits.filter((wait) => wait < index))].map((wait) => `ensure-s${wait}`),
          ),
        ),
      ),
    );
  const play = (of: Plan, picks: readonly number[], outcomes: readonly boolean[]) => {
    let tooEarly = 0;
    const bodies: RunEventBody[] = [running];
    for (let turn = 0; turn < 60; turn += 1) {
      const actions = nextActions(of, journal(bodies));
      const settle = actions.find((action) => action.kind === "settle");
      if (settle !== undefined) return { settle, tooEarly, cells: Object.values(foldRun(of, journal(bodies)).cells) };
      const progress = foldRun(of, journal(bodies));
      const action = actions[(picks[turn % picks.length] ?? 0) % actions.length];
      if (action === undefined || action.kind === "settle") throw new Error("stuck");
      const before = of.steps.filter(({ id }) => action.step.after.includes(id));
      if (!before.every(({ id, cells }) => cells.every((cell) => isSettled(cellOf(progress, id, cell))))) tooEarly += 1;
      const at = cellOf(progress, action.step.id, action.cell);
      if (at.state === "pending") bodies.push(started(action.step.id, action.cell));
      else
        bodies.push(
          (outcomes[turn % outcomes.length] ?? true)
            ? done(action.step.id, action.cell)
            : failed(action.step.id, action.cell),
        );
    }
    throw new Error("the run never settled");
  };
  const some = { minLength: 1, maxLength: 60 };
  const property = fc.property(anyPlan, fc.array(fc.nat(20), some), fc.array(fc.boolean(), some), (...world) => {
    const { settle, tooEarly, cells } = play(...world);
    expect(tooEarly).toBe(0);
    expect(cells.some(isMoving)).toBe(false);
    expect(settle.state).toBe(cells.every(isSettled) ? "succeeded" : "parked");
  });
  fc.assert(property, { numRuns: 300 });
});
