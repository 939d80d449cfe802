import { AppError } from "@/contract/errors";
import type { NetDecision } from "@/contract/net-apply";
import {
  type BallotMessage,
  type BallotReply,
  type ChangeFate,
  hear,
  majorityOf,
  propose,
} from "@/contract/net-ballot";
import { announceBack, announceForward, goBack, goForward } from "@/suite/net/carry-out";
import { type BallotState, type Pending, type Phase, settlePending, writeBallot } from "@/suite/net/pending-change";
import { monotonicMs, pause } from "@/suite/system/clock";

/** A person or a panel waits for this answer. Shorter: a busy node is not heard, and a good change is reported undecided. */
const decideWaitMs = 12_000;
/** When time is up, peers are asked for this long before the old networks come back. Shorter: a moment's loss undoes a kept change. */
const askWaitMs = 10_000;
/** Two that ask at once outvote each other; a random pause lets one be first. */
const pauseMinMs = 100;
const pauseSpreadMs = 600;
/** Who was outvoted leaves the others this many of its own rounds, and one more per place. Shorter: busy nodes outvote each other for ever. */
const roundsLeft = 1;
/** Peers that cannot be heard are asked again this often, for as long as it takes. */
const patienceMs = 5_000;
/** A peer that was off learns from whoever is left to tell it. Longer: a node that is gone for good keeps a program on the others. */
const tellForMs = 24 * 3_600_000;

/** What the guard does to the node; tests pass their own. */
export interface GuardActs {
  forward(pending: Pending): Promise<void>;
  back(pending: Pending): Promise<void>;
  remember(state: BallotState): Promise<void>;
  settle(): Promise<void>;
}

export const nodeActs: GuardActs = {
  // Telling the neighbours takes seconds, and nobody has to wait for it: this program lives on.
  forward: async (pending) => {
    await goForward(pending);
    void announceForward(pending);
  },
  back: async (pending) => {
    await goBack(pending);
    void announceBack(pending);
  },
  remember: writeBallot,
  settle: settlePending,
};

export type Ask = (message: BallotMessage) => Promise<BallotReply[]>;

/**
 * One change on one node, from armed to kept or undone. Everything that touches the node goes through one queue, so that a
 * change that is still at work and a time that is up never meet.
 */
export class Guard {
  #state: BallotState;
  #round = 1;
  #queue: Promise<unknown> = Promise.resolve();
  #settled = false;
  /** Fires when the old networks are back and nobody has decided: from then on it asks. */
  readonly #isBackUndecided = new AbortController();

  constructor(
    readonly pending: Pending,
    state: BallotState,
    private readonly askPeers: Ask,
    private readonly acts: GuardActs = nodeActs,
    private readonly log: (text: string) => void = () => undefined,
  ) {
    this.#state = state;
  }

  get phase(): Phase {
    return this.#state.phase;
  }
  get fate(): ChangeFate | null {
    return this.#state.acceptor.decided;
  }
  get isSettled(): boolean {
    return this.#settled;
  }

  /** Another guard speaks. The answer leaves only after it is on disk. */
  listen(message: BallotMessage): Promise<BallotReply | null> {
    return this.#hear(message);
  }

