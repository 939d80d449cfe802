import type { ReceiverRecord } from "@/contract/consul-keys";
import type { ConsulSeen } from "@/suite/core/seen";

/**
 * Storage client of the QEMU that has opened the image to receive the VM: the one watcher that was not there `before` the copy began.
 * Null when there is none yet, or more than one: a stranger's address on record would be worse than none.
 */
export function newcomer(watchers: readonly string[], before: readonly string[]): string | null {
  const added = watchers.filter((address) => !before.includes(address));
  return added.length === 1 ? (added[0] ?? null) : null;
}

/** One more receiver of this epoch: the half of a copy that was given up may live on. */
export function withReceiver(
  known: ReceiverRecord | null,
  added: Omit<ReceiverRecord, "addresses"> & { readonly address: string },
): ReceiverRecord {
  const { address, ...rest } = added;
  return { ...rest, addresses: [...receiversOf(known, added.epoch).filter((other) => other !== address), address] };
}

/** The newest last. Empty: nobody but the owner itself can have the VM of that epoch. */
export function receiversOf(known: ReceiverRecord | null | undefined, epoch: number): readonly string[] {
  return known?.epoch === epoch ? known.addresses : [];
}

/** Whether the copy of the open operation was let go at full speed; one that was not would creep for ever once its zshad is gone. */
export function isAdmitted(known: ReceiverRecord | null | undefined, epoch: number, operation: string | null): boolean {
  return known?.epoch === epoch && known.operation === operation;
}

/** The storage client of the VM that was received on this node from the owner on record. */
export const receivedHere = (consul: ConsulSeen, node: string): string | null =>
  consul.receiver?.node === node ? (receiversSeen(consul).at(-1) ?? null) : null;

export const receiversSeen = (consul: ConsulSeen): readonly string[] =>
  consul.owner.record === null ? [] : receiversOf(consul.receiver, consul.owner.record.epoch);
