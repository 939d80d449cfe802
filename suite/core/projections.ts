import type { NodeRecord, OwnerRecord } from "@/contract/consul-keys";
import { whyNotEligible } from "@/suite/core/eligibility";
import type { Run, Start, State } from "@/suite/core/state";

/** What the outside must always be told of this state. The daemon writes each whenever it differs from what it wrote last. */

/** This node's own line in the owner record, or null while the key is not ours to write. */
export function ownerRecordOf(state: State): Omit<OwnerRecord, "at" | "domainUuid"> | null {
  const { phase, settings } = state;
  const configVersion = state.domain.state === "known" ? state.domain.value.configVersion : null;
  const line = (what: Pick<Run, "startId" | "epoch">, now: OwnerRecord["phase"], clientAddress: string | null) => ({
    configVersion,
    node: settings.node,
    epoch: what.epoch,
    startId: what.startId,
    phase: now,
    clientAddress,
  });
  switch (phase.at) {
    case "fencing":
      return line(phase.start, "fencing", null);
    case "starting":
      return line(phase.start, "starting", null);
    case "running":
      return line(phase.run, "running", phase.run.address);
    case "pausing":
      return line(phase.run, "starting", phase.run.address);
    case "stopping":
      return line(phase.run, "stopping", phase.run.address);
    case "migrating":
      return phase.migration.step === "handing-over" ? null : line(phase.run, "running", phase.run.address);
    case "ending":
      return phase.reason === "superseded" || phase.reason === "foreign" || phase.reason === "migration"
        ? null
        : line(phase.run, "stopping", phase.run.address);
    case "observing":
    case "standby":
    case "taking":
    case "releasing":
    case "receiving":
      return null;
  }
}

/** Which start libvirt may run here now; the hook refuses every other one. */
export interface Permit {
  readonly startId: string;
  readonly epoch: number;
  /** Monotonic; null: as long as the file is there. */
  readonly until: number | null;
}

export function permitOf(state: State): Permit | null {
  const { phase } = state;
  const of = (what: Pick<Run | Start, "startId" | "epoch">, until: number | null): Permit => ({
    startId: what.startId,
    epoch: what.epoch,
    until,
  });
  switch (phase.at) {
    case "starting":
      // Dies with the lease: a daemon frozen between check and start must not start after its successor has fenced.
      return of(phase.start, state.lease.validUntil);
    case "receiving":
      return of(phase, phase.expiresAt);
    default:
      return null;
  }
}

/** Highest epoch proven over on this node: the only ground on which the hook refuses a reconnect, which kills QEMU. */
export function revokedEpochOf(state: State): number | null {
  const { phase } = state;
  return phase.at === "ending" && (phase.reason === "superseded" || phase.reason === "fenced") ? phase.run.epoch : null;
}

/** What a restarted zshad needs to know its own VM again while Consul is silent. */
export function memoryOf(state: State): State["remembered"] {
  const { phase } = state;
  if ("run" in phase) return { startId: phase.run.startId, epoch: phase.run.epoch, address: phase.run.address };
  return null;
}

export function nodeRecordOf(
  state: State,
  now: number,
): Pick<NodeRecord, "domain" | "storageCanary" | "eligible" | "ineligibleBecause"> {
  const reasons = whyNotEligible(state, now);
  const seen = state.domain.state === "unknown" ? "unknown" : state.domain.value.state;
  return {
    domain: seen === "absent" ? "stopped" : seen,
    storageCanary: state.storage.state,
    eligible: reasons.length === 0,
    ineligibleBecause: reasons,
  };
}

/** Stopped by the operator and nothing runs: this node takes its line out of the cluster until `started`. */
export function mayDeregister(state: State): boolean {
  return (
    state.phase.at === "standby" &&
    state.consul.state === "known" &&
    state.consul.value.intent.record?.want === "stopped" &&
    state.domain.state === "known" &&
    state.domain.value.state === "absent"
  );
}