  #hearing: Promise<unknown> = Promise.resolve();
  #hear(message: BallotMessage): Promise<BallotReply | null> {
    const heard = this.#hearing.then(async () => {
      if (message.change !== this.pending.change) return null;
      const { agreed, after } = hear(this.#state.acceptor, message);
      if (after !== this.#state.acceptor || this.#isUnwritten) await this.#remember({ acceptor: after });
      if (message.kind === "decided" && message.by !== undefined) await this.#noteAware([message.by]);
      if (after.decided !== null) void this.#inTurn(() => this.#finish());
      return { node: this.pending.node, agreed, acceptor: after };
    });
    this.#hearing = heard.catch(() => undefined);
    return heard;
  }

  #writing: Promise<void> = Promise.resolve();
  /** The last write failed: what is only in memory must not be answered for. */
  #isUnwritten = false;
  /** One after the other: of two at once, the older state could be what stays on the disk. */
  async #remember(change: Partial<BallotState>): Promise<void> {
    this.#state = { ...this.#state, ...change };
    this.#isUnwritten = true;
    const written = this.#writing.then(async () => {
      const writing = this.#state;
      await this.acts.remember(writing);
      if (writing === this.#state) this.#isUnwritten = false;
    });
    this.#writing = written.catch(() => undefined);
    await written;
  }

  get #unaware(): string[] {
    const aware = this.#state.aware ?? [];
    return this.pending.peers.map(({ node }) => node).filter((node) => !aware.includes(node));
  }

  /** On disk: a peer that knows leaves, and after a reboot nobody would answer any more. */
  async #noteAware(nodes: readonly string[]): Promise<void> {
    const fresh = this.#unaware.filter((node) => nodes.includes(node));
    if (fresh.length > 0) await this.#remember({ aware: [...(this.#state.aware ?? []), ...fresh] });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch((error: unknown) => this.log(`failed: ${String(error)}`));
    return done;
  }

  /**
   * Makes the change; asked again after a lost answer, waits until it is made. A failure takes the old state back at once: the
   * panel will not commit what a node could not do.
   */
  change(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state.phase === "changed") return;
      if (this.#state.phase !== "armed" || this.fate !== null)
        throw new AppError("conflict", `the change is ${this.fate ?? this.#state.phase} already`);
      await this.#remember({ phase: "changed" });
      try {
        await this.acts.forward(this.pending);
        this.log("changed to the new networks");
      } catch (error) {
        await this.#goBack();
        throw error;
      }
    });
  }

  async #goBack(): Promise<void> {
    this.log("going back to the old networks");
    await this.acts.back(this.pending);
    await this.#remember({ phase: "undone" });
  }

  /** The decision this node now knows, acted upon. */
  async #finish(): Promise<void> {
    const fate = this.fate;
    if (fate === null || this.#settled) return;
    const { phase } = this.#state;
    if (fate === "commit" && phase !== "changed") {
      this.log("the others keep the change: making it here too");
      // Remembered after, not before: what fails or is cut here is tried again.
      await this.acts.forward(this.pending);
      await this.#remember({ phase: "changed" });
    }
    if (fate === "abort" && phase === "changed") await this.#goBack();
    await this.acts.settle();
    this.#settled = true;
    this.log(fate === "commit" ? "the change is kept" : "the change is undone");
  }

  async #decideWithin(prefer: ChangeFate, waitMs: number): Promise<{ fate: ChangeFate | null; heard: string[] }> {
    const deadline = monotonicMs() + waitMs;
    let heard: string[] = [];
    for (;;) {
      if (this.fate !== null) return { fate: this.fate, heard };
      const beganMs = monotonicMs();
      const proposal = await propose({
        change: this.pending.change,
        ballot: { round: this.#round, by: this.pending.node },
        prefer,
        size: this.pending.peers.length + 1,
        ask: (message) => this.#askAll(message),
      });
      if (proposal.kind === "decided") return { fate: proposal.fate, heard };
      heard = proposal.heard;
      this.#round = Math.max(this.#round + 1, proposal.nextRound);
      const nowMs = monotonicMs();
      if (nowMs > deadline) return { fate: null, heard };
      const isOutvoted = heard.length >= majorityOf(this.pending.peers.length + 1);
      const roomMs = isOutvoted ? (nowMs - beganMs) * (roundsLeft + this.#place) : 0;
      await pause(Math.min(deadline - nowMs, roomMs + pauseMinMs + Math.random() * pauseSpreadMs));
    }
  }

  /** Among the nodes of the change, the same on all of them. */
  get #place(): number {
    return this.pending.peers.filter(({ node }) => node < this.pending.node).length;
  }

  async #askAll(message: BallotMessage): Promise<BallotReply[]> {
    // Who says that it knows a decision must not forget it.
    if (message.kind === "decided") await this.#hear(message);
    const [own, others] = await Promise.all([this.#hear(message), this.askPeers(message)]);
    await this.#noteAware(knowing(others));
    return own === null ? others : [own, ...others];
  }

  /** The panel, or a person at this node, wants it kept or undone: for all nodes. */
  async decide(prefer: ChangeFate, waits = true): Promise<NetDecision> {
    if (prefer === "commit" && this.fate === null && this.phase !== "changed")
      throw new AppError("conflict", "this node has not made the change, or has undone it, so it cannot be kept");
    const { fate, heard } = await this.#decideWithin(prefer, decideWaitMs);
    if (fate === null && prefer === "commit") {
      const { peers } = this.pending;
      throw new AppError(
        "blocked",
        `only ${heard.length} of ${peers.length + 1} nodes could be asked and ${majorityOf(peers.length + 1)} must agree; the change stays undecided and undoes itself`,
        { advice: "Look at the network between the nodes and at UDP port 20480." },
      );
    }
    const carriedOut = this.#inTurn(() => (fate === null ? this.#backForNow() : this.#finish()));
    if (waits) await carriedOut;
    else carriedOut.catch(() => undefined);
    if (this.fate === "commit") return { outcome: "committed" };
    return { outcome: prefer === "commit" ? "too-late" : "rolled-back" };
  }

  /** The old networks, because nobody can be asked: a node on them can at least be reached the way it could before. */
  async #backForNow(): Promise<void> {
    if (this.#state.phase !== "changed" || this.fate !== null) return;
    await this.#goBack();
    this.log("nobody could be asked: back to the old networks, and asking on");
    this.#isBackUndecided.abort();
  }

  /** Until decided. After the deadline, or once it is back undecided, the node asks; when it hears too few it goes back and asks on. */
  async watch(nowMs: () => number, signal: AbortSignal): Promise<void> {
    const waitMs = this.phase === "undone" ? 0 : Math.max(0, this.pending.deadlineMs - nowMs());
    await pause(waitMs, AbortSignal.any([signal, this.#isBackUndecided.signal]));
    while (!signal.aborted && !this.#settled) {
      try {
        const { fate } = await this.#decideWithin("abort", askWaitMs);
        if (fate === null) await this.#inTurn(() => this.#backForNow());
        else await this.#inTurn(() => this.#finish());
      } catch (error) {
        this.log(`trying again: ${String(error)}`);
      }
      if (!this.#settled) await pause(patienceMs, signal);
    }
  }

  /** After the decision: until every peer knows it, nobody may be left asking in vain. */
  async tellEverybody(signal: AbortSignal): Promise<void> {
    const fate = this.fate;
    if (fate === null) return;
    const { change, node } = this.pending;
    const untilMs = monotonicMs() + tellForMs;
    while (!signal.aborted && this.#unaware.length > 0 && monotonicMs() < untilMs) {
      await this.#noteAware(knowing(await this.askPeers({ kind: "decided", change, fate, by: node })));
      if (this.#unaware.length > 0) await pause(patienceMs, signal);
    }
  }
}

const knowing = (replies: readonly BallotReply[]): string[] =>
  replies.flatMap(({ node, acceptor }) => (acceptor.decided === null ? [] : [node]));
