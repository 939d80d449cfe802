import { describe, expect, test } from "vitest";
import type { PlannedStep, RunRequest, RunState } from "@/contract/run";
import { lostNodes, mayRequest, stillChanged, undoneElsewhere } from "@/contract/run-actions";
import { estimateRun, slowerThanUsual } from "@/contract/run-estimate";
import { cellKey, cellOf, type CellProgress, emptyProgress } from "@/contract/run-progress";

const step = (id: string, pointOfNoReturn = false): PlannedStep => ({
  id,
  phase: "prepare",
  cells: ["n1"],
  after: [],
  commands: [],
  undo: { kind: "commands", commands: [] },
  pointOfNoReturn,
  softTimeoutSeconds: 10,
  timeoutSeconds: 100,
});
const plan = { steps: [step("ensure-a"), step("ensure-b", true), step("verify-c")] };
const start = Date.parse("2026-01-01T00:00:00Z");
const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

function run(state: RunState, cells: Record<string, Partial<CellProgress>> = {}) {
  const progress = { ...emptyProgress(plan), state, createdAt: iso(0) };
  const changed = Object.entries(cells).map(([id, change]) => [
    cellKey(id, "n1"),
    { ...cellOf(progress, id, "n1"), ...change },
  ]);
  return { ...progress, cells: { ...progress.cells, ...Object.fromEntries(changed) } };
}
const ask = (progress: ReturnType<typeof run>, request: RunRequest["request"], at: string | null = null) => {
  const verdict = mayRequest(plan, progress, { request, step: at, cell: at === null ? null : "n1" });
  return verdict.allowed ? "allowed" : verdict.because;
};

describe("what may be asked of a run", () => {
  test.each<[RunState, RunRequest["request"], string]>([
    ["running", "pause", "allowed"],
    ["running", "resume", "run-not-waiting"],
    ["running", "undo", "run-not-waiting"],
    ["running", "cancel", "allowed"],
    ["pausing", "pause", "already-asked"],
    ["pausing", "resume", "allowed"],
    ["parked", "pause", "run-not-moving"],
    ["parked", "resume", "allowed"],
    ["parked", "undo", "nothing-changed"],
    ["cancelling", "cancel", "already-asked"],
    ["undoing", "cancel", "undo-in-progress"],
    ["undoing", "undo", "already-asked"],
    ["undo-failed", "resume", "run-not-waiting"],
    ["succeeded", "undo", "run-is-over"],
    ["undone", "resume", "run-is-over"],
    ["cancelled", "cancel", "run-is-over"],
  ])("%s, %s: %s", (state, request, expected) => {
    expect(ask(run(state), request)).toBe(expected);
  });

  test("a run is one person's, and another takes it over before acting on it", () => {
    const held = { ...run("running"), holder: "ann" };
    const by = (actor: string, request: RunRequest["request"]) => {
      const verdict = mayRequest(plan, held, { request, step: null, cell: null, actor });
      return verdict.allowed ? "allowed" : verdict.because;
    };
    expect([by("ann", "pause"), by("ann", "take")]).toEqual(["allowed", "held-by-you"]);
    expect([by("bob", "pause"), by("bob", "cancel"), by("bob", "take")]).toEqual([
      "held-by-other",
      "held-by-other",
      "allowed",
    ]);
    const over = mayRequest(
      plan,
      { ...held, state: "succeeded" },
      { request: "take", step: null, cell: null, actor: "bob" },
    );
    expect(over).toMatchObject({ allowed: false, because: "run-is-over" });
  });

  test("undo ends at the point of no return", () => {
    expect(ask(run("parked", { "ensure-a": { changed: true } }), "undo")).toBe("allowed");
    expect(ask(run("parked", { "ensure-a": { changed: true }, "ensure-b": { changed: true } }), "undo")).toBe(
      "past-point-of-no-return",
    );
  });

  describe("a node that is gone for good", () => {
    const separable = (id: string, others: string[]): PlannedStep => {
      const withoutNode = others.map((text) => ({ node: "n2", cell: "n1", text }));
      return { ...step(id), undo: { kind: "commands", commands: [], withoutNode } };
    };
    const joined = { steps: [separable("ensure-a", []), separable("ensure-b", ["forget n1"]), step("ensure-c")] };
    const unanswered = { code: "node-unreachable", facts: {}, detail: "" } as const;
    const stuckAt = (cells: Record<string, Partial<CellProgress>>, state: RunState = "undo-failed") => ({
      ...run(state, cells),
    });
    const may = (progress: ReturnType<typeof run>, cell: string | null = "n1") => {
      const verdict = mayRequest(joined, progress, { request: "undo-without", step: null, cell });
      return verdict.allowed ? "allowed" : verdict.because;
    };
    const lost = { changed: true, state: "undo-failed", error: unanswered } as const;

    test("is given up only where its undo failed because nothing answered", () => {
      const stuck = stuckAt({ "ensure-a": { changed: true }, "ensure-b": lost });
      expect(lostNodes(joined, stuck)).toEqual(["n1"]);
      expect(may(stuck)).toBe("allowed");
      expect(may(stuck, "n2")).toBe("node-not-lost");
      expect(may(stuck, null)).toBe("node-not-lost");
      expect(may(stuckAt({ "ensure-b": lost }, "parked"))).toBe("run-not-waiting");
      const refused = { ...lost, error: { ...unanswered, code: "command-failed" as const } };
      expect(may(stuckAt({ "ensure-b": refused }))).toBe("node-not-lost");
    });

    test("is not given up while something can only be taken back on it", () => {
      expect(may(stuckAt({ "ensure-b": lost, "ensure-c": { changed: true } }))).toBe("undo-needs-node");
      expect(may(stuckAt({ "ensure-b": lost, "ensure-c": { changed: true, state: "undone" } }))).toBe("allowed");
    });

    test("leaves to the others what they know of it, and no more", () => {
      const stuck = stuckAt({ "ensure-a": { changed: true }, "ensure-b": lost });
      expect(undoneElsewhere(joined, stuck, "n1").map(({ text }) => text)).toEqual(["forget n1"]);
      expect(undoneElsewhere(joined, stuckAt({ "ensure-a": lost }), "n1")).toEqual([]);
    });
  });

  test("retry is for a cell that stands still", () => {
    const parked = run("parked", { "ensure-a": { state: "unknown" } });
    expect(ask(parked, "retry", "ensure-a")).toBe("allowed");
    expect(ask(parked, "retry", "ensure-b")).toBe("cell-not-stopped");
    expect(ask(parked, "retry")).toBe("cell-not-stopped");
  });

  test("what is still changed names steps that changed and were not undone, never those that only look", () => {
    const progress = run("undo-failed", {
      "ensure-a": { changed: true, state: "undone" },
      "ensure-b": { changed: true, state: "undo-failed", leftChanged: ["n1: rm x"] },
      "verify-c": { changed: true, state: "observed-succeeded" },
    });
    expect(stillChanged(plan, progress)).toEqual([
      { step: "ensure-b", cell: "n1", certain: false, leftChanged: ["n1: rm x"] },
    ]);
  });
});

