import type { Chance } from "@/suite/core/simulation/chance";
import type { Queue } from "@/suite/core/simulation/queue";
import type { Kv } from "@/suite/core/simulation/sim-kv";
import { emptyKv } from "@/suite/core/simulation/sim-kv";
import type { SimNetwork } from "@/suite/core/simulation/sim-network";
import { SimRaft } from "@/suite/core/simulation/sim-raft";

/** The suite's own deadline for every request. */
export const requestTimeoutMs = 2_500;
/** Agents hold a request that found no leader for this long: it can be executed after its client has given up. */
const agentHoldsMs = 7_000;
const halfWayMs = 10;
/** Serf: default gossip 5.3–6.0 s, tuned 2.3–2.8 s. */
const detectMs = { default: 5_500, tuned: 2_500 } as const;
const ttlMs = 10_000;
/** Old states kept for readers that lag. */
const statesKept = 64;

export interface ConsulOptions {
  readonly gossip: "default" | "tuned";
  /** `serf`: gone as soon as serf calls the node failed; `ttl`: only by time. */
  readonly checks: "serf" | "ttl";
  readonly lockDelayMs: number;
}

interface Session {
  readonly node: string;
  renewedAt: number;
  /** Consul promises the TTL as a lower bound and takes up to twice as long. */
  readonly endsAfterMs: number;
}

interface Held {
  readonly node: string;
  readonly until: number;
  readonly run: () => void;
}

/** Agents, sessions and the keys below `zsha/`. */
export class SimConsul {
  kv: Kv = emptyKv;
  readonly raft: SimRaft;
  readonly options: ConsulOptions;
  /** The next so many writes of a node are executed, but their answer never arrives. */
  readonly loseAnswers = new Map<string, number>();
  onCommit: (before: Kv, after: Kv) => void = () => undefined;
  private readonly sessions = new Map<string, Session>();
  private readonly states: { at: number; kv: Kv }[] = [];
  private held: Held[] = [];
  private lastSession = 0;
  /** Kept by the leader in its memory: a new leader knows nothing of it. */
  private lockDelayUntil = 0;

  constructor(
    private readonly queue: Queue,
    private readonly chance: Chance,
    private readonly network: SimNetwork,
    names: readonly string[],
    options: Partial<ConsulOptions>,
  ) {
    this.options = { gossip: "default", checks: "serf", lockDelayMs: 0, ...options };
    this.raft = new SimRaft({
      queue,
      network,
      names,
      detectMs: () => detectMs[this.options.gossip],
      onLeader: () => this.newLeader(),
      onFailed: (name) => this.failed(name),
    });
  }

  /** Runs the effect at the leader and answers, or answers null: it may have been executed or not, now or later. */
  request<T>(node: string, effect: () => T, answer: (value: T | null) => void): void {
    const { queue } = this;
    if (!this.raft.agentAlive(node)) return queue.after(halfWayMs, () => answer(null));
    const sent = queue.now;
    queue.after(this.chance.vary(halfWayMs) + this.retransmits(), () => {
      const timeout = (): void => queue.after(Math.max(1, sent + requestTimeoutMs - queue.now), () => answer(null));
      if (!this.raft.serves(node)) {
        this.held.push({ node, until: queue.now + agentHoldsMs, run: effect });
        return timeout();
      }
      const value = effect();
      const lost = this.loseAnswers.get(node) ?? 0;
      if (lost > 0) {
        this.loseAnswers.set(node, lost - 1);
        return timeout();
      }
      const back = this.chance.vary(halfWayMs) + this.retransmits();
      if (queue.now + back - sent > requestTimeoutMs) return timeout();
      queue.after(back, () => answer(value));
    });
  }

  commit(change: Partial<Omit<Kv, "index">>): void {
    const before = this.kv;
    this.kv = { ...before, ...change, index: before.index + 1 };
    this.states.push({ at: this.queue.now, kv: before });
    if (this.states.length > statesKept) this.states.shift();
    this.onCommit(before, this.kv);
  }

  /** The index the next commit will have: what `ModifyIndex` of a key written in it says. */
  get nextIndex(): number {
    return this.kv.index + 1;
  }

  /** What a reader saw that is so far behind: a default-mode read at an old leader, a watch that lags. */
  stateBefore(lagMs: number): Kv {
    if (lagMs === 0) return this.kv;
    const then = this.queue.now - lagMs;
    return this.states.find((state) => state.at > then)?.kv ?? this.kv;
  }

  /** Null: refused, because `serfHealth` of the node is critical. */
  createSession(node: string): string | null {
    const { leader } = this.raft;
    if (this.options.checks === "serf" && leader !== null && this.raft.serfSays(leader, node) === "failed") return null;
    this.lastSession += 1;
    const id = `s${this.lastSession}-${node}`;
    const endsAfterMs = ttlMs * this.chance.between(1.05, 2);
    this.sessions.set(id, { node, renewedAt: this.queue.now, endsAfterMs });
    this.watchTtl(id);
    return id;
  }

  renew(id: string): "held" | "lost" {
    const session = this.sessions.get(id);
    if (session === undefined) return "lost";
    session.renewedAt = this.queue.now;
    return "held";
  }

  isSession(id: string | null): id is string {
    return id !== null && this.sessions.has(id);
  }

  /** Whether a session may take the lock now: it lives, nobody else holds it, no lock-delay runs. */
  mayLock(id: string | null): id is string {
    if (!this.isSession(id)) return false;
    const { session } = this.kv.owner;
    return session === id || (session === null && this.queue.now >= this.lockDelayUntil);
  }

  invalidate(id: string): void {
    if (!this.sessions.delete(id)) return;
    const { owner, nodes } = this.kv;
    const held = owner.session === id;
    if (held) this.lockDelayUntil = this.queue.now + this.options.lockDelayMs;
    this.commit({
      ...(held ? { owner: { ...owner, session: null } } : {}),
      nodes: Object.fromEntries(
        Object.entries(nodes).map(([name, entry]) => [
          name,
          entry.session === id ? { ...entry, session: null } : entry,
        ]),
      ),
    });
  }

  private newLeader(): void {
    this.lockDelayUntil = 0;
    for (const session of this.sessions.values()) session.renewedAt = this.queue.now;
    this.retryHeld();
  }

  /** Requests that waited in an agent find a leader now. */
  retryHeld(): void {
    if (this.held.length === 0) return;
    const waiting = this.held.filter((request) => request.until > this.queue.now);
    this.held = waiting.filter((request) => !this.raft.serves(request.node));
    for (const request of waiting) if (this.raft.serves(request.node)) request.run();
  }

  private failed(name: string): void {
    const all = this.options.checks === "serf" || this.raft.pruned(name);
    for (const [id, session] of this.sessions) if (session.node === name && all) this.invalidate(id);
  }

  private watchTtl(id: string): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    const due = session.renewedAt + session.endsAfterMs;
    this.queue.after(Math.max(100, due - this.queue.now), () => {
      const current = this.sessions.get(id);
      if (current === undefined) return;
      const over = this.queue.now >= current.renewedAt + current.endsAfterMs;
      // Without a leader nobody counts; the next one starts all timers afresh.
      if (over && this.raft.leader !== null) this.invalidate(id);
      else this.watchTtl(id);
    });
  }

  /** TCP sends again after 200 ms, 400 ms, … */
  private retransmits(): number {
    const loss = this.network.loss.get("consul") ?? 0;
    if (loss === 0) return 0;
    let delay = 0;
    for (let wait = 200; wait < 10_000 && this.chance.next() < loss; wait *= 2) delay += wait;
    return delay;
  }
}
