import type { ClusterStatus, ClusterSummary } from "@/contract/cluster-status";
import { withStaleAsUnknown } from "@/contract/cluster-status";
import { type ClusterHeadline, clusterHeadline } from "@/contract/cluster-headline";
import { consulKeys } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import { type HaConfig, haConfigSchema } from "@/contract/ha-config";
import { say } from "@/contract/sentence";
import { suiteToken } from "@/server/cluster/consul-token";
import { clusterDoors } from "@/server/cluster/doors";
import { findCluster, listStoredClusters, type StoredCluster } from "@/server/cluster/store";
import { takenDownIn } from "@/server/cluster/taken-down";
import { log } from "@/server/log";
import type { ConsulStore } from "@/server/ports/consul-store";
import type { RemoteHost } from "@/server/ports/remote-host";
import { ClusterWatcher } from "@/server/status/cluster-watcher";
import { forgetWatcher, watcherFor } from "@/server/status/watchers";

export interface ClusterOnList extends ClusterSummary {
  /** being-deployed | managed */
  state: string;
  /** What its watcher knows now; right after the panel's start that is: nothing yet. */
  status: ClusterStatus;
  headline: ClusterHeadline;
}

export async function listClusters(): Promise<ClusterOnList[]> {
  return (await listStoredClusters()).map(onList);
}

export async function getCluster(id: string): Promise<ClusterOnList> {
  return onList(await existing(id));
}

/** The cluster's live status. The watcher runs as long as somebody looks, and a while longer. */
export async function watchCluster(id: string): Promise<ClusterWatcher> {
  return watcherOf(await existing(id));
}

export interface ConfigView {
  config: HaConfig;
  /** Grows with every change; given back on saving, so that nobody overwrites what he has not seen. */
  version: number;
}

/** The configuration as the cluster holds it. Null: none was written yet. */
export async function clusterConfig(id: string): Promise<ConfigView | null> {
  const { consul } = reach(await existing(id));
  const entry = await consul.get(consulKeys.config);
  if (entry === null) return null;
  const parsed = haConfigSchema.safeParse(JSON.parse(entry.value));
  if (parsed.success) return { config: parsed.data, version: entry.modifyIndex };
  const [issue] = parsed.error.issues;
  throw new AppError("config-invalid", say("config-unreadable", { where: issue?.path.join(".") ?? "" }), {
    facts: { cluster: id, field: issue?.path.join(".") ?? "", reason: issue?.message ?? "" },
    advice: say("config-other-suite"),
  });
}

/** Clusters whose deployment has succeeded. Looks at none of them: nobody starts to be watched by it. */
export const managedClusters = async (): Promise<string[]> =>
  (await listStoredClusters()).flatMap(({ id, state }) => (state === "managed" ? [id] : []));

/** Every cluster of this panel and how far it is. Looks at none of them. */
export const knownClusters = async (): Promise<Pick<StoredCluster, "id" | "name" | "state">[]> =>
  (await listStoredClusters()).map(({ id, name, state }) => ({ id, name, state }));

/** The nodes in their order, as the panel logs in to them. */
export const nodesOf = async (clusterId: string): Promise<StoredCluster["nodes"]> => (await existing(clusterId)).nodes;

/** What was known when it was taken over; null: this panel's own run deployed it. */
export const adoptionOf = async (clusterId: string): Promise<StoredCluster["adopted"]> =>
  (await existing(clusterId)).adopted;

export async function hostOf(clusterId: string, node: string): Promise<RemoteHost> {
  return clusterDoors()
    .hosts((await existing(clusterId)).nodes)
    .host(node);
}

async function existing(id: string): Promise<StoredCluster> {
  const cluster = await findCluster(id);
  if (cluster === null) {
    forgetWatcher(id);
    throw new AppError("not-found", say("no-cluster", { id }), { facts: { cluster: id } });
  }
  return cluster;
}

function onList(cluster: StoredCluster): ClusterOnList {
  const status = watcherOf(cluster).newest;
  return {
    id: cluster.id,
    name: cluster.name,
    state: cluster.state,
    createdAt: cluster.createdAt.toISOString(),
    nodes: cluster.nodes.map(({ name, address, port, user }) => ({ name, address, port, user })),
    status,
    headline: clusterHeadline(withStaleAsUnknown(status, Date.now())),
  };
}

function reach(cluster: StoredCluster): { hosts: RemoteHost[]; consul: ConsulStore } {
  const doors = clusterDoors();
  const all = doors.hosts(cluster.nodes);
  const hosts = cluster.nodes.map(({ name }) => all.host(name));
  return { hosts, consul: doors.consul(hosts, (host) => suiteToken(cluster.id, host)) };
}

const watcherOf = (cluster: StoredCluster): ClusterWatcher =>
  // Another address or an accepted new host key makes another watcher; the old one knows the old way only.
  watcherFor(cluster.id, JSON.stringify([cluster.name, cluster.nodes]), () => {
    const onFault = (error: unknown) =>
      log().error({ area: "status", cluster: cluster.id, error: String(error) }, "watching a cluster went wrong");
    return new ClusterWatcher({ cluster, ...reach(cluster), takenDown: () => takenDownIn(cluster.id), onFault });
  });
