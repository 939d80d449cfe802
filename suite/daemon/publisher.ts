import { readFile } from "node:fs/promises";
import { consulKeys, type HistoryRecord, type NodeRecord, type OwnerRecord } from "@/contract/consul-keys";
import type { ImageLock } from "@/contract/image-lock";
import type { ClusterFile } from "@/contract/node-setup";
import { productVersion } from "@/contract/version";
import { formatErrorChain } from "@/lib/error-chain";
import type { ConsulClient } from "@/suite/consul/consul-client";
import type { Lease } from "@/suite/consul/lease";
import {
  mayDeregister,
  memoryOf,
  nodeRecordOf,
  ownerRecordOf,
  permitOf,
  revokedEpochOf,
} from "@/suite/core/projections";
import type { ConsulSeen } from "@/suite/core/seen";
import type { HistoryDraft, State } from "@/suite/core/state";
import type { ClusterFacts } from "@/suite/daemon/cluster-facts";
import { writeMemory } from "@/suite/daemon/memory";
import { writePermit, writeRevoked } from "@/suite/libvirt/permit";
import type { RotatingLog } from "@/suite/log";

/** Peers take a record for fresh for three of these; the panel shows a node as silent after the same time. */
const recordEveryMs = 10_000;
const retryMs = 1_000;
const historyKept = 20;

interface Parts {
  readonly cluster: ClusterFile;
  readonly consul: ConsulClient;
  readonly lease: Lease;
  readonly facts: ClusterFacts;
  readonly clock: () => number;
  readonly wallClock: () => Date;
  readonly log: RotatingLog;
  /** What is known of the image's folder; null: it lies in none. */
  readonly imageLock: () => ImageLock | null;
}

/** Keeps files and records equal to what the state says. Every write may fail and is made again; none blocks a decision. */
export class Publisher {
  private state: State | null = null;
  private bootId = "";
  private permit = "";
  private memory = "";
  private revoked = 0;
  private nodeRecord = "";
  private nodeWrittenAt = 0;
  private nodeSession: string | null = null;
  private deregistered = false;
  private readonly history: HistoryRecord[] = [];
  private files: Promise<void> = Promise.resolve();
  private sending = false;
  private dirty = false;

  constructor(private readonly parts: Parts) {}

  publish(state: State, drafts: readonly HistoryDraft[]): Promise<void> {
    this.state = state;
    for (const draft of drafts) this.history.push(this.dated(draft));
    this.files = this.files.then(() => this.writeFiles(state)).catch((error: unknown) => void this.complain(error));
    this.dirty = true;
    void this.send();
    return this.files;
  }

  /** What the state does not hold has changed. */
  again(): void {
    this.dirty = true;
    void this.send();
  }

  /** Our line in the cluster lost its session although we still believe in ours. */
  lostRegistration(seen: ConsulSeen): boolean {
    if (this.nodeSession === null || this.nodeSession !== this.parts.lease.id || this.sending) return false;
    const lost = seen.peers[this.parts.cluster.node]?.session !== this.nodeSession;
    if (lost) this.nodeRecord = "";
    return lost;
  }

