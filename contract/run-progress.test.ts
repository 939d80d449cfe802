import { expect, test } from "vitest";
import type { Plan, RunEvent, RunEventBody } from "@/contract/run";
import { applyEvents, cellOf, emptyProgress } from "@/contract/run-progress";

const step: Plan["steps"][number] = {
  id: "ensure-a",
  phase: "prepare",
  cells: ["n1"],
  after: [],
  commands: [],
  undo: { kind: "none", because: "" },
  pointOfNoReturn: false,
  softTimeoutSeconds: 100,
  timeoutSeconds: 200,
};
const at = { step: "ensure-a", cell: "n1", attempt: 1 } as const;

test("what holds a cell back now is told, not what it met before it was taken up again", () => {
  const error = { code: "node-unreachable", facts: {}, detail: "no answer" } as const;
  const bodies: RunEventBody[] = [
    { kind: "run-created", actor: "ann" },
    { kind: "run-state", state: "running", because: null },
    { kind: "step-checking", ...at },
    { kind: "step-started", ...at, commands: [] },
    { kind: "step-unknown", ...at, error },
    { kind: "run-requested", actor: "ann", request: "resume", step: null, cell: null },
    { kind: "step-verifying", ...at },
    { kind: "step-checked", ...at, verdict: "blocked", reason: "another node is away" },
  ];
  const events = bodies.map((body, index): RunEvent => ({ runId: "r", seq: index + 1, at: "", body }));
  const cell = cellOf(applyEvents(emptyProgress({ steps: [step] }), events), "ensure-a", "n1");
  expect(cell).toMatchObject({ state: "blocked", reason: "another node is away", error: null });
});
