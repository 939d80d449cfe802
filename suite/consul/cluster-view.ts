import {
  consulKeys,
  fenceRecordSchema,
  intentRecordSchema,
  nodeRecordSchema,
  operationRecordSchema,
  ownerRecordSchema,
  receiverRecordSchema,
} from "@/contract/consul-keys";
import type { z } from "zod";
import type { ConsulSeen, PeerSeen } from "@/suite/core/seen";
import type { KvEntry } from "@/suite/consul/consul-client";

/** What the keys below `zsha/` mean to the core. A record nobody can read counts as not there and is named in `unreadable`. */
export interface ClusterView {
  readonly seen: ConsulSeen;
  readonly unreadable: readonly string[];
  /** Every address ever fenced and still on record, of whatever node. */
  readonly fenced: readonly string[];
  readonly config: { readonly text: string; readonly version: number } | null;
}

export interface ViewContext {
  readonly node: string;
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly members: ConsulSeen["members"];
  /** The view before: tells when a peer's record last changed by this node's own clock, never by the peer's. */
  readonly before: ConsulSeen | null;
  /** Entries of the blocklist that are ours to lift; fence records outlive them. */
  readonly liftedAlready: ReadonlySet<string>;
}

export function clusterView(entries: readonly KvEntry[], context: ViewContext): ClusterView {
  const unreadable: string[] = [];
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const read = <T extends z.ZodType>(entry: KvEntry | undefined, schema: T): z.infer<T> | null => {
    if (entry === undefined) return null;
    const parsed = schema.safeParse(parseJson(entry.value));
    if (parsed.success) return parsed.data;
    unreadable.push(entry.key);
    return null;
  };
  const below = (prefix: string): KvEntry[] => entries.filter((entry) => entry.key.startsWith(prefix));

  const owner = byKey.get(consulKeys.owner);
  const epoch = byKey.get(consulKeys.epoch);
  const intent = byKey.get(consulKeys.intent);
  const operation = byKey.get(consulKeys.operation);
  const operationRecord = read(operation, operationRecordSchema);
  const fences = below(consulKeys.fencePrefix).flatMap((entry) => read(entry, fenceRecordSchema) ?? []);
  const config = byKey.get(consulKeys.config);
  const peers: Record<string, PeerSeen> = {};
  for (const entry of below(consulKeys.nodePrefix)) {
    const record = read(entry, nodeRecordSchema);
    if (record === null) continue;
    const known = context.before?.peers[record.name];
    const same = known !== undefined && known.record.at === record.at && known.session === entry.session;
    peers[record.name] = { record, session: entry.session, changedAt: same ? known.changedAt : context.monotonicMs };
  }
  return {
    unreadable,
    fenced: fences
      .filter((fence) => fence.state === "fenced")
      .flatMap((fence) => fence.targets.map((target) => target.address)),
    config: config === undefined ? null : { text: config.value, version: config.modifyIndex },
    seen: {
      owner: { record: read(owner, ownerRecordSchema), session: owner?.session ?? null },
      epoch: { value: Number(epoch?.value ?? 0), index: epoch?.modifyIndex ?? 0 },
      intent: { record: read(intent, intentRecordSchema), index: intent?.modifyIndex ?? 0 },
      operation: {
        record: operationRecord,
        index: operation?.modifyIndex ?? 0,
        expiresAt:
          operationRecord === null ? 0 : context.monotonicMs + (Date.parse(operationRecord.deadline) - context.wallMs),
      },
      receiver: read(byKey.get(consulKeys.receiver), receiverRecordSchema),
      unfinishedFences: unique(
        fences
          .filter((fence) => fence.state === "fencing")
          .flatMap((fence) => fence.targets.map((target) => target.address)),
      ),
      liftable: unique(
        fences
          .filter((fence) => fence.state === "fenced")
          .flatMap((fence) => fence.targets.filter((target) => target.node === context.node))
          .map((target) => target.address)
          .filter((address) => !context.liftedAlready.has(address)),
      ),
      peers,
      members: context.members,
    },
  };
}

const unique = (addresses: readonly string[]): string[] => [...new Set(addresses)];

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
