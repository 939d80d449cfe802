import type { ClusterStatus } from "@/contract/cluster-status";
import { maintenanceFlags } from "@/contract/maintenance-flags";

/** A cluster-wide mode somebody left on: what, since when, by whom, and the command that ends it. */
export type OpenBracket =
  | { kind: "ceph-flags"; flags: string[]; seenAt: string; endedBy: string[] }
  | { kind: "intent-stopped"; actor: string; since: string; endedBy: string[] }
  | { kind: "run-lock"; actor: string; since: string; runId: string }
  | { kind: "command-lock"; actor: string; since: string; command: string; place: string };

export function openBrackets(status: ClusterStatus): OpenBracket[] {
  const brackets: OpenBracket[] = [];
  const ceph = status.ha.state === "known" ? status.ha.value.ceph : null;
  if (ceph?.state === "known") {
    const flags = ceph.value.flags.filter((flag) => maintenanceFlags.has(flag));
    if (flags.length > 0) {
      const names = new Set(flags.map((flag) => (flag.startsWith("pause") ? "pause" : flag)));
      const endedBy = [...names].map((flag) => `ceph osd unset ${flag}`);
      brackets.push({ kind: "ceph-flags", flags, seenAt: ceph.at, endedBy });
    }
  }
  const intent = status.intent.state === "known" ? status.intent.value : null;
  if (intent?.want === "stopped")
    brackets.push({ kind: "intent-stopped", actor: intent.actor, since: intent.at, endedBy: ["zsha start"] });
  const lock = status.runLock.state === "known" ? status.runLock.value : null;
  if (lock?.holder === "panel")
    brackets.push({ kind: "run-lock", actor: lock.actor, since: lock.at, runId: lock.runId });
  if (lock?.holder === "zsha")
    brackets.push({ kind: "command-lock", actor: lock.actor, since: lock.at, command: lock.kind, place: lock.place });
  return brackets;
}
