import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BallotMessage, BallotReply } from "@/contract/net-ballot";
import { Guard, type GuardActs } from "@/suite/net/guard";
import type { BallotState, Pending } from "@/suite/net/pending-change";
import { newAcceptor } from "@/contract/net-ballot";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const windowMs = 60_000;
const pendingOf = (node: string, all: readonly string[], deadlineMs: number): Pending => ({
  protocol: 2,
  change: "change",
  node,
  secret: "s".repeat(64),
  peers: all.filter((other) => other !== node).map((other) => ({ node: other, addresses: [] })),
  stack: "networkd",
  changed: true,
  files: [],
  wanted: { protocol: 1, bonds: [], settings: [] },
  forward: { removed: [], released: [], nics: [], made: [] },
  backward: { removed: [], released: [], nics: [], made: [] },
  downBefore: [],
  idleBefore: [],
  addressesBefore: [],
  reactivate: [],
  bootId: "boot",
  deadlineMs,
  seconds: windowMs / 1000,
  at: "",
});

/** One machine: its disk outlives it, its guard does not. */
class Machine {
  networks: "old" | "new" = "old";
  guard: Guard | null = null;
  isSettled = false;
  #disk: BallotState = { acceptor: newAcceptor("change"), phase: "armed" };
  #stop = new AbortController();

  constructor(
    readonly name: string,
    private readonly cluster: Cluster,
  ) {}

  powerOn(isBoot: boolean): void {
    // What the boot unit does: an undecided change is out of force.
    if (isBoot && !this.isSettled && this.#disk.acceptor.decided !== "commit") {
      this.networks = "old";
      this.#disk = { ...this.#disk, phase: "undone" };
    }
    const acts: GuardActs = {
      forward: async () => {
        await new Promise((resolve) => setTimeout(resolve, 800));
        if (this.cluster.breaks === this.name) this.cluster.isDark.add(this.name);
        this.networks = "new";
      },
      back: async () => {
        await new Promise((resolve) => setTimeout(resolve, 800));
        if (this.cluster.breaks === this.name) this.cluster.isDark.delete(this.name);
        this.networks = "old";
      },
      remember: async (state) => {
        if (this.cluster.diskMs > 0) await new Promise((resolve) => setTimeout(resolve, this.cluster.diskMs));
        this.#disk = state;
      },
      settle: async () => void (this.isSettled = true),
    };
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const ask = (message: BallotMessage): Promise<BallotReply[]> => this.cluster.carry(this, message);
    const guard = new Guard(pendingOf(this.name, this.cluster.names, windowMs), this.#disk, ask, acts);
    this.guard = guard;
    const watched = this.isSettled ? Promise.resolve() : guard.watch(() => performance.now(), signal);
    void watched
      .then(() => guard.tellEverybody(signal))
      .then(() => {
        // Nobody answers here any more.
        if (!signal.aborted) this.guard = null;
      });
  }

  get hasLeft(): boolean {
    return this.isSettled && this.guard === null;
  }

  powerOff(): void {
    this.#stop.abort();
    this.guard = null;
  }
}

class Cluster {
  readonly names: string[];
  readonly machines: Machine[];
  /** Machines nobody hears at the moment. */
  readonly isDark = new Set<string>();
  /** The node whose new networks do not work. */
  breaks: string | null = null;
  lossPercent = 0;
  /** What a disk takes to write. */
  diskMs = 0;
  /** How often a message arrives: over every address, and said again until it is answered. */
  copies = 1;
  /** Answers that take longer are not waited for. */
  replyWaitMs = 1_500;
  #dice: () => number;

  constructor(size: number, seed: number) {
    this.names = Array.from({ length: size }, (_, at) => `ceph-${at + 1}`);
    this.machines = this.names.map((name) => new Machine(name, this));
    let state = seed >>> 0;
    this.#dice = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
  }

  machine(at: number): Machine {
    const found = this.machines[at % this.machines.length];
    if (found === undefined) throw new Error("no machine");
    return found;
  }

