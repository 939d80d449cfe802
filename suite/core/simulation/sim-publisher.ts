import { type Sentence, sentenceText } from "@/contract/sentence";
import type { HistoryRecord, NodeRecord } from "@/contract/consul-keys";
import {
  mayDeregister,
  memoryOf,
  nodeRecordOf,
  ownerRecordOf,
  permitOf,
  revokedEpochOf,
} from "@/suite/core/projections";
import type { ConsulSeen } from "@/suite/core/seen";
import type { SimNode } from "@/suite/core/simulation/sim-node";
import type { HistoryDraft, State } from "@/suite/core/state";

const recordEveryMs = 10_000;
const retryMs = 1_000;

const textOf = (reasons: readonly Sentence[]): string => reasons.map(sentenceText).join("; ");

type Write = { readonly effect: () => boolean; readonly done: () => void };

/** Keeps files and keys equal to what the state says, as `suite/daemon/publisher.ts` does. */
export class SimPublisher {
  private state: State | null = null;
  private sending = false;
  private record: NodeRecord | null = null;
  private recordSession: string | null = null;
  private recordAt = 0;
  private judged: readonly unknown[] = [];
  private verdict: ReturnType<typeof nodeRecordOf> | null = null;
  private deregistered = false;
  /** Already written or refused on the strength of this reading: the next one says more. */
  private ownerSaid: readonly unknown[] = [];
  private history: HistoryRecord[] = [];

  constructor(private readonly node: SimNode) {}

  reset(): void {
    this.state = null;
    this.sending = false;
    this.record = null;
    this.recordSession = null;
    this.deregistered = false;
    this.history = [];
    this.judged = [];
    this.node.host.files.permit = null;
  }

  publish(state: State, drafts: readonly HistoryDraft[]): void {
    const { host, lease, name, wall } = this.node;
    this.state = state;
    for (const draft of drafts)
      this.history.push({
        ...draft,
        id: `${draft.epoch}-${this.node.world.queue.now}-${draft.kind}-${name}`,
        at: String(wall),
      });
    const permit = permitOf(state);
    host.files.permit =
      permit === null || permit.until === null
        ? permit
        : { ...permit, until: permit.until - this.node.now + this.node.world.queue.now };
    host.files.memory = memoryOf(state);
    host.files.session = lease.session;
    host.files.revoked = Math.max(host.files.revoked, revokedEpochOf(state) ?? 0);
    this.send();
  }

  /** Our line in the cluster lost its session although we still believe in ours. */
  lostRegistration(seen: ConsulSeen): boolean {
    if (this.recordSession === null || this.recordSession !== this.node.lease.session || this.sending) return false;
    const lost = seen.peers[this.node.name]?.session !== this.recordSession;
    if (lost) this.record = null;
    return lost;
  }

  private send(): void {
    if (this.sending || this.state === null) return;
    const write = this.ownerWrite(this.state) ?? this.nodeWrite(this.state) ?? this.historyWrite();
    if (write === null) return;
    this.sending = true;
    const { world, name, awake } = this.node;
    world.consul.request(name, write.effect, (good) =>
      awake(() => {
        if (good === true) write.done();
        const again = (): void => {
          this.sending = false;
          this.send();
        };
        if (good === false) this.node.lease.check();
        if (good === true) again();
        else world.queue.after(retryMs, () => awake(again));
      }),
    );
  }

  private ownerWrite(state: State): Write | null {
    const { seen, lease, world } = this.node;
    const line = ownerRecordOf(state);
    const record = seen?.owner.record ?? null;
    const { session } = lease;
    if (line === null || seen === null || record === null || session === null) return null;
    if (seen.owner.session !== session || record.epoch !== line.epoch || record.startId !== line.startId) return null;
    const configVersion = line.configVersion ?? record.configVersion ?? null;
    const clientAddress = line.clientAddress ?? record.clientAddress;
    const same = record.phase === line.phase && record.clientAddress === clientAddress;
    if (same && (record.configVersion ?? null) === configVersion) return null;
    const said = [seen, line.phase, clientAddress, configVersion];
    if (said.every((part, place) => part === this.ownerSaid[place])) return null;
    const { consul } = world;
    return {
      effect: () => {
        if (!consul.mayLock(session) || consul.kv.epoch.index !== seen.epoch.index) return true;
        consul.commit({ owner: { record: { ...record, ...line, configVersion, clientAddress }, session } });
        return true;
      },
      done: () => {
        this.ownerSaid = said;
      },
    };
  }

  private nodeWrite(state: State): Write | null {
    const { world, lease, name, now } = this.node;
    const { consul } = world;
    if (mayDeregister(state)) {
      if (this.deregistered) return null;
      return {
        effect: () => {
          const { [name]: _own, ...others } = consul.kv.nodes;
          consul.commit({ nodes: others });
          return true;
        },
        done: () => {
          this.deregistered = true;
          this.record = null;
          this.recordSession = null;
        },
      };
    }
    const { session } = lease;
    if (session === null || state.consul.state === "unknown") return null;
    const facts = this.nodeFacts(state, now);
    const old = this.record;
    const same =
      old !== null &&
      this.recordSession === session &&
      old.domain === facts.domain &&
      old.storageCanary === facts.storageCanary &&
      old.eligible === facts.eligible &&
      textOf(old.ineligibleBecause) === textOf(facts.ineligibleBecause);
    if (same && now - this.recordAt < recordEveryMs) return null;
    const record: NodeRecord = {
      name,
      ip: name,
      suiteVersion: "sim",
      bootId: "sim",
      at: String(this.node.wall),
      ...facts,
    };
    return {
      effect: () => {
        const held = consul.kv.nodes[name]?.session ?? null;
        if (!consul.isSession(session) || (held !== null && held !== session)) return false;
        consul.commit({ nodes: { ...consul.kv.nodes, [name]: { record, session } } });
        return true;
      },
      done: () => {
        this.record = record;
        this.recordSession = session;
        this.recordAt = now;
        this.deregistered = false;
      },
    };
  }

  /** Judged again only when something it depends on is another object: this runs at every event. */
  private nodeFacts(state: State, now: number): ReturnType<typeof nodeRecordOf> {
    const inputs = [state.domain, state.storage.state, state.obstacles, state.crashLoop, now < state.yieldedUntil];
    if (this.verdict === null || inputs.some((input, place) => input !== this.judged[place])) {
      this.judged = inputs;
      this.verdict = nodeRecordOf(state, now);
    }
    return this.verdict;
  }

  private historyWrite(): Write | null {
    const [record] = this.history;
    const { consul } = this.node.world;
    if (record === undefined) return null;
    return {
      effect: () => {
        if (!consul.kv.history.some((other) => other.id === record.id))
          consul.commit({ history: [...consul.kv.history, record] });
        return true;
      },
      done: () => void this.history.shift(),
    };
  }
}
