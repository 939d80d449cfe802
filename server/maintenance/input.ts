import type { ClusterStatus } from "@/contract/cluster-status";
import type { DeploymentInput } from "@/contract/deployment-input";
import { AppError } from "@/contract/errors";
import type { GuestChoice, MaintenanceInput, MaintenanceKind } from "@/contract/maintenance";
import { manualFlags, wholeCluster } from "@/contract/maintenance-subject";
import { migrationTarget } from "@/contract/maintenance-guards";
import { say } from "@/contract/sentence";
import { nodesOf } from "@/server/cluster/service";
import type { MaintenanceLook } from "@/server/maintenance/look";
import { deployment, platformOf } from "@/server/maintenance/platform";
import { powerChoice } from "@/server/maintenance/power";

export interface MaintenanceWish {
  readonly clusterId: string;
  readonly kind: MaintenanceKind;
  /** Node name, or "cluster". */
  readonly subject: string;
  /** What becomes of guests where no platform looks after them. */
  readonly guests: GuestChoice;
}

function flagsFor(wish: MaintenanceWish, status: ClusterStatus, look: MaintenanceLook, made: DeploymentInput | null) {
  const { kind, subject } = wish;
  const ceph = status.ha.state === "known" ? status.ha.value.ceph : null;
  const byHost = ceph?.state === "known" ? ceph.value.osdsByHost : null;
  const carries = (node: string): boolean => byHost === null || (byHost[node]?.length ?? 0) > 0;
  if (subject === wholeCluster) {
    const any = made === null ? status.nodes.some(({ name }) => carries(name)) : made.storage.mode === "bootstrap";
    return any ? "cluster" : "none";
  }
  if (!carries(subject)) return "none";
  if (kind === "node-up" && look.flags.state === "known") {
    // What is set ends, whoever set it: by us for the host, or by hand as the manual has it.
    const { cluster } = look.flags.value;
    return manualFlags.some((flag) => cluster.includes(flag)) ? "cluster" : "host";
  }
  return look.canFlagHost ? "host" : "cluster";
}

/** Everything a run of this maintenance would be made from, as things stand now. */
export async function maintenanceInputOf(
  wish: MaintenanceWish,
  status: ClusterStatus,
  look: MaintenanceLook,
  actor: string,
): Promise<MaintenanceInput> {
  const { clusterId, kind, subject } = wish;
  const [nodes, made] = await Promise.all([nodesOf(clusterId), deployment(clusterId)]);
  const names = nodes.map(({ name }) => name);
  if (subject !== wholeCluster && !names.includes(subject))
    throw new AppError("not-found", say("no-cluster-node", { node: subject }), {
      facts: { what: "node", id: subject },
    });
  const isAlive = (name: string): boolean => {
    const member = status.nodes.find((node) => node.name === name)?.member;
    return member?.state === "known" && member.value === "alive";
  };
  const others = names.filter((name) => name !== subject);
  const helper = others.find(isAlive) ?? others[0] ?? subject;
  const owner = status.owner.state === "known" ? (status.owner.value?.node ?? null) : null;
  const moves = kind === "node-down" && owner === subject && status.ha.state === "known";
  return {
    protocol: 1,
    actor,
    nodes: await Promise.all(
      nodes.map(async ({ name, address, storageIp }) => ({
        name,
        address,
        storageIp,
        power: await powerChoice(clusterId, name),
      })),
    ),
    subject,
    helper,
    moveVmTo: moves && status.ha.state === "known" ? migrationTarget(status.ha.value, subject) : null,
    flags: flagsFor(wish, status, look, made),
    platform: await platformOf({ clusterId, guests: wish.guests, isDark: kind === "cluster-up" }, names),
  };
}
