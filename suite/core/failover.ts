import type { FailoverCause } from "@/contract/consul-keys";
import type { ConsulSeen } from "@/suite/core/seen";
import type { State } from "@/suite/core/state";
import { echoFreshMs, takeoverEchoHoldMs, takeoverHoldMs, takeoverStaggerMs } from "@/suite/core/timing";

type OwnerRecord = NonNullable<ConsulSeen["owner"]["record"]>;

/** Why the last owner is being replaced, as far as it shows from here. */
export function failoverCause(consul: ConsulSeen, owner: OwnerRecord, midMigration: boolean): FailoverCause {
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
 * How long a lock that is free since `freeSince` is left alone: for an owner whose session flapped, longer for one that shows more signs
 * of life than serf sees. One that serf calls failed and that is silent takes nothing back. Then places are counted among those who are
 * left, so that the first of them waits for nobody.
 */
export function takeoverDelayMs(state: State, consul: ConsulSeen, freeSince: number): number {
  const { node: me, nodes } = state.settings;
  const owner = consul.owner.record;
  if (owner === null || owner.node === me) return placeOf(me, nodes) * takeoverStaggerMs;
  const isFailed = consul.members[owner.node] === "failed";
  const candidates = isFailed ? nodes.filter((node) => node !== owner.node) : nodes;
  return holdMs(consul, owner, isFailed, freeSince) + placeOf(me, candidates) * takeoverStaggerMs;
}

function holdMs(consul: ConsulSeen, owner: OwnerRecord, isFailed: boolean, freeSince: number): number {
  // Given up in good order: nobody takes it back.
  if (owner.phase === "stopping") return takeoverHoldMs;
  const answered = consul.ownerAliveAt ?? null;
  if (answered !== null && answered > freeSince - echoFreshMs) return takeoverEchoHoldMs;
  return isFailed ? 0 : takeoverHoldMs;
}

const placeOf = (node: string, nodes: readonly string[]): number => Math.max(0, nodes.indexOf(node));
