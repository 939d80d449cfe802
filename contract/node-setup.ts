import { z } from "zod";
import { haConfigSchema } from "@/contract/ha-config";

/**
 * Standard input (JSON) of `zsha setup-node --json -`, the one entry by which both `zsha install` and the panel set a node up.
 * Secrets travel on standard input only and end in files of mode 0600.
 */
export const nodeSetupSchema = z.object({
  protocol: z.literal(1),
  /** This node's name as in config.Node. */
  node: z.string(),
  config: haConfigSchema,
  profile: z.enum(["default", "fast"]),
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
} as const;
