import { AppError } from "@/contract/errors";
import type { LogFolder } from "@/contract/log-folder";
import type { LogSearch, LogSearchAnswer } from "@/contract/log-search";
import { known, type Observed, unknown } from "@/contract/observed";
import { formatErrorChain } from "@/lib/error-chain";
import { hostOf, nodesOf } from "@/server/cluster/service";
import { followLogs, type FollowedBatch } from "@/server/logs/follow";
import { listLogs } from "@/server/logs/node-logs";
import { searchNodes } from "@/server/logs/search";
import type { RemoteHost } from "@/server/ports/remote-host";

async function hostsOfCluster(clusterId: string, wanted: readonly string[] | null): Promise<RemoteHost[]> {
  const nodes = (await nodesOf(clusterId)).filter(({ name }) => wanted === null || wanted.includes(name));
  return await Promise.all(nodes.map(({ name }) => hostOf(clusterId, name)));
}

export async function* followCluster(
  clusterId: string,
  positions: string | null,
  signal: AbortSignal,
): AsyncGenerator<FollowedBatch, void> {
  yield* followLogs(await hostsOfCluster(clusterId, null), positions, signal);
}

export async function searchCluster(
  { clusterId, ...asked }: LogSearch,
  signal?: AbortSignal,
): Promise<LogSearchAnswer> {
  return await searchNodes(await hostsOfCluster(clusterId, asked.nodes), asked, signal);
}

/** What lies in each node's log folder and how much room it has. A node that does not answer is unknown, with the reason. */
export async function logFolders(clusterId: string): Promise<Record<string, Observed<LogFolder>>> {
  const hosts = await hostsOfCluster(clusterId, null);
  return Object.fromEntries(await Promise.all(hosts.map(async (host) => [host.node, await folderOf(host)] as const)));
}

async function folderOf(host: RemoteHost): Promise<Observed<LogFolder>> {
  try {
    const { zoneMinutes: _, ...folder } = await listLogs(host);
    return known(folder, new Date().toISOString());
  } catch (error) {
    const reason = error instanceof AppError ? (error.saying ?? error.message) : formatErrorChain(error);
    return unknown(reason, new Date().toISOString());
  }
}
