/** Which package brings which tool, per package manager. Pure. */
export const requiredTools = [
  "chronyd",
  "virsh",
  "libvirtd",
  "qemu-img",
  "qemu-system-x86_64",
  "ceph",
  "rbd",
  "rados",
  "ping",
  "arping",
  "nft",
] as const;
export const bootstrapTools = ["ceph-mon", "ceph-osd", "ceph-mgr", "monmaptool", "ceph-authtool"] as const;
export type Tool = (typeof requiredTools)[number] | (typeof bootstrapTools)[number];

const aptPackages: Readonly<Record<Tool, readonly string[]>> = {
  chronyd: ["chrony"],
  virsh: ["libvirt-clients"],
  libvirtd: ["libvirt-daemon-system"],
  "qemu-img": ["qemu-utils", "qemu-block-extra"],
  "qemu-system-x86_64": ["qemu-system-x86", "qemu-block-extra"],
  ceph: ["ceph-common"],
  rbd: ["ceph-common"],
  rados: ["ceph-common"],
  ping: ["iputils-ping"],
  arping: ["iputils-arping"],
  nft: ["nftables"],
  "ceph-mon": ["ceph-mon"],
  "ceph-osd": ["ceph-osd"],
  "ceph-mgr": ["ceph-mgr"],
  monmaptool: ["ceph-mon"],
  "ceph-authtool": ["ceph-common"],
};

const rpmPackages: Readonly<Record<Tool, readonly string[]>> = {
  chronyd: ["chrony"],
  virsh: ["libvirt-client"],
  libvirtd: ["libvirt"],
  "qemu-img": ["qemu-img", "qemu-kvm-block-rbd"],
  "qemu-system-x86_64": ["qemu-kvm"],
  ceph: ["ceph-common"],
  rbd: ["ceph-common"],
  rados: ["ceph-common"],
  ping: ["iputils"],
  arping: ["iputils"],
  nft: ["nftables"],
  "ceph-mon": ["ceph-mon"],
  "ceph-osd": ["ceph-osd"],
  "ceph-mgr": ["ceph-mgr"],
  monmaptool: ["ceph-common"],
  "ceph-authtool": ["ceph-common"],
};

/** The install command for what is missing, or null where the node has no package manager we know. */
export function installCommand(manager: "apt" | "dnf" | "yum" | "none", missing: readonly Tool[]): string[] | null {
  if (manager === "none") return null;
  const table = manager === "apt" ? aptPackages : rpmPackages;
  const packages = [...new Set(missing.flatMap((tool) => table[tool]))].sort();
  return manager === "apt"
    ? ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends", ...packages]
    : [manager, "-y", "install", ...packages];
}
