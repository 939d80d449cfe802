import type { DeploymentDraft } from "@/contract/deployment";
import type { NodeFacts } from "@/contract/node-facts";

/** Which packages bring a tool, per family. `apt`: Debian and Ubuntu; `rpm`: dnf and yum. A12 names libvirt and QEMU. */
export const toolPackages = {
  virsh: { apt: ["libvirt-clients"], rpm: ["libvirt-client"] },
  libvirtd: { apt: ["libvirt-daemon-system"], rpm: ["libvirt"] },
  // The block driver is a package of its own: without it QEMU cannot open rbd:.
  "qemu-system-x86_64": { apt: ["qemu-system-x86", "qemu-block-extra"], rpm: ["qemu-kvm"] },
  "qemu-img": { apt: ["qemu-utils", "qemu-block-extra"], rpm: ["qemu-img", "qemu-kvm-block-rbd"] },
  ceph: { apt: ["ceph-common"], rpm: ["ceph-common"] },
  rbd: { apt: ["ceph-common"], rpm: ["ceph-common"] },
  rados: { apt: ["ceph-common"], rpm: ["ceph-common"] },
  "ceph-mon": { apt: ["ceph-mon"], rpm: ["ceph-mon"] },
  "ceph-mgr": { apt: ["ceph-mgr"], rpm: ["ceph-mgr"] },
  "ceph-osd": { apt: ["ceph-osd"], rpm: ["ceph-osd"] },
  monmaptool: { apt: ["ceph-common"], rpm: ["ceph-common"] },
  "ceph-authtool": { apt: ["ceph-common"], rpm: ["ceph-common"] },
  consul: { apt: ["consul"], rpm: ["consul"] },
  chronyd: { apt: ["chrony"], rpm: ["chrony"] },
  arping: { apt: ["iputils-arping"], rpm: ["iputils"] },
  ping: { apt: ["iputils-ping"], rpm: ["iputils"] },
  ip: { apt: ["iproute2"], rpm: ["iproute"] },
  nft: { apt: ["nftables"], rpm: ["nftables"] },
  systemd: { apt: ["systemd"], rpm: ["systemd"] },
} as const satisfies Record<string, { apt: readonly string[]; rpm: readonly string[] }>;

export type Tool = keyof typeof toolPackages;

interface Plans {
  readonly software: DeploymentDraft["software"];
  readonly storage: { readonly mode: "bootstrap" | "existing" } | null;
}

/** Tools this deployment does without: a Consul that the panel brings, Ceph's daemons where Ceph runs elsewhere. */
export function isNeeded(tool: Tool, draft: Plans): boolean {
  if (tool === "consul") return draft.software?.consul.from === "repository";
  if (tool === "ceph-mon" || tool === "ceph-mgr" || tool === "ceph-osd") return draft.storage?.mode !== "existing";
  return true;
}

/** Needed tools the node said it does not have. */
export function missingTools(facts: Pick<NodeFacts, "tools">, draft: Plans): Tool[] {
  return Object.keys(toolPackages)
    .filter((name): name is Tool => facts.tools[name] === null)
    .filter((tool) => isNeeded(tool, draft));
}

/** Packages that bring them; null where the node has no package manager we know. */
export function packagesOf(
  tools: readonly Tool[],
  packageManager: NodeFacts["packageManager"],
): readonly string[] | null {
  if (packageManager === "none") return null;
  const family = packageManager === "apt" ? "apt" : "rpm";
  return [...new Set(tools.flatMap((tool): readonly string[] => toolPackages[tool][family]))];
}

/** The command a person would type. */
export function installCommand(packages: readonly string[], packageManager: "apt" | "dnf" | "yum"): string {
  const verb = packageManager === "apt" ? "apt-get install -y" : `${packageManager} install -y`;
  return `${verb} ${packages.join(" ")}`;
}
