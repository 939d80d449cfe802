import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type PlannedStep, plannedStepSchema } from "@/contract/run";
import { mayRequest, stillChanged } from "@/contract/run-actions";
import { cellOf, isMoving, isSettled } from "@/contract/run-progress";
import { sentenceText } from "@/contract/sentence";
import type { ProcedureDefinition } from "@/server/engine/step";
import { type Fault, withFault } from "@/testing/conformance/faulty-procedure";
import { ConformanceRig, type ConformanceWorld, type PanelFaults, type RunOutcome } from "@/testing/conformance/rig";

export interface ConformanceCase<TInput> {
  readonly name: string;
  readonly procedure: ProcedureDefinition<TInput>;
  /** As stored in the run. */
  readonly input: unknown;
  readonly newWorld: () => ConformanceWorld;
  /** 1 = every crash point and every send; n = each n-th. The registry test tells which procedures take samples. */
  readonly every: number;
  /** `held-back`: what it did forbids doing it again (a node that is off), so its guards must stop a second run. */
  readonly again?: "held-back";
}

/** Enough for hundreds of whole runs in memory on a busy machine. */
const exhaustiveTimeoutMs = 300_000;
/** A cut connection may park the run; a person presses Resume at most so often. */
const resumesMax = 3;

export interface ConformanceCheck {
  readonly name: string;
  readonly check: () => Promise<void>;
}

export function describeConformance<TInput>(subject: ConformanceCase<TInput>): void {
  describe(`${subject.name} conforms`, { timeout: exhaustiveTimeoutMs }, () => {
    for (const { name, check } of conformanceChecks(subject))
      test(name, async () => {
        await expect(check()).resolves.toBeUndefined();
      });
  });
}

export const structureName = "its steps are the planned ones, and undo is there where the plan promises it";

/** What can be told without a world: the plan is whole, in order, and fits the definitions. */
const withNodes = z.object({ nodes: z.array(z.object({ name: z.string() })) });

export function checkStructure<TInput>(procedure: ProcedureDefinition<TInput>, input: TInput): void {
  const planned = z.array(plannedStepSchema).parse(procedure.plan(input));
  const ids = planned.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  // Commands may also be the panel's own (its calls of a platform's API); a step of the whole cluster shows its nodes'.
  const nodes = withNodes.safeParse(input).data?.nodes.map(({ name }) => name) ?? [];
  const places = new Set([...planned.flatMap((step) => step.cells), ...nodes, "panel"]);
  for (const step of planned) {
    const definition = procedure.steps.find(({ id }) => id === step.id);
    expect(definition, step.id).toBeDefined();
    // The other way round is fine: a step may have an undo that this input's plan does not use.
    if (step.undo.kind === "commands") {
      expect(definition?.undo, `${step.id}: undo`).toBeDefined();
      const elsewhere = step.undo.withoutNode ?? [];
      expect(definition?.undoWithoutNode !== undefined, `${step.id}: undo without the node`).toBe(elsewhere.length > 0);
      for (const { node, cell } of elsewhere) {
        expect(step.cells, `${step.id}: whose`).toContain(cell);
        expect(cell, `${step.id}: without asking ${node}`).not.toBe(node);
      }
      expect(step.undo.commands, `${step.id}: undo is shown`).not.toEqual([]);
    } else expect(sentenceText(step.undo.because), `${step.id}: why there is no undo`).not.toBe("");
    for (const id of step.after) expect(ids.slice(0, ids.indexOf(step.id)), `${step.id} after ${id}`).toContain(id);
    expect(step.softTimeoutSeconds, step.id).toBeLessThanOrEqual(step.timeoutSeconds);
    const undone = step.undo.kind === "commands" ? step.undo.commands : [];
    for (const { node } of [...step.commands, ...undone]) expect(places, `${step.id} on ${node}`).toContain(node);
    expect(new Set(step.cells).size, `${step.id}: cells`).toBe(step.cells.length);
  }
}

