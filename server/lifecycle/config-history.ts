import { z } from "zod";
import { configHistory, type ConfigHistoryEntry, type ConfigRun, type KeptConfig } from "@/contract/config-history";
import { serialiseConfig } from "@/contract/config-text";
import { haConfigSchema } from "@/contract/ha-config";
import { updateConfigInputSchema } from "@/contract/lifecycle";
import { clusterConfig, hostOf, nodesOf } from "@/server/cluster/service";
import { noteConfig, notedConfigs } from "@/server/lifecycle/config-store";
import { configBackups } from "@/server/lifecycle/look";
import { listRuns, runInput } from "@/server/run/service";

/** A configuration changes a few times a year. More are in the database, and on the nodes. */
const versionsShown = 100;

/** What Consul has now goes into the panel's own memory, so that it can be told later, also when others wrote over it. */
export async function noteCurrentConfig(clusterId: string): Promise<{ version: number } | null> {
  const view = await clusterConfig(clusterId);
  if (view === null) return null;
  await noteConfig(clusterId, { version: view.version, text: serialiseConfig(view.config) });
  return { version: view.version };
}

export interface ConfigHistory {
  readonly entries: readonly ConfigHistoryEntry[];
  /** Null: nobody knows which one the cluster has now. */
  readonly current: number | null;
  /** No node told which versions it has kept. */
  readonly nodesSilent: boolean;
}

/** Who changed the configuration when and why. What the panel knows is told also while the cluster does not answer. */
export async function configHistoryOf(clusterId: string): Promise<ConfigHistory> {
  const [current, kept] = await Promise.all([noteCurrentConfig(clusterId).catch(() => null), keptOnNodes(clusterId)]);
  const [seen, runs] = await Promise.all([notedConfigs(clusterId, versionsShown), configRuns(clusterId)]);
  return {
    entries: configHistory({ seen, runs, kept: kept ?? [] }),
    current: current?.version ?? null,
    nodesSilent: kept === null,
  };
}

/** From the first node that answers; null: none does. */
async function keptOnNodes(clusterId: string): Promise<KeptConfig[] | null> {
  for (const { name } of await nodesOf(clusterId)) {
    const found = await configBackups(await hostOf(clusterId, name)).catch(() => null);
    if (found !== null) return found;
  }
  return null;
}

const deployedSchema = z.looseObject({ config: haConfigSchema });

async function configRuns(clusterId: string): Promise<ConfigRun[]> {
  const [deployments, changes] = await Promise.all([
    listRuns({ clusterId, kind: "deploy-cluster", limit: versionsShown }),
    listRuns({ clusterId, kind: "update-config", limit: versionsShown }),
  ]);
  const runs = await Promise.all(
    [...deployments, ...changes].map(async (run): Promise<ConfigRun | null> => {
      const said = {
        runId: run.id,
        actor: run.actor,
        state: run.state,
        at: run.createdAt.toISOString(),
        endedAt: run.finishedAt?.toISOString() ?? null,
      };
      const input = await runInput(run.id);
      if (run.kind === "update-config") {
        const parsed = updateConfigInputSchema.safeParse(input);
        if (!parsed.success) return null;
        const { before, after, baseVersion, reason } = parsed.data;
        return { ...said, kind: run.kind, reason, after, before: { version: baseVersion, text: before } };
      }
      const parsed = deployedSchema.safeParse(input);
      if (!parsed.success) return null;
      const after = serialiseConfig(parsed.data.config);
      return { ...said, kind: "deploy-cluster", reason: "", after, before: null };
    }),
  );
  return runs.filter((run) => run !== null).toSorted((a, b) => (a.at < b.at ? -1 : 1));
}
