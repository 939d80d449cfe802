import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Acceptor,
  type BallotMessage,
  type BallotReply,
  type ChangeFate,
  hear,
  newAcceptor,
  propose,
} from "@/contract/net-ballot";

/** Deterministic numbers from a seed: which message is lost, who dies, in which order things happen. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
  };
}

interface World {
  acceptors: Acceptor[];
  /** Everything ever learned or decided, by whoever. */
  decisions: Set<ChangeFate>;
}

/**
 * Proposers (a panel that may die in the middle, nodes whose time is up) run interleaved at every message: each turn one
 * message of one of them is delivered, lost on the way there, or lost on the way back.
 */
async function play(options: {
  size: number;
  wishes: readonly ChangeFate[];
  lossPercent: number;
  dieAfter: readonly number[];
  seed: number;
}): Promise<World> {
  const { size, wishes, lossPercent, dieAfter, seed } = options;
  const roll = dice(seed);
  const acceptors = Array.from({ length: size }, () => newAcceptor("change"));
  const decisions = new Set<ChangeFate>();
  const waiting: (() => void)[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  const deliver = (to: number, message: BallotMessage): BallotReply | null => {
    const acceptor = acceptors[to];
    if (acceptor === undefined || roll() * 100 < lossPercent) return null;
    const { agreed, after } = hear(acceptor, message);
    acceptors[to] = after;
    if (after.decided !== null) decisions.add(after.decided);
    return roll() * 100 < lossPercent ? null : { node: `n${to}`, agreed, acceptor: after };
  };
  const proposer = async (who: number, prefer: ChangeFate): Promise<void> => {
    let left = dieAfter[who] ?? Number.POSITIVE_INFINITY;
    let round = 0;
    for (let tries = 0; tries < 12; tries += 1) {
      const ask = async (message: BallotMessage): Promise<BallotReply[]> => {
        const replies: BallotReply[] = [];
        for (let to = 0; to < size; to += 1) {
          await turn();
          left -= 1;
          if (left < 0) throw new Error("died");
          const reply = deliver(to, message);
          if (reply !== null) replies.push(reply);
        }
        return replies;
      };
      const result = await propose({ change: "change", ballot: { round, by: `p${who}` }, prefer, size, ask });
      if (result.kind === "decided") {
        decisions.add(result.fate);
        return;
      }
      round = result.nextRound;
    }
  };
  let running = wishes.length;
  const all = wishes.map((prefer, who) =>
    proposer(who, prefer)
      .catch(() => undefined)
      .finally(() => {
        running -= 1;
      }),
  );
  while (running > 0) {
    await new Promise((resolve) => setImmediate(resolve));
    const next = waiting.splice(Math.floor(roll() * waiting.length), 1)[0];
    next?.();
    await Promise.resolve();
  }
  await Promise.all(all);
  return { acceptors, decisions };
}

const fate = fc.constantFrom<ChangeFate>("commit", "abort");
const runs = Number(process.env["SUITE_PROPERTY_RUNS"] ?? 150);

test("whoever asks, dies or is not heard: never two decisions, and a healed network finds the one there is", {
  timeout: 120_000,
}, async () => {
  const worlds = fc.record({
    size: fc.integer({ min: 1, max: 5 }),
    wishes: fc.array(fate, { minLength: 1, maxLength: 4 }),
    lossPercent: fc.constantFrom(0, 10, 40),
    dieAfter: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }),
    seed: fc.integer(),
  });
  await fc.assert(
    fc.asyncProperty(worlds, async (options) => {
      const world = await play(options);
      expect(world.decisions.size).toBeLessThanOrEqual(1);
      // The last one up asks everybody over a network that loses nothing.
      const after = [...world.acceptors];
      const ask = async (message: BallotMessage): Promise<BallotReply[]> =>
        after.map((acceptor, at) => {
          const heard = hear(acceptor, message);
          after[at] = heard.after;
          return { node: `n${at}`, agreed: heard.agreed, acceptor: heard.after };
        });
      const size = after.length;
      const settled = await propose({
        change: "change",
        ballot: { round: 1_000, by: "z" },
        prefer: "abort",
        size,
        ask,
      });
      expect(settled.kind).toBe("decided");
      if (settled.kind !== "decided") return;
      world.decisions.add(settled.fate);
      expect(world.decisions.size).toBe(1);
      expect(after.map(({ decided }) => decided)).toEqual(after.map(() => settled.fate));
    }),
    { numRuns: runs },
  );
});

test("a panel that died before anybody accepted leaves an abort, one that reached a majority leaves its commit", async () => {
  const at = (accepted: number): Acceptor[] =>
    [0, 1, 2].map((node) => ({
      ...newAcceptor("change"),
      promised: { round: 0, by: "panel" },
      accepted: node < accepted ? { ballot: { round: 0, by: "panel" }, fate: "commit" } : null,
    }));
  const resolve = async (acceptors: Acceptor[], reached: readonly number[]): Promise<unknown> => {
    const ask = async (message: BallotMessage): Promise<BallotReply[]> =>
      reached.map((node) => {
        const heard = hear(acceptors[node] ?? newAcceptor("?"), message);
        acceptors[node] = heard.after;
        return { node: `n${node}`, agreed: heard.agreed, acceptor: heard.after };
      });
    return propose({ change: "change", ballot: { round: 1, by: "n1" }, prefer: "abort", size: 3, ask });
  };
  expect(await resolve(at(0), [0, 1, 2])).toEqual({ kind: "decided", fate: "abort" });
  for (const reached of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const)
    expect(await resolve(at(2), reached)).toEqual({ kind: "decided", fate: "commit" });
  expect(await resolve(at(3), [2])).toMatchObject({ kind: "undecided", heard: ["n2"] });
});

test("another change's message moves nothing", () => {
  const before = newAcceptor("this");
  expect(hear(before, { kind: "decided", change: "other", fate: "commit" })).toEqual({ agreed: false, after: before });
});
