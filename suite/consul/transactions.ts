import type { FenceRecord, OperationRecord, OwnerRecord, ReceiverRecord } from "@/contract/consul-keys";
import { consulKeys } from "@/contract/consul-keys";
import type { TxnVerb } from "@/suite/consul/consul-client";

/** The few writes on which everything rests, as data: each is one transaction, all or nothing. */

interface Take {
  readonly record: OwnerRecord;
  readonly session: string;
  readonly epochIndex: number;
  readonly intentIndex: number;
  readonly fence: FenceRecord;
}

/** Lock, epoch + 1 and the fence still to be made. Refused when intent or epoch changed since they were read. */
export function takeTransaction(take: Take): TxnVerb[] {
  return [
    { verb: "check-index", key: consulKeys.intent, index: take.intentIndex },
    { verb: "lock", key: consulKeys.owner, value: JSON.stringify(take.record), session: take.session },
    { verb: "cas", key: consulKeys.epoch, value: String(take.record.epoch), index: take.epochIndex },
    { verb: "set", key: fenceKey(take.record.epoch), value: JSON.stringify(take.fence) },
  ];
}

/**
 * The fence is made. With it those that earlier takers did not finish and whose every address it has fenced: left open, every later take
 * would fence them again.
 */
export function fencedTransaction(fence: FenceRecord, unfinished: readonly FenceRecord[]): TxnVerb[] {
  const fenced = new Set(fence.targets.map(({ address }) => address));
  const covered = unfinished.filter(
    ({ epoch, targets }) => epoch < fence.epoch && targets.every(({ address }) => fenced.has(address)),
  );
  return [fence, ...covered.map((record) => ({ ...record, state: fence.state }))].map((record) => ({
    verb: "set",
    key: fenceKey(record.epoch),
    value: JSON.stringify(record),
  }));
}

/** Same epoch, new session: only while nobody else has taken an epoch. */
export function reclaimTransaction(record: OwnerRecord, session: string, epochIndex: number): TxnVerb[] {
  return [
    { verb: "check-index", key: consulKeys.epoch, index: epochIndex },
    { verb: "lock", key: consulKeys.owner, value: JSON.stringify(record), session },
  ];
}

/**
 * An explicit unlock knows no lock-delay: the next start may follow at once. The epoch is proven, because a request that waited in an
 * agent for a leader may be executed seconds later, when this session already owns the next epoch.
 */
export function releaseTransaction(record: OwnerRecord, session: string, epochIndex: number): TxnVerb[] {
  return [
    { verb: "check-index", key: consulKeys.epoch, index: epochIndex },
    { verb: "unlock", key: consulKeys.owner, value: JSON.stringify(record), session },
  ];
}

/** Only while lock and epoch are ours: whoever takes the VM afterwards has read it. */
export function receiverTransaction(record: ReceiverRecord, session: string, epochIndex: number): TxnVerb[] {
  return [
    { verb: "check-index", key: consulKeys.epoch, index: epochIndex },
    { verb: "check-session", key: consulKeys.owner, session },
    { verb: "set", key: consulKeys.receiver, value: JSON.stringify(record) },
  ];
}

interface HandOver {
  readonly record: OwnerRecord;
  readonly session: string;
  readonly targetSession: string;
  readonly epochIndex: number;
  readonly operation: OperationRecord;
}

export function handOverTransaction(hand: HandOver): TxnVerb[] {
  const value = JSON.stringify(hand.record);
  return [
    { verb: "unlock", key: consulKeys.owner, value, session: hand.session },
    { verb: "lock", key: consulKeys.owner, value, session: hand.targetSession },
    { verb: "cas", key: consulKeys.epoch, value: String(hand.record.epoch), index: hand.epochIndex },
    { verb: "set", key: consulKeys.operation, value: JSON.stringify(hand.operation) },
  ];
}

export const fenceKey = (epoch: number): string => `${consulKeys.fencePrefix}${String(epoch).padStart(8, "0")}`;