describe("how far a run is", () => {
  const done = { state: "observed-succeeded", startedAt: iso(0), endedAt: iso(5) } as const;
  test("weights the steps and learns the pace of this cluster", () => {
    const half = run("running", {
      "ensure-a": done,
      "ensure-b": { state: "running", startedAt: iso(5), fraction: 0.5 },
    });
    const estimate = estimateRun(plan, half, start + 10_000);
    expect(estimate).toMatchObject({ fraction: 0.5, elapsedSeconds: 10, stepsDone: 1, stepsTotal: 3 });
    expect(estimate.remainingSeconds).toBe(10);
  });

  test("says nothing about the rest of a run that stands still", () => {
    expect(estimateRun(plan, run("parked", { "ensure-a": done }), start + 99_000).remainingSeconds).toBeNull();
    expect(estimateRun(plan, run("running"), start).remainingSeconds).toBeNull();
  });

  test("slower than usual is told only while something moves", () => {
    const moving = { ...cellOf(run("running"), "ensure-a", "n1"), state: "running", startedAt: iso(0) } as const;
    expect(slowerThanUsual(step("ensure-a"), moving, start + 9_000)).toBeNull();
    expect(slowerThanUsual(step("ensure-a"), moving, start + 11_000)).toEqual({ usualSeconds: 10, elapsedSeconds: 11 });
    expect(slowerThanUsual(step("ensure-a"), { ...moving, state: "failed" }, start + 99_000)).toBeNull();
  });

  test("what it took before counts for more than what the plan allows: by half longer, and by ten seconds", () => {
    const moving = { ...cellOf(run("running"), "ensure-a", "n1"), state: "running" as const, startedAt: iso(0) };
    const slow = (seconds: number, took: number) =>
      slowerThanUsual(step("ensure-a"), moving, start + seconds * 1000, took);
    expect([slow(11, 2), slow(13, 2)]).toEqual([null, { usualSeconds: 2, elapsedSeconds: 13 }]);
    expect([slow(89, 60), slow(91, 60)]).toEqual([null, { usualSeconds: 60, elapsedSeconds: 91 }]);
  });
});