  carried = 0;
  async carry(from: Machine, message: BallotMessage): Promise<BallotReply[]> {
    this.carried += 1;
    await new Promise((resolve) => setTimeout(resolve, 20 + this.#dice() * 200));
    const heard = await Promise.all(
      this.machines
        .filter((to) => to !== from)
        .map(async (to) => {
          if (this.isDark.has(from.name) || this.isDark.has(to.name)) return null;
          if (this.#dice() * 100 < this.lossPercent) return null;
          const copies = Array.from({ length: this.copies }, async () => await to.guard?.listen(message));
          const reply = (await (this.diskMs > 0 ? this.#inTime(copies) : copies[0])) ?? null;
          return this.#dice() * 100 < this.lossPercent ? null : reply;
        }),
    );
    return heard.filter((reply) => reply !== null);
  }

  #inTime(copies: readonly Promise<BallotReply | null | undefined>[]): Promise<BallotReply | null | undefined> {
    const late = new Promise<null>((resolve) => setTimeout(resolve, this.replyWaitMs, null));
    return Promise.race([copies[0], late]);
  }

  get networks(): string[] {
    return this.machines.map(({ networks }) => networks);
  }
  get left(): number {
    return this.machines.filter(({ hasLeft }) => hasLeft).length;
  }
  get settled(): number {
    return this.machines.filter(({ isSettled }) => isSettled).length;
  }
}

const minutes = (count: number): Promise<unknown> => vi.advanceTimersByTimeAsync(count * 60_000);

async function changed(size: number, seed = 1): Promise<Cluster> {
  const cluster = new Cluster(size, seed);
  for (const machine of cluster.machines) machine.powerOn(false);
  const all = Promise.all(cluster.machines.map(async ({ guard }) => await guard?.change()));
  await vi.advanceTimersByTimeAsync(2_000);
  await all;
  return cluster;
}

describe("three nodes have changed", () => {
  test("nobody says anything more: all go back when time is up", async () => {
    const cluster = await changed(3);
    expect(cluster.networks).toEqual(["new", "new", "new"]);
    await minutes(2);
    expect(cluster.networks).toEqual(["old", "old", "old"]);
    expect(cluster.settled).toBe(3);
  });

  test("one word to one node keeps it on all, though the panel dies after it", async () => {
    const cluster = await changed(3);
    const decision = cluster.machine(1).guard?.decide("commit");
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await decision).toEqual({ outcome: "committed" });
    await minutes(3);
    expect(cluster.networks).toEqual(["new", "new", "new"]);
    expect([cluster.settled, cluster.left]).toEqual([3, 3]);
  });

  test("one that rebooted after the decision leaves though its peers have left, and asks nobody", async () => {
    const cluster = await changed(3);
    const decision = cluster.machine(1).guard?.decide("commit");
    await vi.advanceTimersByTimeAsync(3_000);
    await decision;
    await minutes(3);
    const asked = cluster.carried;
    cluster.machine(0).powerOn(true);
    await vi.advanceTimersByTimeAsync(1);
    expect([cluster.left, cluster.carried]).toEqual([3, asked]);
  });

  test("a node that cannot be heard goes back, and comes after when it hears that the others kept it", async () => {
    const cluster = await changed(3);
    cluster.isDark.add("ceph-3");
    const decision = cluster.machine(0).guard?.decide("commit");
    await vi.advanceTimersByTimeAsync(14_000);
    expect(await decision).toEqual({ outcome: "committed" });
    await minutes(2);
    expect(cluster.networks).toEqual(["new", "new", "old"]);
    cluster.isDark.clear();
    await minutes(1);
    expect(cluster.networks).toEqual(["new", "new", "new"]);
  });

  test("a peer that never comes back is told for a day, not for ever", { timeout: 60_000 }, async () => {
    const cluster = await changed(3);
    cluster.machine(2).powerOff();
    const decision = cluster.machine(0).guard?.decide("commit");
    await vi.advanceTimersByTimeAsync(14_000);
    await decision;
    await minutes(23 * 60);
    expect(cluster.left).toBe(0);
    await minutes(62);
    expect(cluster.left).toBe(2);
  });

  test("one whose new networks do not work comes back by itself", async () => {
    const cluster = new Cluster(3, 1);
    cluster.breaks = "ceph-2";
    for (const machine of cluster.machines) machine.powerOn(false);
    void Promise.all(cluster.machines.map(async ({ guard }) => await guard?.change()));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(cluster.isDark.has("ceph-2")).toBe(true);
    await minutes(2);
    expect([cluster.networks, [...cluster.isDark], cluster.settled]).toEqual([["old", "old", "old"], [], 3]);
  });

  test.each([1, 2, 3, 4, 5, 6])(
    "all are told at once to undo it, their disks are slow: they decide (%i)",
    async (seed) => {
      const cluster = await changed(3, seed);
      cluster.diskMs = 300;
      cluster.copies = 6;
      const told = cluster.machines.map(async ({ guard }) => await guard?.decide("abort"));
      await vi.advanceTimersByTimeAsync(16_000);
      expect([cluster.settled, cluster.networks]).toEqual([3, ["old", "old", "old"]]);
      expect(await Promise.all(told)).toEqual(Array(3).fill({ outcome: "rolled-back" }));
    },
  );

  test("told to undo it while nobody hears: it goes back, and asks on before time is up", async () => {
    const cluster = await changed(3);
    cluster.isDark.add("ceph-1");
    const decision = cluster.machine(0).guard?.decide("abort");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await decision).toEqual({ outcome: "rolled-back" });
    expect([cluster.networks, cluster.settled]).toEqual([["old", "new", "new"], 0]);
    cluster.isDark.clear();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([cluster.networks, cluster.settled]).toEqual([["old", "old", "old"], 3]);
  });

  test("too few can be asked: the word is refused, and nothing is kept by one alone", async () => {
    const cluster = await changed(3);
    cluster.isDark.add("ceph-2").add("ceph-3");
    const decision = cluster.machine(0).guard?.decide("commit");
    const refused = decision?.catch((error: unknown) => String(error));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await refused).toContain("only 1 of 3 nodes could be asked");
    cluster.isDark.clear();
    await minutes(3);
    expect(new Set(cluster.networks).size).toBe(1);
    expect(cluster.settled).toBe(3);
  });
});

test("a node alone decides alone", async () => {
  const cluster = await changed(1);
  const decision = cluster.machine(0).guard?.decide("commit");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await decision).toEqual({ outcome: "committed" });
});

test("a node that could not make the change does not keep it", async () => {
  const nothing = async (): Promise<void> => undefined;
  const forward = async (): Promise<void> => Promise.reject(new Error("no such card"));
  const armed: BallotState = { acceptor: newAcceptor("change"), phase: "armed" };
  const acts: GuardActs = { forward, back: nothing, remember: nothing, settle: nothing };
  const guard = new Guard(pendingOf("ceph-1", ["ceph-1"], windowMs), armed, async () => [], acts);
  await expect(guard.change()).rejects.toThrow("no such card");
  await expect(guard.decide("commit")).rejects.toThrow("has undone it, so it cannot be kept");
  expect(guard.fate).toBeNull();
});

/** What may happen while a change is open; times are seconds from the change on. */
const happening = fc.oneof(
  fc.record({ do: fc.constantFrom("commit", "abort"), node: fc.nat(4) }),
  fc.record({ do: fc.constantFrom("dark", "light", "power-off", "power-on"), node: fc.nat(4) }),
  fc.record({ do: fc.constant("wait"), node: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ do: fc.constant("wait"), node: fc.integer({ min: 50, max: 90 }) }),
);

test("whatever is cut, lost or powered off: once all is back, all are old or all are new", {
  timeout: 240_000,
}, async () => {
  const stories = fc.record({
    size: fc.constantFrom(2, 3, 5),
    seed: fc.integer(),
    lossPercent: fc.constantFrom(0, 0, 20),
    story: fc.array(happening, { maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(stories, async ({ size, seed, lossPercent, story }) => {
      const cluster = await changed(size, seed);
      cluster.lossPercent = lossPercent;
      for (const { do: what, node } of story) {
        const machine = cluster.machine(node);
        if (what === "commit" || what === "abort") machine.guard?.decide(what).catch(() => undefined);
        else if (what === "dark") cluster.isDark.add(machine.name);
        else if (what === "light") cluster.isDark.delete(machine.name);
        else if (what === "power-off") machine.powerOff();
        else if (what === "power-on") {
          if (machine.guard === null) machine.powerOn(true);
        } else await vi.advanceTimersByTimeAsync(node * 1_000);
      }
      cluster.isDark.clear();
      cluster.lossPercent = 0;
      for (const machine of cluster.machines) if (machine.guard === null) machine.powerOn(true);
      await minutes(6);
      expect(cluster.settled).toBe(size);
      expect(new Set(cluster.networks).size).toBe(1);
    }),
    { numRuns: Number(process.env["SUITE_PROPERTY_RUNS"] ?? 400) },
  );
});
