import { z } from "zod";
import { lldpNeighbourSchema } from "@/contract/lldp";
import { sentenceSchema } from "@/contract/sentence-schema";

/** What the panel finds on a node. One remote script collects it (server/node/facts.sh), so a reading is one moment. */
export const nicFactsSchema = z.object({
  name: z.string(),
  mac: z.string(),
  /** Null when the driver does not say (a virtual link, or the NIC is down). */
  speedMbps: z.number().nullable(),
  carrier: z.boolean().nullable(),
  adminUp: z.boolean(),
  mtu: z.number(),
  driver: z.string().nullable(),
  /** physical NIC, or what kind of virtual device it is. */
  kind: z.enum(["physical", "virtual", "bond", "bridge", "vlan"]),
  /** Bond or bridge it is a member of. */
  master: z.string().nullable(),
  addresses: z.array(z.object({ ip: z.string(), prefixLength: z.number() })),
});
export type NicFacts = z.infer<typeof nicFactsSchema>;

export const diskFactsSchema = z.object({
  path: z.string(),
  sizeBytes: z.number(),
  rotational: z.boolean(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  /** Why it must not be taken: mounted, partitioned, a signature, non-zero first bytes, member of a RAID… Empty = empty disk. */
  inUseBecause: z.array(sentenceSchema),
});
export type DiskFacts = z.infer<typeof diskFactsSchema>;

export const nodeFactsSchema = z.object({
  at: z.string(),
  hostName: z.string(),
  bootId: z.string(),
  machineId: z.string(),
  os: z.object({
    id: z.string(),
    versionId: z.string(),
    prettyName: z.string(),
    kernel: z.string(),
    architecture: z.string(),
  }),
  cpu: z.object({
    model: z.string(),
    sockets: z.number(),
    cores: z.number(),
    threads: z.number(),
    virtualization: z.enum(["vmx", "svm", "none"]),
  }),
  kvmUsable: z.boolean(),
  bondingAvailable: z.boolean(),
  memoryBytes: z.number(),
  timeZone: z.string(),
  /** Node's clock minus the panel's, milliseconds, corrected by half the round trip. */
  clockOffsetMs: z.number(),
  clockUncertaintyMs: z.number(),
  defaultGateway: z.string().nullable(),
  nics: z.array(nicFactsSchema),
  /** Only where lldpd runs on the node; absent: the reading is older than the question. */
  lldp: z.array(lldpNeighbourSchema).optional(),
  disks: z.array(diskFactsSchema),
  mounts: z.array(
    z.object({
      target: z.string(),
      source: z.string(),
      type: z.string(),
      sizeBytes: z.number(),
      availableBytes: z.number(),
    }),
  ),
  hostsFile: z.string(),
  /** Which of the tools the deployment needs are there: name → version text, null = missing. */
  tools: z.record(z.string(), z.string().nullable()),
  packageManager: z.enum(["apt", "dnf", "yum", "none"]),
  networkStack: z.array(z.enum(["networkd", "network-manager", "ifupdown", "network-scripts"])),
  /** Traces of an earlier or foreign installation. */
  membership: z.object({
    consul: z.boolean(),
    ceph: z.string().nullable(),
    suite: z.string().nullable(),
    /** Cluster the suite on this node belongs to; null when there is none. */
    clusterNodes: z.array(z.string()),
  }),
});
export type NodeFacts = z.infer<typeof nodeFactsSchema>;
