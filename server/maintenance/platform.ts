import { type ClusterInput, clusterInputSchema } from "@/contract/deployment-input";
import { type HaConfig, perNodeValue } from "@/contract/ha-config";
import type { GuestChoice, MaintenanceInput } from "@/contract/maintenance";
import { nodeChangeInputSchema, nodeChangeKindSchema } from "@/contract/node-change";
import { adoptionOf, clusterConfig } from "@/server/cluster/service";
import { listRuns, runInput } from "@/server/run/service";

const runsLookedThrough = 500;

const changesNodes = (kind: string): boolean => nodeChangeKindSchema.safeParse(kind).success;

/** The cluster as this panel made it and last changed its members; null: it did not deploy it. */
export async function deployment(clusterId: string): Promise<ClusterInput | null> {
  const runs = await listRuns({ clusterId, limit: runsLookedThrough });
  const newest = runs.find(
    ({ kind, state }) => state === "succeeded" && (kind === "deploy-cluster" || changesNodes(kind)),
  );
  if (newest === undefined) return null;
  const input = await runInput(newest.id);
  return changesNodes(newest.kind) ? nodeChangeInputSchema.parse(input).deployment : clusterInputSchema.parse(input);
}

export const managementIps = ({ Network }: Pick<HaConfig, "Network">, nodes: readonly string[]): string[] => [
  ...new Set(
    Network.filter(({ IsMgmt }) => IsMgmt).flatMap(({ Ipaddr }) =>
      nodes.flatMap((node) => perNodeValue(Ipaddr, node) ?? []),
    ),
  ),
];

export interface PlatformWish {
  readonly clusterId: string;
  /** What becomes of guests where no platform looks after them. */
  readonly guests: GuestChoice;
  /** Nothing of the cluster answers: it is not asked. */
  readonly isDark: boolean;
}

export async function platformOf(
  { clusterId, guests, isDark }: PlatformWish,
  nodes: readonly string[],
): Promise<MaintenanceInput["platform"]> {
  const made = (await deployment(clusterId)) ?? (await adoptionOf(clusterId));
  const platform = made?.platform;
  if (made === null || platform === undefined || platform.kind === "none" || platform.passwordSecretRef === null)
    return { kind: "none", guests };
  // Before a cold start no Consul answers; what was deployed, or found on the nodes when they were taken over, has to do.
  const now = isDark ? null : await clusterConfig(clusterId).catch(() => null);
  const addresses = managementIps(now?.config ?? made.config, nodes);
  return { kind: "zstack", user: platform.user, passwordSecretRef: platform.passwordSecretRef, addresses };
}
