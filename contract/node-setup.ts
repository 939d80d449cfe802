import { z } from "zod";
import { haConfigSchema } from "@/contract/ha-config";
import { haProfileSchema } from "@/contract/ha-profile";

/**
 * Standard input (JSON) of `zsha setup-node --json -`, the one entry by which both `zsha install` and the panel set a node up.
 * Secrets travel on standard input only and end in files of mode 0600.
 */
export const nodeSetupSchema = z.object({
  protocol: z.literal(1),
  /** This node's name as in config.Node. */
  node: z.string(),
  config: haConfigSchema,
  profile: haProfileSchema,
  consul: z.object({
    /** Path on the node of the binary to install; null: `consul` is already on PATH. Checked against sha256 when given. */
    binary: z.string().nullable(),
    sha256: z.string().nullable(),
    datacenter: z.string(),
    /** 32 random bytes, base64. */
    gossipKey: z.string(),
    /** UUIDs. `management` is set as ACL initial management token; `suite` is what zshad and zsha use. */
    managementToken: z.string(),
    suiteToken: z.string(),
  }),
  ceph: z.object({ user: z.string(), key: z.string() }).nullable(),
  /**
   * Key by which one node asks the others for the few things that need every node (`zsha uninstall`, starting a stopped
   * Consul). sshd runs nothing for it but `zsha peer`. Absent: such commands act on their own node only and say so.
   */
  peer: z
    .object({
      privateKey: z.string(),
      publicKey: z.string(),
      /** Node name → host key "SHA256:…". */
      fingerprints: z.record(z.string(), z.string()),
    })
    .nullish(),
});
export type NodeSetup = z.infer<typeof nodeSetupSchema>;

/** Where the suite keeps things on a node; the panel reads the same paths. */
export const suitePaths = {
  executable: "/usr/sbin/zsha",
  configDirectory: "/etc/zsha",
  stateDirectory: "/var/lib/zsha",
  runDirectory: "/run/zsha",
  logDirectory: "/var/log/z",
  consulConfig: "/etc/consul.d/zsha.json",
  consulData: "/var/lib/consul",
  /** JSON {"managementToken","suiteToken"}, mode 0600: how a panel that knows only the node's key reaches Consul. */
  consulTokens: "/etc/zsha/consul-tokens.json",
  clusterFile: "/etc/zsha/cluster.json",
  /** JSON {"privateKey","fingerprints"}, mode 0600: by it the nodes ask each other. */
  peerFile: "/etc/zsha/peer.json",
  /** contract/network-model.ts; outside configDirectory, which goes with the suite: the networks stay. */
  networkModel: "/etc/zsha-network/model.json",
} as const;

/** UUID of the libvirt secret that holds the cephx key: the same on every node, so a domain can move. */
export const cephSecretUuid = "6d1e2f0a-7d5c-4f0e-9a51-7a7368610001";
/** Where libceph looks for the key of `client.USER` by itself. `user` comes with or without "client.". */
export const cephUserName = (user: string): string => user.replace(/^client\./, "");
export const cephKeyringPath = (user: string): string => `/etc/ceph/ceph.client.${cephUserName(user)}.keyring`;

/**
 * What the suite's Ceph user may do, as words of `ceph auth caps`. `profile rbd` may blocklist but neither lift an entry nor mark
 * an OSD down (tried on Ceph 16): without the first, fences stay for ever; without the second, a failover waits out the grace.
 */
export const cephUserCaps = (pool: string): string[] => {
  const profile = `profile rbd pool=${pool}`;
  const monitor = 'profile rbd, allow command "osd blocklist" with blocklistop=rm, allow command "osd down"';
  return ["mon", monitor, "osd", profile, "mgr", profile];
};

/** `suitePaths.consulTokens`, mode 0600. */
export const consulTokensSchema = z.object({ managementToken: z.string(), suiteToken: z.string() });
export type ConsulTokens = z.infer<typeof consulTokensSchema>;

/** `suitePaths.clusterFile`: what zshad must know before Consul answers. No secrets. */
export const clusterFileSchema = z.object({
  protocol: z.literal(1),
  /** This node's name and storage address. Consul's node names are the addresses, as in the manual's transcripts. */
  node: z.string(),
  ip: z.string(),
  nodes: z.array(z.object({ name: z.string(), ip: z.string() })),
  profile: haProfileSchema,
  datacenter: z.string(),
  /** Without "client."; null: no Ceph (FileConf). The key is in cephKeyringPath and in the libvirt secret. */
  cephUser: z.string().nullable(),
  suiteVersion: z.string(),
  /** The configuration at the time of the installation; the newest is in Consul KV. */
  config: haConfigSchema,
});
export type ClusterFile = z.infer<typeof clusterFileSchema>;

/**
 * Standard input (JSON) of `zsha setup-cluster --json -`, run on one node after all nodes: waits for Consul's leader, makes the
 * suite's token, sets autopilot, writes the configuration and, when `start` says so, the intent that the management VM runs.
 */
export const clusterSetupSchema = nodeSetupSchema.extend({
  start: z.boolean().default(true),
  /** The profile's options go into Ceph's configuration too: a Ceph of our own, or its owner agreed. Absent: no. */
  tuneCeph: z.boolean().optional(),
  actor: z.string().default("setup-cluster"),
});
export type ClusterSetup = z.infer<typeof clusterSetupSchema>;
