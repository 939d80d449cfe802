/** What /metrics says, as data. docs/metrics.md and the Grafana file are compared with it by tests. */
export interface ExposedMetric {
  name: string;
  /** The end of the name; null: a number without a unit. */
  unit: "bytes" | "bytes_per_second" | "seconds" | "ratio" | "per_second" | null;
  help: string;
  /** Name in the history; "disk.read:" takes every device's, named by `device`. */
  from: string;
  /** What the part behind the colon is. */
  device?: "device" | "mountpoint" | "node";
}

const units = ["bytes_per_second", "bytes", "seconds", "ratio", "per_second"] as const;

function gauge(name: string, from: string, help: string, device?: ExposedMetric["device"]): ExposedMetric {
  const unit = units.find((one) => name.endsWith(`_${one}`)) ?? null;
  return { name: `trivet_${name}`, unit, from, help, ...(device === undefined ? {} : { device }) };
}

export const nodeMetrics: readonly ExposedMetric[] = [
  gauge("node_uptime_seconds", "uptime", "Time since the node's boot."),
  gauge("node_clock_offset_seconds", "clock.offset", "The node's clock minus the panel's, less the way between them."),
  gauge("node_load1", "load", "Load average of one minute."),
  gauge("node_cpu_busy_ratio", "cpu.busy", "Share of processor time that was neither idle nor waiting for disks."),
  gauge("node_cpu_iowait_ratio", "cpu.iowait", "Share of processor time spent waiting for disks."),
  gauge("node_cpu_steal_ratio", "cpu.steal", "Share of processor time taken by a host below this machine."),
  gauge("node_memory_size_bytes", "memory.size", "Memory of the node."),
  gauge("node_memory_used_bytes", "memory.used", "Memory that programs could not be given."),
  gauge("node_swap_used_bytes", "swap.used", "Swap in use."),
  gauge("node_filesystem_size_bytes", "fs.size:", "Size of the file system.", "mountpoint"),
  gauge("node_filesystem_used_bytes", "fs.used:", "Used part of the file system.", "mountpoint"),
  gauge("node_disk_read_bytes_per_second", "disk.read:", "Read from the disk.", "device"),
  gauge("node_disk_write_bytes_per_second", "disk.write:", "Written to the disk.", "device"),
  gauge("node_disk_busy_ratio", "disk.busy:", "Share of time the disk had requests to serve.", "device"),
  gauge("node_disk_wait_seconds", "disk.wait:", "Mean time of a request; absent while there is none.", "device"),
  gauge("node_network_receive_bytes_per_second", "net.receive:", "Received by the interface.", "device"),
  gauge("node_network_send_bytes_per_second", "net.send:", "Sent by the interface.", "device"),
  gauge("node_network_faults_per_second", "net.faults:", "Frames dropped or broken, both ways.", "device"),
];

export const clusterMetrics: readonly ExposedMetric[] = [
  gauge("node_reachable", "node.reachable:", "1: the panel's SSH reaches the node, 0: it does not.", "node"),
  gauge("node_roundtrip_seconds", "node.roundtrip:", "A command on the node and back.", "node"),
  gauge("node_consul_alive", "node.alive:", "1: Consul calls the node alive.", "node"),
  gauge("node_ha_eligible", "ha.eligible:", "1: the node may take the management VM over.", "node"),
  gauge("node_ha_owner", "ha.owner:", "1: the node owns the management VM.", "node"),
  gauge("ha_epoch", "ha.epoch", "Number of the management VM's present ownership; grows with every take-over."),
  gauge("ha_lease_age_seconds", "ha.lease-age", "Since the owner's last sign of life."),
  gauge("ha_alarms", "ha.alarms", "Alarms that stand."),
  gauge("ceph_health", "ceph.health", "0: HEALTH_OK, 1: HEALTH_WARN, 2: HEALTH_ERR."),
  gauge("ceph_size_bytes", "ceph.size", "Raw capacity of the storage cluster."),
  gauge("ceph_used_bytes", "ceph.used", "Raw capacity in use, all copies counted."),
  gauge("ceph_available_bytes", "ceph.available", "Raw capacity that is free."),
  gauge("ceph_data_bytes", "ceph.data", "Stored data, one copy counted."),
  gauge("ceph_read_bytes_per_second", "ceph.read", "Read by clients."),
  gauge("ceph_write_bytes_per_second", "ceph.write", "Written by clients."),
  gauge("ceph_operations_per_second", "ceph.operations", "Operations of clients."),
  gauge(
    "ceph_read_operations_per_second",
    "ceph.read-operations",
    "Reads of clients; absent where Ceph tells the sum.",
  ),
  gauge(
    "ceph_write_operations_per_second",
    "ceph.write-operations",
    "Writes of clients; absent where Ceph tells the sum.",
  ),
  gauge("ceph_recovery_bytes_per_second", "ceph.recovery", "Copied in order to be redundant again."),
  gauge("ceph_osds", "ceph.osds", "OSDs there are."),
  gauge("ceph_osds_up", "ceph.osds-up", "OSDs that run."),
  gauge("ceph_osds_in", "ceph.osds-in", "OSDs that hold data."),
  gauge("ceph_placement_groups", "ceph.pgs", "Placement groups there are."),
  gauge("ceph_placement_groups_clean", "ceph.pgs-clean", "Placement groups that are active+clean."),
  gauge("ceph_monitors", "ceph.monitors", "Monitors there are."),
  gauge("ceph_monitors_in_quorum", "ceph.monitors-in-quorum", "Monitors in the quorum."),
];

export const panelMetrics: readonly ExposedMetric[] = [
  gauge("panel_cpu_ratio", "panel.cpu", "Processor time of the panel, 1 = one core."),
  gauge("panel_memory_bytes", "panel.memory", "Resident memory of the panel."),
  gauge("panel_heap_bytes", "panel.heap", "JavaScript heap of the panel in use."),
  gauge(
    "panel_event_loop_busy_ratio",
    "panel.loop",
    "Share of time the panel's one thread had work to do, waiting for a processor included.",
  ),
  gauge("panel_requests", "panel.requests", "Requests being answered, this one included."),
  gauge("panel_database_bytes", "panel.database", "Files of the embedded database; absent with PostgreSQL."),
];

/** Whether the figures are of now. Always there, so that "absent" can be told from "gone". */
export const freshness = {
  cluster: [
    { name: "trivet_cluster_up", unit: null, help: "1: some node told the cluster's status within three refreshes." },
    { name: "trivet_cluster_status_age_seconds", unit: "seconds", help: "Age of the newest status a node told." },
  ],
  node: [
    { name: "trivet_node_up", unit: null, help: "1: the node told its counters within three intervals." },
    {
      name: "trivet_node_sample_age_seconds",
      unit: "seconds",
      help: "Age of the newest counters; absent before the first.",
    },
  ],
  panel: [{ name: "trivet_panel_info", unit: null, help: "Always 1; the version is its label." }],
} as const;

/** Every name /metrics may say. */
export const exposedNames = (): string[] => [
  ...[...nodeMetrics, ...clusterMetrics, ...panelMetrics].map(({ name }) => name),
  ...[...freshness.cluster, ...freshness.node, ...freshness.panel].map(({ name }) => name),
];
