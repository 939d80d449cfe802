import type { Queue } from "@/suite/core/simulation/queue";
import type { SimNetwork } from "@/suite/core/simulation/sim-network";

/** raft_multiplier 1: a leader that lost its majority steps down after its lease, an election takes 2–3 s. */
const leaderLeaseMs = 500;
const electionMs = 2_500;

export interface RaftParts {
  readonly queue: Queue;
  readonly network: SimNetwork;
  readonly names: readonly string[];
  /** Serf calls a silent node failed after this long. */
  readonly detectMs: () => number;
  readonly onLeader: () => void;
  readonly onFailed: (name: string) => void;
}

/** Which agents live, who leads, whom serf calls failed. */
export class SimRaft {
  leader: string | null = null;
  /** Autopilot's dead-server clean-up, Consul's default: a failed server is removed, sessions and all, and re-added later. */
  autopilotPrunes = false;
  private readonly down = new Set<string>();
  private readonly members: Set<string>;
  private readonly silentSince = new Map<string, number>();
  /** Living nodes that all others were told are lost, and until when: a node that comes back from a cut spreads so. */
  private readonly rumoured = new Map<string, number>();
  private electing = false;

  constructor(private readonly parts: RaftParts) {
    this.members = new Set(parts.names);
    this.leader = parts.names[0] ?? null;
  }

  agentAlive(name: string): boolean {
    return !this.down.has(name);
  }

  setAgent(name: string, alive: boolean): void {
    if (alive) this.down.delete(name);
    else this.down.add(name);
    this.topologyChanged();
  }

  /** The local agent answers from a leader it reaches. */
  serves(name: string): boolean {
    if (this.leader === null || this.down.has(name) || !this.linked(name, this.leader)) return false;
    // Writes and consistent reads need the majority's word that the leader still leads.
    return this.votes(this.leader) >= this.majority();
  }

  /** As the agent of `viewer` sees it. */
  serfSays(viewer: string, name: string): "alive" | "failed" {
    if (viewer !== name && this.parts.queue.now < (this.rumoured.get(name) ?? 0)) return "failed";
    const since = this.silentSince.get(`${viewer}/${name}`);
    return since !== undefined && this.parts.queue.now - since >= this.parts.detectMs() ? "failed" : "alive";
  }

  /** Serf contradicts itself after `forMs`; the leader has acted by then. */
  rumour(name: string, forMs: number): void {
    this.rumoured.set(name, this.parts.queue.now + forMs);
    this.reconcile();
  }

  /** kill -9 of the leader's agent, or an operator's transfer: the others elect again, all timers start anew. */
  loseLeader(): void {
    this.leader = null;
    this.elect(electionMs);
  }

  topologyChanged(): void {
    const { queue, names } = this.parts;
    for (const viewer of names) {
      for (const name of names) {
        const key = `${viewer}/${name}`;
        if (this.heardOf(viewer, name)) this.silentSince.delete(key);
        else if (!this.silentSince.has(key)) this.silentSince.set(key, queue.now);
      }
    }
    queue.after(this.parts.detectMs() + 1, () => this.reconcile());
    if (this.leader === null || this.votes(this.leader) < this.majority()) this.elect(leaderLeaseMs + electionMs);
    else if (this.betterThanLeader() !== null) this.elect(2 * electionMs);
    if (this.autopilotPrunes) queue.after(this.parts.detectMs() + 1_000, () => this.prune());
  }

  /** What a leader does about nodes that serf calls failed. */
  reconcile(): void {
    const { leader } = this;
    if (leader === null) return;
    for (const name of this.parts.names) if (this.serfSays(leader, name) === "failed") this.parts.onFailed(name);
  }

  private elect(afterMs: number): void {
    if (this.leader !== null && this.votes(this.leader) < this.majority()) {
      this.parts.queue.after(leaderLeaseMs, () => {
        if (this.leader !== null && this.votes(this.leader) < this.majority()) this.leader = null;
      });
    }
    if (this.electing) return;
    this.electing = true;
    this.parts.queue.after(afterMs, () => {
      this.electing = false;
      const settled = this.leader !== null && this.votes(this.leader) >= this.majority();
      const next = settled ? this.betterThanLeader() : this.candidate();
      if (next === null) {
        if (!settled) this.leader = null;
        return;
      }
      this.leader = next;
      this.parts.onLeader();
      this.reconcile();
      this.prune();
    });
  }

  private candidate(): string | null {
    let best: string | null = null;
    for (const name of this.members) {
      if (this.down.has(name) || this.votes(name) < this.majority()) continue;
      if (best === null || this.votes(name) > this.votes(best)) best = name;
    }
    return best;
  }

  /** A server that does not hear the leader asks for votes until somebody leads whom all living servers hear. */
  private betterThanLeader(): string | null {
    const best = this.candidate();
    return best !== null && this.leader !== null && this.votes(best) > this.votes(this.leader) ? best : null;
  }

  private prune(): void {
    const { leader } = this;
    if (!this.autopilotPrunes || leader === null) return;
    for (const name of this.parts.names) {
      const failed = this.serfSays(leader, name) === "failed";
      if (!failed && !this.down.has(name) && this.linked(name, leader)) this.members.add(name);
      const others = [...this.members].filter((member) => member !== name && !this.down.has(member)).length;
      if (!failed || !this.members.has(name) || others <= (this.members.size - 1) / 2) continue;
      // Deregistered: its sessions go with it, before any TTL.
      this.members.delete(name);
      this.parts.onFailed(name);
    }
  }

  pruned(name: string): boolean {
    return !this.members.has(name);
  }

  private majority(): number {
    return Math.floor(this.members.size / 2) + 1;
  }

  private votes(name: string): number {
    if (this.down.has(name)) return 0;
    let count = 0;
    for (const member of this.members) if (!this.down.has(member) && this.linked(name, member)) count += 1;
    return count;
  }

  private linked(a: string, b: string): boolean {
    return this.parts.network.both(a, b, "consul");
  }

  /** Directly or through any third member, as SWIM's indirect probes do. */
  private heardOf(viewer: string, name: string): boolean {
    if (this.down.has(name) || this.down.has(viewer)) return viewer === name && !this.down.has(name);
    if (this.linked(viewer, name)) return true;
    return this.parts.names.some(
      (third) => !this.down.has(third) && this.linked(viewer, third) && this.linked(third, name),
    );
  }
}
