import type { DrillFault, DrillPromise } from "@/contract/drill";
import type { HaProfile } from "@/contract/ha-profile";
import type { HaStatus } from "@/contract/ha-status";

/** A guest's own boot until its page answers. Larger installations take minutes; the suite can neither hasten nor promise it. */
const guestBootSeconds = 300;
/** The guest ends its services before it switches itself off: as long as the suite itself waits for it on a stop. */
const guestShutdownSeconds = 300;
/** systemd starts zshad again after one second; reading libvirt and Consul takes the rest. */
const daemonBackSeconds = 10;
/** A start on the same node, fence of the killed QEMU included (its watch would else last 30 s). */
const localRestartSeconds = 20;
/** Copying the memory of a busy VM over one gigabit. */
const migrationSeconds = 300;
/** libvirt's switch-over, with the ARP announcement behind it. */
const migrationSilenceSeconds = 3;

/** Promise of the profile: from the loss of the owner to QEMU running elsewhere, p95 (docs/ha.md). */
const failoverSeconds = {
  default: { outside: 8, onNodes: 30 },
  fast: { outside: 5, onNodes: 11 },
} as const satisfies Record<HaProfile, { outside: number; onNodes: number }>;

/** The suite without a recorded profile promises what the slower one does. */
export function drillPromise(fault: DrillFault, { profile, cephOnNodes }: PromiseFacts): DrillPromise {
  const failover = failoverSeconds[profile ?? "default"][cephOnNodes ? "onNodes" : "outside"];
  const down = (runningSeconds: number): DrillPromise => ({
    runningSeconds,
    guestSeconds: runningSeconds + guestBootSeconds,
    silentSeconds: null,
  });
  switch (fault) {
    case "daemon-crash":
      return { runningSeconds: daemonBackSeconds, guestSeconds: daemonBackSeconds, silentSeconds: 1 };
    case "qemu-crash":
      return down(localRestartSeconds);
    case "guest-halt":
      return down(guestShutdownSeconds + localRestartSeconds);
    case "node-crash":
    case "owner-cut":
      return down(failover);
    case "migration":
      return {
        runningSeconds: migrationSeconds,
        guestSeconds: migrationSeconds + migrationSilenceSeconds,
        silentSeconds: migrationSilenceSeconds,
      };
  }
}

interface PromiseFacts {
  profile: HaProfile | null;
  /** A monitor or OSD lives on a node of this cluster and dies with it. */
  cephOnNodes: boolean;
}

export function promiseFacts(ha: HaStatus): PromiseFacts {
  const nodes = new Set(ha.services.map(({ node }) => node));
  const ceph = ha.ceph.state === "known" ? ha.ceph.value : null;
  const onNodes =
    ceph === null ||
    ceph.osdsByHost === null ||
    ceph.monitors.some(({ name }) => nodes.has(name)) ||
    Object.entries(ceph.osdsByHost).some(([host, osds]) => nodes.has(host) && osds.length > 0);
  return { profile: ha.profile?.profile ?? null, cephOnNodes: onNodes };
}
