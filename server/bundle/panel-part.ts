import { auditPage } from "@/server/audit/service";
import type { AddText } from "@/server/bundle/node-part";
import { clusterConfig, getCluster } from "@/server/cluster/service";
import { formatErrorChain } from "@/lib/error-chain";
import { runRawLog } from "@/server/run/raw-log";
import { runReport } from "@/server/run/report";
import { listRuns } from "@/server/run/service";
import { aboutPanel } from "@/server/settings/service";

/** Reports of so many runs; the words of the commands of the newest few. */
const reportsKept = 20;
const rawLogsKept = 6;
const auditKept = 500;

/** What the panel knows of the cluster by itself: also when no node answers. */
export async function collectPanel(clusterId: string, add: AddText, doing: (path: string) => void): Promise<void> {
  const put = async (path: string, read: () => Promise<unknown>): Promise<void> => {
    doing(path);
    const value = await read().catch((error: unknown) => `--- not read: ${formatErrorChain(error)} ---\n`);
    add(path, typeof value === "string" ? value : JSON.stringify(value, null, 2));
  };
  await put("panel/about.json", aboutPanel);
  await put("panel/cluster.json", () => getCluster(clusterId));
  await put("panel/configuration.json", () => clusterConfig(clusterId));
  await put("panel/audit.json", async () => (await auditPage(auditKept, null)).entries);
  const runs = await listRuns({ clusterId, limit: reportsKept });
  await put("panel/runs.json", () => Promise.resolve(runs));
  for (const [index, { id, kind }] of runs.entries()) {
    await put(`panel/runs/${kind}-${id}.md`, () => runReport(id));
    if (index < rawLogsKept) await put(`panel/runs/${kind}-${id}.log`, () => runRawLog(id));
  }
}
