import { z } from "zod";

/**
 * The HA suite's configuration file (manual 1.2.6.2, requirement A14). Field names are the manual's own.
 * This schema is the shape only; what values mean together is checked by `checkHaConfig` in ha-config-check.ts.
 */
export const haNetworkSchema = z.object({
  Bridge: z.string(),
  MacAddress: z.string(),
  /** One address, or one per node: "172.20.198.24@ceph-1, 172.20.200.24@ceph-2, …" */
  Ipaddr: z.string(),
  Netmask: z.string(),
  Gateway: z.string(),
  IsMgmt: z.boolean(),
  IsDefRoute: z.boolean(),
});
export type HaNetwork = z.infer<typeof haNetworkSchema>;

export const haConfigSchema = z.object({
  /** "IP HOSTNAME" per node; the address is the storage network's, where Consul and zsha speak. */
  Node: z.array(z.string()),
  MemorySizeInGB: z.number(),
  CPU: z.number(),
  Type: z.enum(["CephConf", "FileConf"]),
  /** "IP:PORT" of Ceph's monitors; empty for FileConf. */
  MonAddrs: z.array(z.string()),
  ChronyServers: z.array(z.string()),
  PoolName: z.string(),
  ImageFolder: z.string(),
  DNS: z.array(z.string()),
  Network: z.array(haNetworkSchema),
  ConsoleProxyOverriddenIP: z.string().default(""),
  AllowResetRootPassword: z.boolean().default(false),
});
export type HaConfig = z.infer<typeof haConfigSchema>;

export interface HaNode {
  name: string;
  ip: string;
}

/** The manual's smallest management VM (A14). */
export const managementVmMemoryGbMin = 8;
export const managementVmCpuMin = 4;
/** Name of the image in the pool, fixed by the manual. */
export const managementVmImageName = "mnvm.img";
/** Name of the libvirt domain, fixed by the manual's transcripts. */
export const managementVmDomainName = "ZStack Management Node VM";

/** Splits "IP HOSTNAME"; null when it is neither. Validity of the address is checkHaConfig's business. */
export function parseHaNode(entry: string): HaNode | null {
  const [ip, name, ...rest] = entry.trim().split(/\s+/);
  return ip !== undefined && name !== undefined && rest.length === 0 ? { ip, name } : null;
}

export function haNodes(config: Pick<HaConfig, "Node">): HaNode[] {
  return config.Node.flatMap((entry) => parseHaNode(entry) ?? []);
}

/** A value that is one for all nodes, or one per node. `byNode` is empty when `all` is set. */
export type PerNodeValue =
  | { kind: "all"; value: string }
  | { kind: "per-node"; byNode: Readonly<Record<string, string>> };

/** Reads "a@ceph-1, b@ceph-2" or a plain value. Null when forms are mixed or a name repeats. */
export function parsePerNode(text: string): PerNodeValue | null {
  if (!text.includes("@")) return { kind: "all", value: text.trim() };
  const byNode: Record<string, string> = {};
  for (const part of text.split(",")) {
    const [value, name, ...rest] = part.trim().split("@");
    if (!value || !name || rest.length > 0 || name in byNode) return null;
    byNode[name] = value.trim();
  }
  return { kind: "per-node", byNode };
}

/** The value that counts on `nodeName`, or null when the per-node list leaves it out. */
export function perNodeValue(text: string, nodeName: string): string | null {
  const parsed = parsePerNode(text);
  if (parsed === null) return null;
  return parsed.kind === "all" ? parsed.value : (parsed.byNode[nodeName] ?? null);
}
