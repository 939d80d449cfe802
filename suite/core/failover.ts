import type { FailoverCause } from "@/contract/consul-keys";
import type { ConsulSeen } from "@/suite/core/seen";
import type { State } from "@/suite/core/state";
import { takeoverHoldMs, takeoverStaggerMs } from "@/suite/core/timing";

type OwnerSeen = ConsulSeen["owner"]["record"];

/** Why the last owner is being replaced, as far as it shows from here. */
export function failoverCause(consul: ConsulSeen, owner: NonNullable<OwnerSeen>, midMigration: boolean): FailoverCause {
  if (midMigration) return "migration-cut";
  if (consul.members[owner.node] === "failed") return "node-lost";
  // An orderly release leaves this phase behind; an owner that was lost leaves the phase it was in.
  return owner.phase === "stopping" ? "given-up" : "daemon-lost";
}

/** When the lost owner last showed a sign of life; null where nobody watched, or where its node lives on. */
export function lastSignOfLife(state: State, consul: ConsulSeen, freeSince: number): number | null {
  const owner = consul.owner.record;
  const seen = consul.ownerAliveAt ?? null;
  if (owner === null || owner.node === state.settings.node || seen === null) return null;
  return consul.members[owner.node] === "failed" && seen < freeSince ? seen : null;
}

/**
 * How long a free lock is left alone. The hold is for an owner whose session flapped: one that serf calls failed takes nothing
 * back. Then places are counted among those who are left, so that the first of them waits for nobody.
 */
export function takeoverDelayMs(state: State, owner: OwnerSeen, members: ConsulSeen["members"]): number {
  const { node: me, nodes } = state.settings;
  if (owner !== null && owner.node !== me && members[owner.node] === "failed") {
    const left = nodes.filter((node) => node !== owner.node);
    return placeOf(me, left) * takeoverStaggerMs;
  }
  const hold = owner === null || owner.node === me ? 0 : takeoverHoldMs;
  return hold + placeOf(me, nodes) * takeoverStaggerMs;
}

const placeOf = (node: string, nodes: readonly string[]): number => Math.max(0, nodes.indexOf(node));
