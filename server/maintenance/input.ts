import type { ClusterStatus } from "@/contract/cluster-status";
import { AppError } from "@/contract/errors";
import type { GuestChoice, MaintenanceInput, MaintenanceKind } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { migrationTarget } from "@/contract/maintenance-guards";
import { say } from "@/contract/sentence";
import { nodesOf } from "@/server/cluster/service";
import { maintenanceFlags } from "@/server/maintenance/flags";
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

/** Everything a run of this maintenance would be made from, as things stand now. */
export async function maintenanceInputOf(
  wish: MaintenanceWish,
  status: ClusterStatus,
  look: Pick<MaintenanceLook, "flags" | "open" | "canFlagHost">,
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
  const isCephOwn = made === null ? null : made.storage.mode === "bootstrap";
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
    flags: maintenanceFlags({ kind, subject, nodes: names, ha: status.ha, look, isCephOwn }),
    platform: await platformOf({ clusterId, guests: wish.guests, isDark: kind === "cluster-up" }, names),
  };
}
