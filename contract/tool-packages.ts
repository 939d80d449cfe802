import type { NodeFacts } from "@/contract/node-facts";

/** Which package brings a tool, per family. `apt`: Debian and Ubuntu; `rpm`: dnf and yum. A12 names the first three. */
export const toolPackages = {
  virsh: { apt: "libvirt-clients", rpm: "libvirt" },
  libvirtd: { apt: "libvirt-daemon-system", rpm: "libvirt" },
  "qemu-system-x86_64": { apt: "qemu-system-x86", rpm: "qemu-kvm" },
  "qemu-img": { apt: "qemu-utils", rpm: "qemu-img" },
  ceph: { apt: "ceph-common", rpm: "ceph-common" },
  rbd: { apt: "ceph-common", rpm: "ceph-common" },
  "ceph-mon": { apt: "ceph-mon", rpm: "ceph-mon" },
  "ceph-mgr": { apt: "ceph-mgr", rpm: "ceph-mgr" },
  "ceph-osd": { apt: "ceph-osd", rpm: "ceph-osd" },
  chronyd: { apt: "chrony", rpm: "chrony" },
  chronyc: { apt: "chrony", rpm: "chrony" },
  ethtool: { apt: "ethtool", rpm: "ethtool" },
  arping: { apt: "iputils-arping", rpm: "iputils" },
  ping: { apt: "iputils-ping", rpm: "iputils" },
  ip: { apt: "iproute2", rpm: "iproute" },
  bridge: { apt: "iproute2", rpm: "iproute" },
  nft: { apt: "nftables", rpm: "nftables" },
  "systemd-run": { apt: "systemd", rpm: "systemd" },
} as const satisfies Record<string, { apt: string; rpm: string }>;

type Tool = keyof typeof toolPackages;
const isTool = (name: string): name is Tool => Object.hasOwn(toolPackages, name);

export interface MissingTool {
  tool: string;
  /** Null: no package is known for it, or the node has no package manager. */
  package: string | null;
}

/** Tools the node said it does not have, with the package that brings each. */
export function missingTools(facts: Pick<NodeFacts, "tools" | "packageManager">): MissingTool[] {
  return Object.entries(facts.tools)
    .filter(([, version]) => version === null)
    .map(([tool]) => ({ tool, package: packageOf(tool, facts.packageManager) }));
}

function packageOf(tool: string, packageManager: NodeFacts["packageManager"]): string | null {
  if (!isTool(tool) || packageManager === "none") return null;
  return toolPackages[tool][packageManager === "apt" ? "apt" : "rpm"];
}

/** The command a person would type; null where nothing is missing or nothing can be installed. */
export function installCommand(facts: Pick<NodeFacts, "tools" | "packageManager">): string | null {
  const packages = [...new Set(missingTools(facts).flatMap((missing) => missing.package ?? []))];
  if (packages.length === 0) return null;
  const verb = facts.packageManager === "apt" ? "apt-get install -y" : `${facts.packageManager} install -y`;
  return `${verb} ${packages.join(" ")}`;
}
