import { suitePaths } from "@/contract/node-setup";

export interface BundleCommand {
  readonly path: string;
  readonly argv: readonly string[];
}

const { executable, clusterFile, consulConfig } = suitePaths;
const shell = (script: string): string[] => ["sh", "-c", script];

/** Looks at a node, changes nothing. Each ends by itself or is ended: a hung Ceph must not hold the rest up. */
export const nodeCommands: readonly BundleCommand[] = [
  { path: "status/zsha-status.txt", argv: [executable, "status"] },
  { path: "status/zsha-status.json", argv: [executable, "status", "--json"] },
  { path: "status/zsha-version.txt", argv: [executable, "-v"] },
  { path: "configs/cluster.json", argv: ["cat", clusterFile] },
  { path: "configs/consul.json", argv: ["cat", consulConfig] },
  { path: "configs/status-conf.txt", argv: [executable, "status-conf"] },
  { path: "configs/ceph.conf", argv: ["cat", "/etc/ceph/ceph.conf"] },
  { path: "configs/chrony.conf", argv: shell("cat /etc/chrony/chrony.conf /etc/chrony.conf 2>/dev/null") },
  { path: "configs/hosts", argv: ["cat", "/etc/hosts"] },
  { path: "ceph/status.txt", argv: ["ceph", "-s"] },
  { path: "ceph/health.txt", argv: ["ceph", "health", "detail"] },
  { path: "ceph/osd-tree.txt", argv: ["ceph", "osd", "tree"] },
  { path: "ceph/osd-df.txt", argv: ["ceph", "osd", "df"] },
  { path: "ceph/versions.json", argv: ["ceph", "versions"] },
  { path: "ceph/blocklist.txt", argv: ["ceph", "osd", "blocklist", "ls"] },
  { path: "networks/addresses.txt", argv: ["ip", "-d", "address"] },
  { path: "networks/routes.txt", argv: ["ip", "route"] },
  { path: "networks/counters.txt", argv: ["ip", "-s", "link"] },
  { path: "networks/bonds.txt", argv: shell("cat /proc/net/bonding/* 2>/dev/null") },
  { path: "services/machines.txt", argv: ["virsh", "list", "--all"] },
  { path: "services/failed-units.txt", argv: ["systemctl", "--failed", "--no-pager"] },
  { path: "services/zshad.txt", argv: ["systemctl", "status", "zshad", "--no-pager"] },
  { path: "services/clock.txt", argv: shell("timedatectl; chronyc -n tracking; chronyc -n sources") },
  { path: "services/disks.txt", argv: shell("df -h; df -i; lsblk") },
  { path: "services/load.txt", argv: shell("uptime; free -m; cat /proc/pressure/* 2>/dev/null") },
  {
    path: "journal/services.txt",
    argv: shell(
      "journalctl --no-pager -o short-iso -n 5000 -u zshad -u consul -u libvirtd -u chrony -u chronyd -u ssh -u sshd -u 'ceph*'",
    ),
  },
  { path: "journal/kernel.txt", argv: shell("journalctl --no-pager -o short-iso -k -n 2000") },
];
