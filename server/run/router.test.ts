import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Role } from "@/contract/account";
import type { RunEvent } from "@/contract/run";
import { RunEngine } from "@/server/engine/run-engine";
import type { ProcedureDefinition } from "@/server/engine/step";
import { announceRunEvents } from "@/server/run/events";
import { installRunEngine, startRun } from "@/server/run/service";
import { runStore } from "@/server/run/store";
import { createCaller } from "@/server/router";
import { withFault } from "@/testing/conformance/faulty-procedure";
import { MemoryRunLock } from "@/testing/conformance/memory-run-lock";
import { sampleInput, sampleProcedure, sampleWorld } from "@/testing/conformance/sample-procedure";
import { temporaryDatabase, type TemporaryDatabase } from "@/testing/temporary-database";

let data: TemporaryDatabase;
let engine: RunEngine;
let lock: MemoryRunLock;
let keys = 0;

beforeAll(async () => {
  data = await temporaryDatabase();
  await data.client.cluster.create({ data: { id: "c1", name: "plant" } });
});
afterAll(() => data.close());

beforeEach(() => engineWith(sampleProcedure));

function engineWith(procedure: ProcedureDefinition<typeof sampleInput>): void {
  const world = sampleWorld();
  lock = new MemoryRunLock();
  engine = new RunEngine({
    journal: runStore,
    procedureOf: () => procedure as ProcedureDefinition<unknown>,
    hostsOf: async () => world,
    lockStoreOf: async () => lock,
    fenceFloorOf: () => Promise.resolve(0),
    openSecret: async () => "",
    scrub: (text) => text,
    pace: { now: Date.now, elapsedMs: () => performance.now(), sleep: async () => undefined, lookAgainMs: [] },
    onCommitted: (events) => announceRunEvents(events[0]?.runId ?? ""),
    log: () => undefined,
  });
  installRunEngine(engine);
}

const as = (role: Role, username = "ann") =>
  createCaller({
    actor: { id: "u1", name: username, username, role },
    sessionId: "s1",
    request: new Request("http://panel.test/"),
    address: null,
    responseHeaders: new Headers(),
  }).run;

const begin = async (): Promise<string> => {
  keys += 1;
  const request = { kind: "deploy-cluster", clusterId: "c1", input: sampleInput, actor: "ann" } as const;
  return (await startRun({ ...request, idempotencyKey: `key-${keys}` })).runId;
};

/** Reads the stream until the run's state is one of these. */
async function follow(runId: string, states: readonly string[], lastEventId?: string): Promise<RunEvent[]> {
  const seen: RunEvent[] = [];
  const stream = await as("viewer").events({ runId, lastEventId });
  for await (const message of stream) {
    // A direct caller sees what goes onto the wire, number and batch, where the types promise what a browser makes of it.
    const [id, batch] = message as unknown as [string, RunEvent[]];
    seen.push(...batch);
    expect(id).toBe(String(seen.at(-1)?.seq));
    if (batch.some(({ body }) => body.kind === "run-state" && states.includes(body.state))) break;
  }
  return seen;
}

describe("the event stream", () => {
  test("brings every number once, live and again from anywhere", async () => {
    const runId = await begin();
    const live = await follow(runId, ["succeeded"]);
    expect(live.map(({ seq }) => seq)).toEqual(live.map((_, index) => index + 1));
    const rest = await follow(runId, ["succeeded"], "7");
    expect(rest.map(({ seq }) => seq)).toEqual(live.slice(7).map(({ seq }) => seq));
    await engine.idle();
  });

  test("a run that does not exist is refused, not waited for", async () => {
    const stream = as("viewer").events({ runId: "nowhere" });
    await expect(stream.then((events) => events[Symbol.asyncIterator]().next())).rejects.toThrow("no run nowhere");
  });
});

describe("what people ask", () => {
  test("an operator resumes a parked run; a viewer may only look", async () => {
    engineWith(withFault(sampleProcedure, { step: "ensure-pool", cell: "cluster" }, "fails-before").procedure);
    const runId = await begin();
    await engine.idle();
    expect(await as("viewer").get({ runId })).toMatchObject({ state: "parked", clusterName: "plant" });
    await expect(as("viewer").resume({ runId })).rejects.toThrow("role operator");
    await expect(as("operator").pause({ runId })).rejects.toThrow("run-not-moving");
    await as("operator").resume({ runId });
    await engine.idle();
    expect(await as("viewer").list({ activeOnly: false })).toContainEqual(
      expect.objectContaining({ id: runId, state: "succeeded" }),
    );
    const asked = (await follow(runId, ["succeeded"])).filter(({ body }) => body.kind === "run-requested");
    expect(asked).toMatchObject([{ body: { request: "resume", actor: "ann" } }]);
    const audit = await data.client.auditEntry.findMany({ where: { target: `run:${runId}` }, orderBy: { id: "asc" } });
    expect(audit.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      "run-paused refused",
      "run-resumed done",
    ]);
  });

  test("another operator takes the run over first; it stays parked for the same reason, and is theirs then", async () => {
    engineWith(withFault(sampleProcedure, { step: "ensure-pool", cell: "cluster" }, "fails-before").procedure);
    const runId = await begin();
    await engine.idle();
    const parked = await as("viewer").progress({ runId });
    expect(parked).toMatchObject({ state: "parked", reason: "step-failed", holder: "ann" });
    await expect(as("operator", "bob").resume({ runId })).rejects.toThrow("held-by-other");
    await expect(as("operator", "ann").take({ runId })).rejects.toThrow("held-by-you");
    await expect(as("viewer", "bob").take({ runId })).rejects.toThrow("role operator");
    await as("operator", "bob").take({ runId });
    await engine.idle();
    const taken = await as("viewer").progress({ runId });
    expect(taken).toMatchObject({ state: "parked", reason: "step-failed", holder: "bob", actor: "ann" });
    await expect(as("operator", "ann").resume({ runId })).rejects.toThrow("held-by-other");
    await as("operator", "bob").resume({ runId });
    await engine.idle();
    expect(await as("viewer").progress({ runId })).toMatchObject({ state: "succeeded" });
    const report = await as("viewer").report({ runId });
    expect(report).toMatch(/bob took the run over/);
    const audit = await data.client.auditEntry.findMany({ where: { target: `run:${runId}`, action: "run-taken" } });
    expect(audit.map(({ actor, outcome }) => `${actor} ${outcome}`)).toEqual(["ann refused", "bob done"]);
  });

  test("the report tells step by step what was done where and with what result", async () => {
    const runId = await begin();
    await engine.idle();
    const report = await as("viewer").report({ runId });
    expect(report).toMatch(/### ensure-directory on n2: observed-succeeded/);
    expect(report).toMatch(/Seen: .+/);
    expect(report).toMatch(/- Held by: ann/);
  });

  test("the report names every command and vouches for the journal", async () => {
    const runId = await begin();
    await engine.idle();
    const report = await as("viewer").report({ runId });
    expect(report).toMatch(/hash chain whole/);
    expect(report).toMatch(/n2 \[ensure-directory\] set directory 1/);
    expect(report).toMatch(/\| ensure-pool \| cluster \| observed-succeeded \| 1 \|/);
    await data.client.runEvent.updateMany({ where: { runId, seq: 3 }, data: { at: "2000-01-01T00:00:00.000Z" } });
    expect(await as("viewer").report({ runId })).toMatch(/BROKEN at event 3/);
  });
});
