import type {
  FenceRecord,
  HistoryRecord,
  IntentRecord,
  NodeRecord,
  OperationRecord,
  OwnerRecord,
  ReceiverRecord,
} from "@/contract/consul-keys";
import type { ConsulSeen, PeerSeen } from "@/suite/core/seen";

/** Everything below `zsha/` at one raft index. Never changed, only replaced, so an old reading is an old object. */
export interface Kv {
  readonly index: number;
  readonly owner: { readonly record: OwnerRecord | null; readonly session: string | null };
  readonly epoch: { readonly value: number; readonly index: number };
  readonly intent: { readonly record: IntentRecord | null; readonly index: number };
  readonly operation: { readonly record: OperationRecord | null; readonly index: number };
  readonly receiver: ReceiverRecord | null;
  readonly config: { readonly version: number };
  readonly fences: readonly FenceRecord[];
  readonly nodes: Readonly<Record<string, { readonly record: NodeRecord; readonly session: string | null }>>;
  readonly history: readonly HistoryRecord[];
}

export const emptyKv: Kv = {
  index: 1,
  owner: { record: null, session: null },
  epoch: { value: 0, index: 0 },
  intent: { record: null, index: 0 },
  operation: { record: null, index: 0 },
  receiver: null,
  config: { version: 1 },
  fences: [],
  nodes: {},
  history: [],
};

export const withFence = (kv: Kv, fence: FenceRecord): readonly FenceRecord[] => [
  ...kv.fences.filter((other) => other.epoch !== fence.epoch),
  fence,
];

export interface Reader {
  readonly node: string;
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly members: ConsulSeen["members"];
  readonly before: ConsulSeen | null;
  readonly lifted: ReadonlySet<string>;
}

/** The same meaning `suite/consul/cluster-view.ts` gives to the keys. */
export function viewOf(kv: Kv, reader: Reader): ConsulSeen {
  const peers: Record<string, PeerSeen> = {};
  for (const [name, { record, session }] of Object.entries(kv.nodes)) {
    const known = reader.before?.peers[name];
    const same = known !== undefined && known.record.at === record.at && known.session === session;
    peers[name] =
      same && known.record === record
        ? known
        : { record, session, changedAt: same ? known.changedAt : reader.monotonicMs };
  }
  const unfinishedFences: string[] = [];
  const liftable: string[] = [];
  for (const fence of kv.fences) {
    for (const target of fence.targets) {
      if (fence.state === "fencing") unfinishedFences.push(target.address);
      if (fence.state === "fenced" && target.node === reader.node && !reader.lifted.has(target.address))
        liftable.push(target.address);
    }
  }
  const { record } = kv.operation;
  const expiresAt = record === null ? 0 : reader.monotonicMs + (Number(record.deadline) - reader.wallMs);
  return {
    owner: kv.owner,
    epoch: kv.epoch,
    intent: kv.intent,
    operation: { ...kv.operation, expiresAt },
    receiver: kv.receiver,
    unfinishedFences: [...new Set(unfinishedFences)],
    liftable: [...new Set(liftable)],
    peers,
    members: reader.members,
  };
}