/** What every procedure must stand. A check fails with the crash point, send or cell that broke it. */
export function conformanceChecks<TInput>(subject: ConformanceCase<TInput>): readonly ConformanceCheck[] {
  const { procedure, input, newWorld, every, again: secondRun } = subject;
  const cells = procedure
    .plan(procedure.parseInput(input))
    .flatMap((step) => step.cells.map((cell) => ({ step, cell })));
  const firstFinal = cells.findIndex(({ step }) => step.pointOfNoReturn);
  /** The latest cell from which everything can still be taken back. */
  const lastUndoable = (firstFinal === -1 ? cells : cells.slice(0, firstFinal)).at(-1);

  /** Whose every change the others can take back. */
  const separableNodes = [...new Set(cells.map(({ cell }) => cell))].filter((node) =>
    cells.some(
      ({ step, cell }) => cell === node && step.undo.kind === "commands" && step.undo.withoutNode !== undefined,
    ),
  );
  const newRig = () => new ConformanceRig<TInput>(newWorld(), input);
  async function reference() {
    const rig = newRig();
    const panel = rig.panel(procedure);
    await rig.start(panel);
    const outcome = await rig.outcome();
    expect(outcome.state, sentenceText(outcome.progress.because ?? "")).toBe("succeeded");
    return { outcome, snapshot: rig.world.snapshot(), writes: panel.writes(), sends: panel.sends() };
  }

  const checks: ConformanceCheck[] = [];
  const must = (name: string, check: () => Promise<void>): void => {
    checks.push({ name, check });
  };

  must(structureName, async () => checkStructure(procedure, procedure.parseInput(input)));

  must("a run on the finished cluster changes nothing", async () => {
    const rig = newRig();
    await rig.start(rig.panel(procedure));
    const finished = rig.world.snapshot();
    const again = new ConformanceRig<TInput>(rig.world, input);
    await again.start(again.panel(procedure));
    const { state, progress } = await again.outcome();
    if (secondRun === undefined) expect(state).toBe("succeeded");
    else {
      expect(state).toBe("parked");
      expect(Object.values(progress.cells).some(({ changed }) => changed)).toBe(false);
    }
    expect(rig.world.snapshot()).toEqual(finished);
  });

  must("each step run twice succeeds and changes no more than once", async () => {
    const { snapshot } = await reference();
    for (const { step, cell } of cells) {
      const { rig, outcome } = await faultThenResume(step, cell, "runs-twice");
      expect(outcome.state, `${step.id} on ${cell}`).toBe("succeeded");
      expect(rig.world.snapshot(), `${step.id} on ${cell}`).toEqual(snapshot);
    }
  });

  must("a failure in any cell parks the run at its barrier, and Resume ends as if nothing had happened", async () => {
    const { snapshot } = await reference();
    for (const { step, cell } of cells) {
      const { rig, outcome } = await faultThenResume(step, cell, "fails-before", expectParkedAt);
      expect(outcome.state, `${step.id} on ${cell}`).toBe("succeeded");
      expect(rig.world.snapshot(), `${step.id} on ${cell}`).toEqual(snapshot);
    }
  });

  must("a failure in any cell is undone as declared, also when an undo fails once", async () => {
    for (const { step, cell } of cells) await failThenUndo(step, cell, null);
    const last = lastUndoable;
    if (last === undefined) return;
    for (const undoFailsAt of cells.filter(({ step }) => step.undo.kind === "commands"))
      await failThenUndo(last.step, last.cell, undoFailsAt);
  });

  must("killed after any journal write, it ends the same with nothing done twice", async () => {
    const { snapshot, outcome: clean, writes } = await reference();
    for (let write = 1; write <= writes; write += every) {
      const rig = newRig();
      await rig.start(rig.panel(procedure, { stopAfterWrites: write }));
      await rig.takeOver(rig.panel(procedure));
      const outcome = await rig.outcome();
      expect(outcome.state, `killed after write ${write}: ${sentenceText(outcome.progress.because ?? "")}`).toBe(
        "succeeded",
      );
      expect(rig.world.snapshot(), `killed after write ${write}`).toEqual(snapshot);
      expect(attemptsOf(outcome), `killed after write ${write}`).toEqual(attemptsOf(clean));
      expect(rig.unlockedSends, `killed after write ${write}: sent without the cluster's lock`).toBe(0);
      // Killed after its very last write it leaves the lock to expire.
      if (write < writes) expect(rig.lock.holder(), `killed after write ${write}: freed at the end`).toBeNull();
    }
  });

  must("a connection cut before or after any send ends the same, at most after Resume", async () => {
    const { snapshot, sends } = await reference();
    for (let send = 1; send <= sends; send += every)
      for (const when of ["before", "after"] as const) {
        const { rig, outcome } = await runAndResume({ cut: { send, when } });
        expect(outcome.state, `cut ${when} send ${send}: ${sentenceText(outcome.progress.because ?? "")}`).toBe(
          "succeeded",
        );
        expect(rig.world.snapshot(), `cut ${when} send ${send}`).toEqual(snapshot);
      }
  });

  must("a panel frozen at any write does no harm when it wakes after another took over", async () => {
    const { snapshot, writes } = await reference();
    for (let write = 1; write <= writes; write += every) {
      const rig = newRig();
      const frozen = rig.panel(procedure, { stopAfterWrites: write });
      await rig.start(frozen);
      await rig.takeOver(rig.panel(procedure));
      const before = await rig.outcome();
      frozen.process.wake();
      await frozen.engine.idle();
      const after = await rig.outcome();
      expect(after.state, `frozen at write ${write}: ${sentenceText(after.progress.because ?? "")}`).toBe("succeeded");
      expect(after.progress.seq, `frozen at write ${write}`).toBe(before.progress.seq);
      expect(rig.world.snapshot(), `frozen at write ${write}`).toEqual(snapshot);
    }
  });
  must(
    "while somebody else holds the cluster nothing begins; taken in the middle it parks, and Resume ends the same",
    async () => {
      const { snapshot, writes } = await reference();
      const before = newRig();
      const untouched = before.world.snapshot();
      const end = await before.lock.takenByCommand("zsha migrate");
      await expect(before.start(before.panel(procedure))).rejects.toMatchObject({ code: "run-active" });
      expect(before.runId).toBe("");
      expect(before.world.snapshot()).toEqual(untouched);
      await end();
      for (let write = 1; write < writes; write += every) {
        const where = `lost after write ${write}`;
        const rig = newRig();
        await rig.start(rig.panel(procedure, { stopAfterWrites: write }));
        rig.lock.expire();
        const finish = await rig.lock.takenByCommand("zsha migrate");
        const next = rig.panel(procedure);
        await rig.takeOver(next);
        const parked = await rig.outcome();
        expect(parked.progress, where).toMatchObject({ state: "parked", reason: "cluster-locked" });
        expect(sentenceText(parked.progress.because ?? ""), where).toContain("zsha migrate");
        await expect(rig.ask(next, "resume"), where).rejects.toMatchObject({ code: "run-active" });
        await finish();
        await rig.ask(next, "resume");
        const outcome = await rig.outcome();
        expect(outcome.state, `${where}: ${sentenceText(outcome.progress.because ?? "")}`).toBe("succeeded");
        expect(rig.world.snapshot(), where).toEqual(snapshot);
        expect(rig.lock.holder(), where).toBeNull();
      }
    },
  );
  must("an undo that is cut or killed ends the same", async () => {
    const { snapshot, sends, writes } = await undoing({});
    const faults: PanelFaults[] = [];
    for (let send = 1; send <= sends; send += every)
      faults.push({ cut: { send, when: "before" } }, { cut: { send, when: "after" } });
    for (let write = 1; write < writes; write += every) faults.push({ stopAfterWrites: write });
    for (const fault of faults) {
      const where = JSON.stringify(fault);
      const undone = await undoing(fault);
      expect(undone.outcome.state, `${where}: ${sentenceText(undone.outcome.progress.because ?? "")}`).toBe("undone");
      expect(undone.snapshot, where).toEqual(snapshot);
    }
  });
  if (separableNodes.length > 0)
    must("an undo that stops at a node goes on without it, whenever it died, and asks it for nothing", async () => {
      const undoable = cells.slice(0, firstFinal === -1 ? cells.length : firstFinal);
      for (const node of separableNodes) {
        let stops = 0;
        for (const { step, cell } of undoable) stops += (await undoWithout(node, step, cell)) ? 1 : 0;
        expect(stops, `${node} never stopped an undo`).toBeGreaterThan(0);
      }
    });
  return checks;

  /** The run fails there, the node is lost, Undo stops at it; called gone for good it is left alone, and nobody knows of it. False: nothing stopped. */
  async function undoWithout(node: string, step: PlannedStep, cell: string): Promise<boolean> {
    const where = `${step.id} on ${cell} failed, ${node} lost`;
    const rig = newRig();
    const failing = withFault(procedure, { step: step.id, cell }, "fails-before");
    await rig.start(rig.panel(failing.procedure));
    if (failing.hits() === 0) return false;
    const wish = { request: "undo-without", step: null, cell: node } as const;
    const parked = await rig.outcome();
    expect(mayRequest(parked.plan, parked.progress, wish), where).toMatchObject({ allowed: false });
    if (!mayRequest(parked.plan, parked.progress, { ...wish, request: "undo" }).allowed) return false;
    rig.world.lose?.(node);
    const panel = rig.panel(procedure, { death: { node, send: 0 } });
    await rig.ask(panel, "undo");
    const stuck = await rig.outcome();
    if (stuck.state === "undone") return false;
    expect(stuck.state, where).toBe("undo-failed");
    const verdict = mayRequest(stuck.plan, stuck.progress, wish);
    expect(verdict, where).toEqual({ allowed: true });
    await rig.ask(panel, "undo-without", { step: null, cell: node });
    const outcome = await rig.outcome();
    expect(outcome.state, `${where}: ${sentenceText(outcome.progress.because ?? "")}`).toBe("undone");
    const mayStay = outcome.plan.steps.filter(({ undo }) => undo.kind === "none").map(({ id }) => id);
    for (const left of stillChanged(outcome.plan, outcome.progress)) expect(mayStay, where).toContain(left.step);
    expect(rig.world.traces?.(node) ?? [], where).toEqual([]);
    return true;
  }

  /** The last cell fails; then everything is undone by a panel with this fault, and if need be by the one after it. */
  async function undoing(fault: PanelFaults) {
    const rig = newRig();
    const last = lastUndoable;
    if (last === undefined) throw new Error("a plan without cells that can be undone");
    const at = { step: last.step.id, cell: last.cell };
    await rig.start(rig.panel(withFault(procedure, at, "fails-before").procedure));
    const panel = rig.panel(procedure, fault);
    await rig.ask(panel, "undo");
    let sound = panel;
    if (panel.process.isStopped) {
      sound = rig.panel(procedure);
      await rig.takeOver(sound);
    }
    for (let asked = 0; asked < resumesMax && (await rig.outcome()).state === "undo-failed"; asked += 1)
      await rig.ask(sound, "undo");
    return {
      outcome: await rig.outcome(),
      snapshot: rig.world.snapshot(),
      sends: panel.sends(),
      writes: panel.writes(),
    };
  }

  async function runAndResume(faults: PanelFaults) {
    const rig = newRig();
    const panel = rig.panel(procedure, faults);
    await rig.start(panel);
    for (let resumes = 0; resumes < resumesMax && (await rig.outcome()).state === "parked"; resumes += 1)
      await rig.ask(panel, "resume");
    return { rig, outcome: await rig.outcome() };
  }

  async function faultThenResume(step: PlannedStep, cell: string, fault: Fault, whenParked?: typeof expectParkedAt) {
    const rig = newRig();
    const faulty = withFault(procedure, { step: step.id, cell }, fault);
    const panel = rig.panel(faulty.procedure);
    await rig.start(panel);
    const parked = await rig.outcome();
    if (faulty.hits() > 0) {
      expect(parked.state, `${fault} in ${step.id} on ${cell}`).toBe("parked");
      whenParked?.(parked, step, cell);
      await rig.ask(panel, "resume");
    }
    return { rig, outcome: await rig.outcome() };
  }

  async function failThenUndo(step: PlannedStep, cell: string, undoFails: { step: PlannedStep; cell: string } | null) {
    const rig = newRig();
    const untouched = rig.world.snapshot();
    const failing = withFault(procedure, { step: step.id, cell }, "fails-before");
    const undoing =
      undoFails === null
        ? null
        : withFault(failing.procedure, { step: undoFails.step.id, cell: undoFails.cell }, "undo-fails");
    const panel = rig.panel(undoing?.procedure ?? failing.procedure);
    await rig.start(panel);
    if (failing.hits() === 0) return;
    const parked = await rig.outcome();
    const where = `${step.id} on ${cell}`;
    if (!mayRequest(parked.plan, parked.progress, { request: "undo", step: null, cell: null }).allowed) return;
    await rig.ask(panel, "undo");
    if (undoing !== null && undoing.hits() > 0) {
      const stuck = await rig.outcome();
      expect(stuck.state, where).toBe("undo-failed");
      expect(cellOf(stuck.progress, undoFails?.step.id ?? "", undoFails?.cell ?? "").leftChanged).not.toEqual([]);
      await rig.ask(panel, "undo");
    }
    const outcome = await rig.outcome();
    expect(outcome.state, `${where}: ${sentenceText(outcome.progress.because ?? "")}`).toBe("undone");
    const left = stillChanged(outcome.plan, outcome.progress).map((change) => change.step);
    const mayStay = outcome.plan.steps.filter(({ undo }) => undo.kind === "none").map(({ id }) => id);
    expect(mayStay, `${where} leaves only what the plan says`).toEqual(expect.arrayContaining(left));
    if (left.length === 0) expect(rig.world.snapshot(), `${where} undone`).toEqual(untouched);
  }
}

/** The failed cell failed, its neighbours reached the barrier, nothing after it began. */
function expectParkedAt({ progress, plan }: RunOutcome, step: PlannedStep, cell: string): void {
  const where = `${step.id} on ${cell}`;
  expect(progress.reason, where).toBe("step-failed");
  expect(sentenceText(progress.because ?? ""), where).toContain(step.id);
  expect(cellOf(progress, step.id, cell).state, where).toBe("failed");
  for (const other of step.cells.filter((name) => name !== cell))
    expect(isSettled(cellOf(progress, step.id, other)), `${where}: ${other} reached the barrier`).toBe(true);
  for (const later of plan.steps.filter(({ after }) => after.includes(step.id)))
    for (const name of later.cells)
      expect(cellOf(progress, later.id, name).attempt, `${where}: ${later.id} waits`).toBe(0);
  expect(Object.values(progress.cells).some(isMoving), where).toBe(false);
}

const attemptsOf = ({ progress }: RunOutcome): Record<string, number> =>
  Object.fromEntries(Object.entries(progress.cells).map(([key, cell]) => [key, cell.attempt]));
