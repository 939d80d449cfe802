import { z } from "zod";
import { consulKeys, type FenceRecord, fenceRecordSchema } from "@/contract/consul-keys";
import { type HaConfig, haConfigSchema } from "@/contract/ha-config";
import { type HaProfile, profileRecordSchema } from "@/contract/ha-profile";
import type { ClusterFile } from "@/contract/node-setup";
import { clusterView } from "@/suite/consul/cluster-view";
import type { ConsulClient, KvEntry, ReadResult } from "@/suite/consul/consul-client";
import type { PeerSays } from "@/suite/image-lock/proof";
import type { ConsulSeen, Reading } from "@/suite/core/seen";
import { known, unknown } from "@/suite/core/seen";

/** The local agent answers from memory; it must not delay the reading it belongs to. */
const membersTimeoutMs = 1_000;
const membersSchema = z.array(z.object({ Name: z.string(), Status: z.number() }));
/** Serf's numbers. */
const memberStates: Readonly<Record<number, ConsulSeen["members"][string]>> = {
  1: "alive",
  2: "left",
  3: "left",
  4: "failed",
};

/** What was last read from Consul, kept for the deeds: records, configuration, fences. */
export class ClusterFacts {
  seen: ConsulSeen | null = null;
  readonly fences = new Map<number, FenceRecord>();
  readonly lifted = new Set<string>();
  private readonly fenceIndexes = new Map<string, number>();
  historyKeys: readonly string[] = [];
  private members: ConsulSeen["members"] = {};
  private configEntry: { value: HaConfig; version: number } | null = null;
  private unreadable = new Set<string>();
  private fresh: string[] = [];

  private chosen: HaProfile | null = null;

  constructor(private readonly cluster: ClusterFile) {}

  /** The profile in force; before Consul has answered, the one of the installation. */
  get profile(): HaProfile {
    return this.chosen ?? this.cluster.profile;
  }

  /** The newest configuration; before Consul has answered, the one of the installation. */
  config(): { value: HaConfig; version: number } {
    return this.configEntry ?? { value: this.cluster.config, version: 0 };
  }

  /** Serf's view comes first: whether the old owner's node is dead belongs to the reading in which its lock is free. */
  async refreshMembers(consul: ConsulClient): Promise<void> {
    const answer = await consul.get("/v1/agent/members", membersTimeoutMs);
    const parsed = "value" in answer ? membersSchema.safeParse(answer.value) : null;
    if (parsed?.success !== true) {
      this.members = {};
      return;
    }
    const byIp = new Map(this.cluster.nodes.map((node) => [node.ip, node.name]));
    this.members = Object.fromEntries(
      parsed.data.map((member) => [byIp.get(member.Name) ?? member.Name, memberStates[member.Status] ?? "unknown"]),
    );
  }

  read(
    result: ReadResult,
    monotonicMs: number,
    wallMs: number,
    ownerAliveAt: number | null = null,
  ): Reading<ConsulSeen> {
    if (result.kind === "unknown") return unknown(result.because, monotonicMs);
    this.noteFences(result.entries);
    const context = {
      node: this.cluster.node,
      members: this.members,
      before: this.seen,
      liftedAlready: this.lifted,
      monotonicMs,
      wallMs,
    };
    const view = clusterView(result.entries, context);
    this.seen = { ...view.seen, ownerAliveAt };
    const profile = result.entries.find((entry) => entry.key === consulKeys.profile);
    const record = profile === undefined ? null : profileRecordSchema.safeParse(jsonOf(profile.value));
    if (record?.success === true) this.chosen = record.data.profile;
    this.historyKeys = result.entries
      .map((entry) => entry.key)
      .filter((key) => key.startsWith(consulKeys.historyPrefix));
    const unreadable = [...view.unreadable];
    if (view.config !== null) {
      const parsed = haConfigSchema.safeParse(jsonOf(view.config.text));
      if (parsed.success) this.configEntry = { value: parsed.data, version: view.config.version };
      else unreadable.push(consulKeys.config);
    }
    this.fresh = unreadable.filter((key) => !this.unreadable.has(key));
    this.unreadable = new Set(unreadable);
    return known(this.seen, monotonicMs);
  }

  /** What each node says of the folder's locks. */
  lockPeers(): Readonly<Record<string, PeerSays>> {
    return Object.fromEntries(
      Object.entries(this.seen?.peers ?? {}).map(([name, { record, session }]) => [
        name,
        { lives: session !== null, recordAt: record.at, lock: record.imageLock ?? null },
      ]),
    );
  }

  /** Keys nobody could understand since the last reading. */
  newlyUnreadable(): readonly string[] {
    return this.fresh;
  }

  private noteFences(entries: readonly KvEntry[]): void {
    this.fences.clear();
    for (const entry of entries) {
      if (!entry.key.startsWith(consulKeys.fencePrefix)) continue;
      const parsed = fenceRecordSchema.safeParse(jsonOf(entry.value));
      if (!parsed.success) continue;
      this.fences.set(parsed.data.epoch, parsed.data);
      // Written anew: the taker may have fenced once more what was lifted in between.
      if (this.fenceIndexes.get(entry.key) !== entry.modifyIndex)
        for (const { address } of parsed.data.targets) this.lifted.delete(address);
      this.fenceIndexes.set(entry.key, entry.modifyIndex);
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
