import { paths } from "@/components/client/paths";

/** The places of one cluster, in the order of the rail; named by the messages `shell.nav`. */
export const clusterPlaces = (clusterId: string) =>
  [
    { name: "history", href: paths.clusterHistory(clusterId) },
    { name: "events", href: paths.clusterEvents(clusterId) },
    { name: "ha", href: paths.clusterHa(clusterId) },
    { name: "drills", href: paths.clusterDrills(clusterId) },
    { name: "networks", href: paths.clusterNetworks(clusterId) },
    { name: "maintenance", href: paths.clusterMaintenance(clusterId) },
    { name: "nodes", href: paths.clusterNodes(clusterId) },
    { name: "recovery", href: paths.clusterRecovery(clusterId) },
    { name: "suite", href: paths.clusterSuite(clusterId) },
    { name: "logs", href: paths.clusterLogs(clusterId) },
    { name: "config", href: paths.clusterConfig(clusterId) },
  ] as const;
