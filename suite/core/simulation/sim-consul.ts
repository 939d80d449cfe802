import type { FenceRecord, IntentRecord, NodeRecord, OperationRecord, OwnerRecord } from "@/contract/consul-keys";
import type { Queue } from "@/suite/core/simulation/queue";

const ttlMs = 10_000;
/** Serf with default gossip declares a silent node failed after 5–6 s; its serfHealth sessions go with it. */
const serfFailMs = 5_500;

interface Session {
  readonly node: string;
  renewedAt: number;
}

/** Sessions (2×TTL, serfHealth), one lock, check-and-set keys, quorum. No lock-delay: sessions are made with 0 s. */
export class SimConsul {
  readonly cutOff = new Set<string>();
  readonly down = new Set<string>();
  owner: { record: OwnerRecord | null; session: string | null } = { record: null, session: null };
  epoch = { value: 0, index: 0 };
  intent: { record: IntentRecord | null; index: number } = { record: null, index: 0 };
  operation: { record: OperationRecord | null; index: number } = { record: null, index: 0 };
  readonly fences = new Map<number, FenceRecord>();
  readonly nodes = new Map<string, { record: NodeRecord; session: string | null; changedAt: number }>();
  readonly sessions = new Map<string, Session>();
  private readonly silentSince = new Map<string, number>();
  private index = 0;
  private nextSession = 0;
  private hadQuorum = true;

  constructor(
    private readonly queue: Queue,
    private readonly names: readonly string[],
    private readonly onChange: () => void,
  ) {
    this.supervise();
  }

  serves(node: string): boolean {
    return this.connected(node) && this.hasQuorum();
  }

  member(node: string): "alive" | "failed" {
    const since = this.silentSince.get(node);
    return since !== undefined && this.queue.now - since >= serfFailMs ? "failed" : "alive";
  }

  createSession(node: string): string {
    this.nextSession += 1;
    const id = `s${this.nextSession}-${node}`;
    this.sessions.set(id, { node, renewedAt: this.queue.now });
    return id;
  }

  renew(id: string): "held" | "lost" {
    const session = this.sessions.get(id);
    if (session === undefined) return "lost";
    session.renewedAt = this.queue.now;
    return "held";
  }

  destroySession(id: string): void {
    this.sessions.delete(id);
    if (this.owner.session === id) this.owner = { record: this.owner.record, session: null };
    for (const entry of this.nodes.values()) if (entry.session === id) entry.session = null;
    this.changed();
  }

  changed(): void {
    this.index += 1;
    this.onChange();
  }

  nextIndex(): number {
    this.index += 1;
    return this.index;
  }

  private connected(node: string): boolean {
    return !this.cutOff.has(node) && !this.down.has(node);
  }

  private hasQuorum(): boolean {
    return this.names.filter((node) => this.connected(node)).length > this.names.length / 2;
  }

  /** Twice a second: what the leader would notice by itself. */
  private supervise(): void {
    this.queue.after(500, () => {
      const now = this.queue.now;
      const quorum = this.hasQuorum();
      // A new leader starts every session's timer afresh.
      if (quorum && !this.hadQuorum) for (const session of this.sessions.values()) session.renewedAt = now;
      if (quorum !== this.hadQuorum) this.onChange();
      this.hadQuorum = quorum;
      for (const node of this.names) {
        const reachable = quorum ? this.connected(node) : !this.down.has(node);
        if (reachable) {
          if (this.silentSince.delete(node)) this.changed();
        } else if (!this.silentSince.has(node)) this.silentSince.set(node, now);
      }
      if (quorum) {
        for (const [id, session] of this.sessions) {
          if (now - session.renewedAt > 2 * ttlMs || this.member(session.node) === "failed") this.destroySession(id);
        }
      }
      this.supervise();
    });
  }
}
