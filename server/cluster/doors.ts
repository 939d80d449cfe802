import type { ClusterNode } from "@/server/cluster/node-store";
import type { ConsulStore } from "@/server/ports/consul-store";
import type { RemoteHost, RemoteHosts } from "@/server/ports/remote-host";
import { oncePerProcess, replaceInProcess } from "@/server/process";

/** How clusters are reached. The composition root installs it; tests install their own. */
export interface ClusterDoors {
  hosts(nodes: readonly ClusterNode[]): RemoteHosts;
  consul(hosts: readonly RemoteHost[], readToken: (host: RemoteHost) => Promise<string | null>): ConsulStore;
}

const slot = "cluster-doors";

export const clusterDoors = (): ClusterDoors =>
  oncePerProcess<ClusterDoors>(slot, () => {
    throw new Error("the panel was started without its way to clusters");
  });

export const installClusterDoors = (doors: ClusterDoors): void => replaceInProcess(slot, doors);
