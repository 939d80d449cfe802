import { say, type Sentence } from "@/contract/sentence";
import type { ConsulSeen } from "@/suite/core/seen";
import type { State } from "@/suite/core/state";
import { consulOf } from "@/suite/core/step";
import { peerRecordFreshMs } from "@/suite/core/timing";

/** Why the VM must not be started on this node now; empty when it may. One sentence per reason. */
export function whyNotEligible(state: State, now: number): Sentence[] {
  const reasons: Sentence[] = [];
  if (state.domain.state === "unknown") reasons.push(say("domain-unknown", { why: state.domain.reason }));
  if (state.storage.state === "failed") reasons.push(say("canary-fails"));
  if (state.storage.state === "unknown") reasons.push(say("canary-silent"));
  if (state.obstacles === null) reasons.push(say("host-not-examined"));
  else reasons.push(...state.obstacles);
  if (state.crashLoop !== null) reasons.push(say("crash-looped"));
  if (now < state.yieldedUntil && mayAnotherStart(state)) reasons.push(say("storage-yielded"));
  return reasons;
}

/** Unknown counts as yes. Where everybody has given the VM away in turn, nobody may wait for somebody else. */
const mayAnotherStart = (state: State): boolean => {
  const consul = consulOf(state);
  return consul === null || eligiblePeers(consul, state.settings.node).length > 0;
};

/** Names of the living peers that call themselves fit to start the VM. */
export const eligiblePeers = (consul: ConsulSeen, self: string): string[] =>
  Object.entries(consul.peers)
    .filter(([name, peer]) => name !== self && peer.session !== null && peer.record.eligible)
    .map(([name]) => name);

/** Those to whom the VM is given when this host has become unfit (a bridge without link, no memory); empty: it is tried here again. */
export const fitterPeers = (state: State): string[] => {
  const consul = consulOf(state);
  const isUnfit = (state.obstacles ?? []).length > 0;
  return consul !== null && isUnfit ? eligiblePeers(consul, state.settings.node) : [];
};

/** A zshad that has just begun: storage or host were not looked at yet, and nothing speaks against this node. */
export function isFirstLookDue(state: State): boolean {
  const isDue = state.storage.state === "unknown" || state.obstacles === null;
  const isClear = state.storage.state !== "failed" && (state.obstacles ?? []).length === 0;
  return isDue && isClear && state.crashLoop === null;
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
