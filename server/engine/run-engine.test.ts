import { describe, expect, test } from "vitest";
import { cellOf } from "@/contract/run-progress";
import { sentenceText } from "@/contract/sentence";
import { readWholeJournal } from "@/server/engine/journal";
import type { ProcedureDefinition } from "@/server/engine/step";
import { withFault } from "@/testing/conformance/faulty-procedure";
import type { Script } from "@/testing/conformance/memory-world";
import { ConformanceRig } from "@/testing/conformance/rig";
import {
  type SampleInput,
  sampleInput,
  sampleProcedure,
  sampleScript,
  sampleWorld,
} from "@/testing/conformance/sample-procedure";

const rigOn = (script: Script = sampleScript) => {
  const world = sampleWorld(script);
  return {
    world,
    rig: new ConformanceRig<SampleInput>({ hosts: world, snapshot: () => world.snapshot() }, sampleInput),
  };
};

/** ensure-package's unit never ends by itself on n2. */
const holdsOnN2: Script = (node, argv, stdin) =>
  node.name === "n2" && argv[1] === "package" && argv[0] === "set"
    ? { code: 0, holds: true }
    : sampleScript(node, argv, stdin);

const impatient = (seconds: number): ProcedureDefinition<SampleInput> => ({
  ...sampleProcedure,
  plan: (input) =>
    sampleProcedure.plan(input).map((step) => ({ ...step, timeoutSeconds: seconds, softTimeoutSeconds: seconds })),
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error("the awaited condition never came");
}

const unitsSent = (world: ReturnType<typeof sampleWorld>, part: string) =>
  world.sent.filter((line) => line.includes(part));

describe("a unit that outlasts its time limit", () => {
  test("is unknown, not failed; Resume waits for the same unit, which ran once", async () => {
    const { rig, world } = rigOn(holdsOnN2);
    const panel = rig.panel(impatient(0.05));
    await rig.start(panel);
    const parked = await rig.outcome();
    expect(parked.state).toBe("parked");
    expect(cellOf(parked.progress, "ensure-package", "n2")).toMatchObject({ state: "unknown", attempt: 1 });
    expect(cellOf(parked.progress, "ensure-package", "n3").state).toBe("observed-succeeded");

    const unit = world.node("n2").units.get(`trivet-${rig.runId}-ensure-package-n2-1`);
    world.node("n2").state.set("package", "2");
    unit?.end({ kind: "exited", code: 0, stdout: "", stderr: "", seconds: 9 });
    await rig.ask(panel, "resume");
    const outcome = await rig.outcome();
    expect(outcome.state, sentenceText(outcome.progress.because ?? "")).toBe("succeeded");
    expect(cellOf(outcome.progress, "ensure-package", "n2").attempt).toBe(1);
    expect(unitsSent(world, "unit trivet-").filter((line) => line.startsWith("n2"))).toHaveLength(1);
  });

  test("Retry ends it first and begins a second attempt", async () => {
    let holds = true;
    const { rig, world } = rigOn((node, argv, stdin) => (holds ? holdsOnN2 : sampleScript)(node, argv, stdin));
    const panel = rig.panel(impatient(0.05));
    await rig.start(panel);
    holds = false;
    await rig.ask(panel, "retry", { step: "ensure-package", cell: "n2" });
    const outcome = await rig.outcome();
    expect(outcome.state, sentenceText(outcome.progress.because ?? "")).toBe("succeeded");
    expect(cellOf(outcome.progress, "ensure-package", "n2").attempt).toBe(2);
    const first = await world.node("n2").units.get(`trivet-${rig.runId}-ensure-package-n2-1`)?.done;
    expect(first?.kind).toBe("signalled");
  });
});

describe("what a person asks", () => {
  test("cancel ends the unit of a cancellable step, parks what is changed, and undo takes all of it back", async () => {
    const { rig, world } = rigOn(holdsOnN2);
    const untouched = world.snapshot();
    const panel = rig.panel(sampleProcedure);
    const started = rig.start(panel);
    await until(() => world.node("n2").units.size > 0);
    await rig.ask(panel, "cancel");
    await started;
    const cancelled = await rig.outcome();
    expect(cancelled).toMatchObject({ state: "parked", progress: { reason: "cancelled" } });
    expect(cellOf(cancelled.progress, "ensure-package", "n2")).toMatchObject({
      state: "failed",
      error: { code: "cancelled" },
    });
    expect((await world.node("n2").units.values().next().value?.done)?.kind).toBe("signalled");
    await rig.ask(panel, "undo");
    expect((await rig.outcome()).state).toBe("undone");
    expect(world.snapshot()).toEqual(untouched);
  });

  test("pause stops at the barrier; resume goes on to the end", async () => {
    const { rig, world } = rigOn();
    const panel = rig.panel(sampleProcedure);
    const started = rig.start(panel);
    await until(() => world.sent.some((line) => line.includes("set directory")));
    await rig.ask(panel, "pause");
    await started;
    expect(await rig.outcome()).toMatchObject({ state: "parked", progress: { reason: "paused" } });
    await rig.ask(panel, "resume");
    expect((await rig.outcome()).state).toBe("succeeded");
  });

  test("retry of one cell leaves the other failed one failed", async () => {
    const { rig } = rigOn((node, argv, stdin) =>
      argv[0] === "set" && argv[1] === "directory" && node.name !== "n1"
        ? { code: 1 }
        : sampleScript(node, argv, stdin),
    );
    const panel = rig.panel(sampleProcedure);
    await rig.start(panel);
    await rig.ask(panel, "retry", { step: "ensure-directory", cell: "n2" });
    const { state, progress } = await rig.outcome();
    expect(state).toBe("parked");
    expect(cellOf(progress, "ensure-directory", "n2").attempt).toBe(2);
    expect(cellOf(progress, "ensure-directory", "n3").attempt).toBe(1);
  });

  test("cancel of a parked run ends it as it is and frees the cluster", async () => {
    const { rig } = rigOn();
    const panel = rig.panel(
      withFault(sampleProcedure, { step: "ensure-pool", cell: "cluster" }, "fails-before").procedure,
    );
    await rig.start(panel);
    await expect(panel.engine.start({ ...again, idempotencyKey: "k2" })).rejects.toMatchObject({ code: "run-active" });
    await rig.ask(panel, "cancel");
    expect((await rig.outcome()).state).toBe("cancelled");
    expect(await panel.engine.start({ ...again, idempotencyKey: "k2" })).toMatchObject({ created: true });
    await panel.engine.idle();
  });
});

const again = { kind: "deploy-cluster" as const, clusterId: "c1", input: sampleInput, actor: "tester" };

describe("starting", () => {
  test("the same idempotency key twice is one run; other facts than shown are refused", async () => {
    const { rig } = rigOn();
    const panel = rig.panel(sampleProcedure);
    await rig.start(panel);
    expect(await panel.engine.start({ ...again, idempotencyKey: "k1" })).toEqual({ runId: rig.runId, created: false });
    await expect(
      panel.engine.start({ ...again, idempotencyKey: "k3", expectedFactsDigest: "what was shown before" }),
    ).rejects.toMatchObject({ code: "plan-stale" });
  });
});

describe("owners", () => {
  test("an orderly stop hands the run over without waiting for a lease", async () => {
    const { rig, world } = rigOn(holdsOnN2);
    const first = rig.panel(sampleProcedure);
    const started = rig.start(first);
    await until(() => world.node("n2").units.size > 0);
    await first.engine.stop();
    await started;
    const second = rig.panel(sampleProcedure);
    await second.engine.beat();
    world.node("n2").state.set("package", "2");
    for (const unit of world.node("n2").units.values())
      unit.end({ kind: "exited", code: 0, stdout: "", stderr: "", seconds: 1 });
    await second.engine.idle();
    const { state, progress } = await rig.outcome();
    expect(state, sentenceText(progress.because ?? "")).toBe("succeeded");
    expect(unitsSent(world, "ensure-package-n2")).toHaveLength(1);
  });

  test("a node that has seen a newer fence refuses the older owner's unit", async () => {
    const { rig, world } = rigOn();
    world.node("n1").highestFence = 99;
    const panel = rig.panel(sampleProcedure);
    await rig.start(panel);
    const { progress } = await rig.outcome();
    expect(cellOf(progress, "ensure-package", "n1")).toMatchObject({ state: "failed", error: { code: "conflict" } });
    expect(world.node("n1").state.get("package")).toBeUndefined();
  });

  test("killed after any write of an undo, the undo ends the same", { timeout: 60_000 }, async () => {
    const faulty = () => withFault(sampleProcedure, { step: "verify-all", cell: "cluster" }, "fails-before").procedure;
    for (let write = 1; write < 40; write += 1) {
      const { rig, world } = rigOn();
      const untouched = world.snapshot();
      await rig.start(rig.panel(faulty()));
      expect((await rig.outcome()).state).toBe("parked");
      const dying = rig.panel(sampleProcedure, { stopAfterWrites: write });
      const asked = rig.ask(dying, "undo");
      await Promise.race([asked, dying.process.stopped]);
      await rig.takeOver(rig.panel(sampleProcedure));
      expect((await rig.outcome()).state, `killed after write ${write}`).toBe("undone");
      expect(world.snapshot(), `killed after write ${write}`).toEqual(untouched);
    }
  });

  test("a run with steps this version does not know waits for a person", async () => {
    const { rig } = rigOn();
    await rig.start(rig.panel(sampleProcedure, { stopAfterWrites: 8 }));
    const newer = { ...sampleProcedure, steps: sampleProcedure.steps.filter(({ id }) => id !== "ensure-pool") };
    await rig.takeOver(rig.panel(newer));
    const { state, progress } = await rig.outcome();
    expect(state).toBe("parked");
    expect(progress).toMatchObject({
      reason: "code-changed",
      because: { text: expect.stringContaining("ensure-pool") },
    });
  });
});

describe("the cluster's lock", () => {
  test("names the run while it works, and is free when it is parked and when it is over", async () => {
    const { rig, world } = rigOn(holdsOnN2);
    const panel = rig.panel(impatient(0.05));
    const started = rig.start(panel);
    await until(() => world.node("n2").units.size > 0);
    expect(rig.lock.holder()).toMatchObject({
      holder: "panel",
      runId: rig.runId,
      kind: "deploy-cluster",
      actor: "tester",
    });
    await started;
    expect((await rig.outcome()).state).toBe("parked");
    expect(rig.lock.holder()).toBeNull();
  });

  test("is taken as soon as Consul answers, in the middle of the run", async () => {
    const { rig, world } = rigOn(holdsOnN2);
    rig.lock.isSilent = true;
    const panel = rig.panel(sampleProcedure);
    const started = rig.start(panel);
    await until(() => world.node("n2").units.size > 0);
    expect(rig.lock.holder()).toBeNull();
    rig.lock.isSilent = false;
    rig.passTime(3_000);
    await panel.engine.beat();
    await until(() => rig.lock.holder()?.runId === rig.runId);
    world.node("n2").state.set("package", "2");
    world.node("n2").units.values().next().value?.end({ kind: "exited", code: 0, stdout: "", stderr: "", seconds: 1 });
    await started;
    expect((await rig.outcome()).state).toBe("succeeded");
    expect(rig.lock.holder()).toBeNull();
  });

  test("stays with the run over an orderly stop of the panel, and goes to the one that goes on", async () => {
    const { rig, world } = rigOn(holdsOnN2);
    const first = rig.panel(sampleProcedure);
    void rig.start(first);
    await until(() => world.node("n2").units.size > 0);
    await first.engine.stop();
    const fence = rig.lock.holder()?.fence ?? 0;
    expect(fence).toBeGreaterThan(0);
    const second = rig.panel(sampleProcedure);
    await second.engine.beat();
    await until(() => (rig.lock.holder()?.fence ?? 0) > fence);
    await second.engine.stop();
  });

  test("left behind by a run that is over here, which switched Consul off before it could free it, is taken over", async () => {
    const { rig } = rigOn();
    const panel = rig.panel(sampleProcedure);
    await rig.start(panel);
    const overId = rig.runId;
    const lock = { holder: "panel", runId: overId, kind: "cluster-down", fence: 9, actor: "ann", place: "panel" };
    const value = JSON.stringify({ ...lock, at: "2026-01-01T00:00:00.000Z" });
    expect(await rig.lock.acquire(value, await rig.lock.createSession())).toBe(true);
    const request = { kind: "deploy-cluster", clusterId: "c1", input: sampleInput, actor: "tester" } as const;
    await panel.engine.start({ ...request, idempotencyKey: "k2" });
    await panel.engine.idle();
    expect(rig.runId).not.toBe(overId);
    expect((await rig.outcome()).state).toBe("succeeded");
    expect(rig.lock.holder()).toBeNull();
  });

  test("taken by a command while Consul was not heard: what is at work ends, then the run waits, by name", async () => {
    const { rig, world } = rigOn(holdsOnN2);
    rig.lock.isSilent = true;
    const panel = rig.panel(sampleProcedure);
    const started = rig.start(panel);
    await until(() => world.node("n2").units.size > 0);
    rig.lock.isSilent = false;
    const end = await rig.lock.takenByCommand("zsha stop");
    rig.passTime(3_000);
    await panel.engine.beat();
    world.node("n2").state.set("package", "2");
    world.node("n2").units.values().next().value?.end({ kind: "exited", code: 0, stdout: "", stderr: "", seconds: 1 });
    await started;
    const parked = await rig.outcome();
    expect(parked).toMatchObject({ state: "parked", progress: { reason: "cluster-locked" } });
    expect(sentenceText(parked.progress.because ?? "")).toMatch(/"zsha stop" .* ceph-2 by ann/);
    expect(cellOf(parked.progress, "ensure-package", "n2").state).toBe("observed-succeeded");
    expect(cellOf(parked.progress, "ensure-pool", "cluster").attempt).toBe(0);
    await end();
    await rig.ask(panel, "resume");
    expect((await rig.outcome()).state).toBe("succeeded");
  });
});

test("every remote change is in the journal before it is sent, and nothing else is", async () => {
  const { rig, world } = rigOn();
  const panel = rig.panel(sampleProcedure);
  await rig.start(panel);
  const events = await readWholeJournal(rig.journal, rig.runId);
  const journalled = events.flatMap(({ body }) => (body.kind === "step-command" ? [`${body.node}: ${body.text}`] : []));
  const sent = world.sent.filter((line) => !line.includes(": get "));
  expect(journalled.filter((line) => line.includes("set directory"))).toHaveLength(3);
  expect(journalled).toHaveLength(sent.length);
});
