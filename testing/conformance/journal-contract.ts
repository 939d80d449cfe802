import { describe, expect, test } from "vitest";
import { chainStart, findChainBreak, type SealedEvent, sealEvent } from "@/server/engine/hash-chain";
import { type NewRun, OwnershipLost, type RunJournal } from "@/server/engine/journal";

/** What the engine relies on; the store in the database and the one in memory both stand it, so neither can drift. */
export function describeJournal(
  name: string,
  make: (clusters: readonly string[]) => Promise<{ journal: RunJournal; close: () => Promise<void> }>,
): void {
  const inJournal = async (body: (journal: RunJournal) => Promise<void>): Promise<void> => {
    const { journal, close } = await make(["c1", "c2"]);
    try {
      await body(journal);
    } finally {
      await close();
    }
  };

  describe(`${name} keeps the journal's promises`, () => {
    test("the same idempotency key is the same run; another run on the cluster is refused while one is active", () =>
      inJournal(async (journal) => {
        expect(await journal.create(newRun("r1"))).toEqual({ id: "r1", created: true });
        expect(await journal.create({ ...newRun("r2"), idempotencyKey: "key-r1" })).toEqual({
          id: "r1",
          created: false,
        });
        await expect(journal.create(newRun("r2"))).rejects.toMatchObject({ code: "run-active" });
        expect(await journal.create({ ...newRun("r3"), clusterId: "c2" })).toEqual({ id: "r3", created: true });
      }));

    test("one owner at a time; a claim after the lease ends the old owner's writes", () =>
      inJournal(async (journal) => {
        await journal.create(newRun("r1"));
        expect((await journal.claim("r1", "a", 1_000, 5_000))?.fence).toBe(1);
        expect(await journal.claim("r1", "b", 4_999, 9_000)).toBeNull();
        await journal.append("r1", "a", 1, { events: [next(first("r1"))], state: "running" }, 5_000);
        expect(await journal.claimable(4_999)).toEqual([]);
        expect(await journal.claimable(5_000)).toEqual(["r1"]);
        expect((await journal.claim("r1", "b", 5_000, 9_000))?.fence).toBe(2);
        const late = { events: [next(next(first("r1")))] };
        await expect(journal.append("r1", "a", 2, late, 9_000)).rejects.toThrow(OwnershipLost);
        await expect(journal.renew("r1", "a", 9_000)).rejects.toThrow(OwnershipLost);
        await journal.append("r1", "b", 2, late, 9_000);
        expect(await journal.events("r1", 0, 10)).toHaveLength(3);
      }));

    test("a lease from a clock that ran years ahead does not keep the run from everybody", () =>
      inJournal(async (journal) => {
        await journal.create(newRun("r1"));
        const year = 31_536_000_000;
        await journal.claim("r1", "a", year, year + 4_000);
        expect(await journal.claimable(1_000)).toEqual(["r1"]);
        expect((await journal.claim("r1", "b", 1_000, 5_000))?.fence).toBe(2);
      }));

    test("of many claims at once exactly one wins", () =>
      inJournal(async (journal) => {
        await journal.create(newRun("r1"));
        const claims = Array.from({ length: 8 }, (_, i) => journal.claim("r1", `owner-${i}`, 0, 9_000));
        expect((await Promise.all(claims)).filter((claim) => claim !== null)).toHaveLength(1);
      }));

    test("an append that does not follow the last event changes nothing", () =>
      inJournal(async (journal) => {
        await journal.create(newRun("r1"));
        await journal.claim("r1", "a", 0, 9_000);
        const skipping = { events: [next(next(first("r1")))], state: "succeeded" as const };
        await expect(journal.append("r1", "a", 2, skipping, 9_000)).rejects.toThrow(OwnershipLost);
        expect(await journal.load("r1")).toMatchObject({ state: "planned", lastSeq: 1 });
      }));

    test("what was written is read back with its chain whole, page by page", () =>
      inJournal(async (journal) => {
        await journal.create(newRun("r1"));
        await journal.claim("r1", "a", 0, 9_000);
        const second = next(first("r1"));
        await journal.append("r1", "a", 1, { events: [second, next(second)] }, 9_000);
        const all = await journal.events("r1", 0, 10);
        expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3]);
        expect(findChainBreak(all)).toBeNull();
        expect((await journal.events("r1", 1, 1)).map(({ seq }) => seq)).toEqual([2]);
      }));

    test("one request waits at a time, makes a resting run due, and is gone once taken", () =>
      inJournal(async (journal) => {
        await journal.create(newRun("r1"));
        await journal.claim("r1", "a", 0, 9_000);
        await journal.append("r1", "a", 1, { events: [], state: "parked", release: true }, 9_000);
        expect(await journal.claimable(1)).toEqual([]);
        const request = { request: "resume" as const, actor: "p", step: null, cell: null };
        expect(await journal.request("r1", request)).toBe(true);
        expect(await journal.request("r1", request)).toBe(false);
        expect(await journal.claimable(1)).toEqual(["r1"]);
        expect((await journal.claim("r1", "b", 1, 9_000))?.request).toEqual(request);
        await journal.append("r1", "b", 1, { events: [], requestTaken: true }, 9_000);
        expect(await journal.renew("r1", "b", 9_000)).toBeNull();
      }));

    test("a run begins beyond what the nodes have seen of another panel", () =>
      inJournal(async (journal) => {
        await journal.create({ ...newRun("r1"), fenceFloor: 41 });
        expect((await journal.claim("r1", "a", 1_000, 5_000))?.fence).toBe(42);
      }));

    test("the fence of a cluster never falls, whichever run it belongs to", () =>
      inJournal(async (journal) => {
        await journal.create(newRun("r1"));
        for (const owner of ["a", "b", "c"]) {
          await journal.claim("r1", owner, 0, 9_000);
          await journal.release("r1", owner);
        }
        await journal.claim("r1", "d", 0, 9_000);
        await journal.append("r1", "d", 1, { events: [], state: "cancelled", release: true }, 9_000);
        expect(await journal.create(newRun("r2"))).toMatchObject({ created: true });
        expect((await journal.claim("r2", "e", 0, 9_000))?.fence).toBe(5);
      }));
  });
}

const at = "2026-01-01T00:00:00.000Z";
const first = (runId: string): SealedEvent =>
  sealEvent(chainStart, { runId, seq: 1, at, body: { kind: "run-created", actor: "tester" } });
const next = ({ runId, seq, hash }: SealedEvent): SealedEvent =>
  sealEvent(hash, { runId, seq: seq + 1, at, body: { kind: "run-state", state: "running", because: null } });

const newRun = (id: string): NewRun => ({
  id,
  clusterId: "c1",
  plan: { kind: "deploy-cluster", clusterId: "c1", codeVersion: "0", factsDigest: "d", steps: [] },
  input: { b: 1, a: [2] },
  actor: "tester",
  idempotencyKey: `key-${id}`,
  firstEvent: first(id),
  fenceFloor: 0,
});
