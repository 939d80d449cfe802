import {
  consulKeys,
  type FenceRecord,
  type OperationRecord,
  type OwnerRecord,
  type ReceiverRecord,
} from "@/contract/consul-keys";
import type { HaConfig } from "@/contract/ha-config";
import type { ClusterFile } from "@/contract/node-setup";
import { say, type Sentence, sentenceText } from "@/contract/sentence";
import type { ConsulClient, TxnResult, TxnVerb } from "@/suite/consul/consul-client";
import type { Outcome } from "@/suite/core/deed";
import type { ImageStore } from "@/suite/daemon/image-store";
import type { Machine } from "@/suite/daemon/machine";

/** What the daemon knows when it acts. Read afresh for every deed. */
export interface DeedContext {
  readonly cluster: ClusterFile;
  readonly consul: ConsulClient;
  readonly machine: Machine;
  readonly store: () => ImageStore;
  readonly config: () => { value: HaConfig; version: number };
  readonly session: () => string | null;
  /** The records as last read. */
  readonly owner: () => OwnerRecord | null;
  readonly epochIndex: () => number;
  readonly operation: () => { record: OperationRecord | null; index: number };
  readonly receiver: () => ReceiverRecord | null;
  readonly fence: (epoch: number) => FenceRecord | null;
  readonly unfinishedFences: () => readonly FenceRecord[];
  readonly ownAddress: () => string | null;
  readonly onLifted: (address: string) => void;
  /** The session may be gone: ask at once. */
  readonly checkLease: () => void;
  readonly wallClock: () => Date;
  readonly onFencePart: (part: string, milliseconds: number) => void;
}

export const done: Outcome = { result: "done" };
export const failed = (because: Sentence): Outcome => ({ result: "failed", because });
export const unknown = (because: Sentence): Outcome => ({ result: "unknown", because });

const outcomeOf = (result: TxnResult): Outcome =>
  result.kind === "done" ? done : result.kind === "refused" ? failed(result.because) : unknown(result.because);

export async function transact(context: DeedContext, verbs: readonly TxnVerb[]): Promise<Outcome> {
  const outcome = outcomeOf(await context.consul.transact(verbs));
  if (outcome.result === "failed" && /session/i.test(sentenceText(outcome.because))) context.checkLease();
  return outcome;
}

export async function markOperation(
  context: DeedContext,
  id: string,
  change: Partial<OperationRecord>,
): Promise<Outcome> {
  const read = await context.consul.read(consulKeys.operation);
  if (read.kind === "unknown") return unknown(read.because);
  const [entry] = read.entries;
  const { record } = context.operation();
  if (entry === undefined || record === null || record.id !== id) return failed(say("operation-replaced"));
  const current = { ...record, ...(JSON.parse(entry.value) as OperationRecord) };
  if (current.id !== id || current.phase === "done" || current.phase === "failed")
    return failed(say("operation-is", { phase: current.phase }));
  const next: OperationRecord = { ...current, ...change, at: context.wallClock().toISOString() };
  return outcomeOf(await context.consul.put(consulKeys.operation, JSON.stringify(next), entry.modifyIndex));
}

export function addressOf(context: DeedContext, node: string): string {
  const found = context.cluster.nodes.find((candidate) => candidate.name === node);
  if (found === undefined) throw new RangeError(`${node} is no member`);
  return found.ip;
}
