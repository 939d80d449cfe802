import { randomUUID } from "node:crypto";
import { constants } from "node:os";
import { refusedByRunLock } from "@/contract/run-lock";
import { sentenceText } from "@/contract/sentence";
import type { ClusterAccess } from "@/suite/commands/cluster-access";
import { HeldRunLock, readRunLock, unanswered } from "@/suite/consul/run-lock";

export interface LockedCall {
  /** As a person would type it. */
  readonly command: string;
  readonly actor: string;
  /** The panel's run this call is a part of: it holds the lock itself. */
  readonly run: string | null;
  /**
   * `required`: Consul's silence refuses. `when-there`: it does not, because the command is what may bring the network, and
   * with it Consul, back; `warn` says so.
   */
  readonly consul: "required" | "when-there";
  readonly warn: (text: string) => void;
}

const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Does the work while nobody else changes the cluster: not the panel's run, not another command. */
export async function underRunLock<T>(access: ClusterAccess, call: LockedCall, work: () => Promise<T>): Promise<T> {
  const { consul, cluster, wallClock } = access;
  const seen = await readRunLock(consul);
  if (seen.kind === "held") {
    if (call.run !== null && seen.holder?.runId === call.run) return work();
    throw refusedByRunLock(seen.holder);
  }
  if (seen.kind === "unknown") {
    if (call.consul === "required") throw unanswered(seen.because);
    call.warn(`The cluster's lock was not asked for: ${sentenceText(seen.because)}`);
    return work();
  }
  const held = await HeldRunLock.take(consul, {
    holder: "zsha",
    runId: randomUUID(),
    kind: call.command,
    fence: null,
    actor: call.actor,
    place: cluster.node,
    at: wallClock().toISOString(),
  });
  const onSignal = (signal: NodeJS.Signals): void => {
    void held.free().finally(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of endingSignals) process.once(signal, onSignal);
  try {
    return await work();
  } finally {
    for (const signal of endingSignals) process.removeListener(signal, onSignal);
    await held.free();
  }
}
