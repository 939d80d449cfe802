import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listRunSummaries, runStore, stepEvents } from "@/server/run/store";
import { describeJournal } from "@/testing/conformance/journal-contract";
import { ConformanceRig } from "@/testing/conformance/rig";
import { sampleInput, sampleProcedure, sampleWorld } from "@/testing/conformance/sample-procedure";
import { temporaryDatabase } from "@/testing/temporary-database";

async function databaseWith(clusters: readonly string[]): Promise<{ close: () => Promise<void> }> {
  const { client, close } = await temporaryDatabase();
  for (const id of clusters) await client.cluster.create({ data: { id, name: id } });
  return { close };
}

describeJournal("the journal in SQLite", async (clusters) => ({
  journal: runStore,
  close: (await databaseWith(clusters)).close,
}));

describe("a run in SQLite", () => {
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ close } = await databaseWith(["c1"]));
  });
  afterAll(() => close());

  test("goes on in another process after the first was killed, and is listed", { timeout: 30_000 }, async () => {
    const world = sampleWorld();
    const rig = new ConformanceRig({ hosts: world, snapshot: () => world.snapshot() }, sampleInput, runStore);
    await rig.start(rig.panel(sampleProcedure, { stopAfterWrites: 17 }));
    expect((await rig.outcome()).state).toBe("running");
    await rig.takeOver(rig.panel(sampleProcedure));
    const { state, progress } = await rig.outcome();
    expect(state).toBe("succeeded");
    expect(Object.values(progress.cells).every(({ attempt }) => attempt === 1)).toBe(true);
    expect(await listRunSummaries({ clusterId: "c1", limit: 10 })).toMatchObject([
      { id: rig.runId, state: "succeeded" },
    ]);
    expect(await listRunSummaries({ activeOnly: true, limit: 10 })).toEqual([]);
    expect((await stepEvents(rig.runId)).some(({ body }) => body.kind === "step-output")).toBe(false);
  });
});