  private async writeFiles(state: State): Promise<void> {
    const permit = permitOf(state);
    const permitText = JSON.stringify(permit);
    if (permitText !== this.permit) {
      await writePermit(permit, this.parts.clock());
      this.permit = permitText;
    }
    const memory = { session: this.parts.lease.id, run: memoryOf(state) };
    const memoryText = JSON.stringify(memory);
    if (memoryText !== this.memory) {
      await writeMemory(memory);
      this.memory = memoryText;
    }
    const revoked = revokedEpochOf(state) ?? 0;
    if (revoked > this.revoked) {
      await writeRevoked(revoked);
      this.revoked = revoked;
    }
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    while (this.dirty) {
      this.dirty = false;
      const good = await this.sendAll().catch((error: unknown) => this.complain(error));
      if (good !== true) await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
    this.sending = false;
  }

  private async sendAll(): Promise<boolean> {
    const { state } = this;
    if (state === null) return true;
    const owner = await this.sendOwner(state);
    const node = await this.sendNode(state);
    const history = await this.sendHistory();
    return owner && node && history;
  }

  private async sendNode(state: State): Promise<boolean> {
    const { consul, lease, clock, wallClock, cluster } = this.parts;
    const session = lease.id;
    const key = consulKeys.nodePrefix + cluster.node;
    if (mayDeregister(state)) {
      if (this.deregistered) return true;
      const removed = await consul.remove(key);
      this.deregistered = removed.kind === "done";
      this.nodeRecord = "";
      this.nodeSession = null;
      return this.deregistered;
    }
    if (session === null || state.consul.state === "unknown") return true;
    this.bootId ||= (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    const imageLock = this.parts.imageLock();
    const facts = {
      name: cluster.node,
      ip: cluster.ip,
      suiteVersion: productVersion,
      bootId: this.bootId,
      ...nodeRecordOf(state, clock()),
      ...(imageLock === null ? {} : { imageLock }),
    };
    const text = JSON.stringify([facts, session]);
    if (text === this.nodeRecord && clock() - this.nodeWrittenAt < recordEveryMs) return true;
    const record: NodeRecord = { ...facts, at: wallClock().toISOString() };
    const written = await consul.acquire(key, JSON.stringify(record), session);
    // An earlier session of this node may hold the key for a moment: it is replaced as soon as that one ends.
    if (written.kind !== "done") {
      // Or our session is the one that ended: waiting for the next renewal to say so would cost the owner its lock.
      lease.check();
      return false;
    }
    this.nodeRecord = text;
    this.nodeWrittenAt = clock();
    this.nodeSession = session;
    this.deregistered = false;
    return true;
  }

  /** One transaction that also proves lock and epoch: a late write must neither re-lock a released key nor bring an old epoch back. */
  private async sendOwner(state: State): Promise<boolean> {
    const { consul, lease, facts, wallClock } = this.parts;
    const line = ownerRecordOf(state);
    const seen = facts.seen;
    const record = seen?.owner.record ?? null;
    const session = lease.id;
    if (line === null || seen === null || record === null || session === null) return true;
    if (seen.owner.session !== session || record.epoch !== line.epoch || record.startId !== line.startId) return true;
    // Between two readings of the domain its configuration is not known; what is on record stays.
    const configVersion = line.configVersion ?? record.configVersion ?? null;
    // Recorded by the start itself, before QEMU ran: not knowing it yet here must not wipe it out.
    const clientAddress = line.clientAddress ?? record.clientAddress;
    const same = record.phase === line.phase && record.clientAddress === clientAddress;
    if (same && (record.configVersion ?? null) === configVersion) return true;
    const next: OwnerRecord = {
      ...record,
      ...line,
      configVersion,
      clientAddress,
      at: line.phase === record.phase ? record.at : wallClock().toISOString(),
    };
    const result = await consul.transact([
      { verb: "check-session", key: consulKeys.owner, session },
      { verb: "check-index", key: consulKeys.epoch, index: seen.epoch.index },
      { verb: "lock", key: consulKeys.owner, value: JSON.stringify(next), session },
    ]);
    // Refused: the next reading says why, and the state with it changes.
    return result.kind !== "unknown";
  }

  private async sendHistory(): Promise<boolean> {
    const { consul, facts } = this.parts;
    for (let record = this.history[0]; record !== undefined; record = this.history[0]) {
      const written = await consul.put(consulKeys.historyPrefix + record.id, JSON.stringify(record));
      if (written.kind !== "done") return false;
      this.history.shift();
      const old = [...facts.historyKeys].sort();
      for (const key of old.slice(0, Math.max(0, old.length + 1 - historyKept))) await consul.remove(key);
    }
    return true;
  }

  private dated(draft: HistoryDraft): HistoryRecord {
    const at = this.parts.wallClock().toISOString();
    // Sorts by epoch, then time: what was removed last is what happened last.
    const { profile } = this.parts.facts;
    return {
      ...draft,
      profile,
      id: `${String(draft.epoch).padStart(8, "0")}-${at.replace(/[^0-9]/g, "")}-${draft.kind}`,
      at,
    };
  }

  private complain(error: unknown): false {
    this.parts.log.write({
      level: "error",
      sentence: `Could not write what the state says: ${formatErrorChain(error)}`,
    });
    return false;
  }
}
