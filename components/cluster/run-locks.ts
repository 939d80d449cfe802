import type { ClusterStatus } from "@/contract/cluster-status";

/** Who is changing the cluster at this moment: not left on, ends by itself. */
export type RunLockShown =
  | { kind: "run-lock"; actor: string; since: string; runId: string }
  | { kind: "command-lock"; actor: string; since: string; command: string; place: string };

export function runLockShown({ runLock }: ClusterStatus): RunLockShown | null {
  const lock = runLock.state === "known" ? runLock.value : null;
  if (lock === null) return null;
  const { actor, at: since, runId, kind: command, place } = lock;
  return lock.holder === "panel"
    ? { kind: "run-lock", actor, since, runId }
    : { kind: "command-lock", actor, since, command, place };
}
