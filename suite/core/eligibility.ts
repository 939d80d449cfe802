import type { ConsulSeen } from "@/suite/core/seen";
import type { State } from "@/suite/core/state";
import { consulOf } from "@/suite/core/step";
import { peerRecordFreshMs } from "@/suite/core/timing";

/** Why the VM must not be started on this node now; empty when it may. One sentence per reason. */
export function whyNotEligible(state: State, now: number): string[] {
  const reasons: string[] = [];
  if (state.domain.state === "unknown") reasons.push(`own domain is unknown: ${state.domain.reason}`);
  if (state.storage.state === "failed") reasons.push("the storage canary fails");
  if (state.storage.state === "unknown") reasons.push("the storage canary has not answered yet");
  if (state.obstacles === null) reasons.push("the host was not examined yet");
  else reasons.push(...state.obstacles);
  if (state.crashLoop !== null) reasons.push("the VM failed here three times; 'zsha start' clears it");
  if (now < state.yieldedUntil) reasons.push("this node gave the VM away when it lost the storage");
  return reasons;
}

/** Names of peers whose zshad lives and whose canary was good lately. */
export function peersWithStorage(consul: ConsulSeen, self: string, now: number): string[] {
  return Object.entries(consul.peers)
    .filter(([name, peer]) => name !== self && peer.session !== null && peer.record.storageCanary === "ok")
    .filter(([, peer]) => now - peer.changedAt <= peerRecordFreshMs)
    .map(([name]) => name);
}

/** The intent generation an operator raised since the crash loop ended it. */
export function crashLoopCleared(state: State): boolean {
  const consul = consulOf(state);
  return (
    state.crashLoop !== null && consul !== null && (consul.intent.record?.generation ?? 0) > state.crashLoop.generation
  );
}
