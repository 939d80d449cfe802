import { haNodes } from "@/contract/ha-config";
import { profileSettings } from "@/contract/ha-profile";
import { type NodeSetup, suitePaths } from "@/contract/node-setup";

/** Consul 1.11 renamed the token a new cluster is bootstrapped with; older ones refuse the new word. */
export function initialTokenKey(version: readonly [number, number]): "master" | "initial_management" {
  const [major, minor] = version;
  return major > 1 || (major === 1 && minor >= 11) ? "initial_management" : "master";
}

/** "Consul v1.8.7+dfsg1" → [1, 8]. */
export function parseConsulVersion(text: string): [number, number] | null {
  const match = /Consul v(\d+)\.(\d+)/.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : null;
}

export function consulConfig(setup: NodeSetup, version: readonly [number, number]): Record<string, unknown> {
  const nodes = haNodes(setup.config);
  const self = nodes.find((node) => node.name === setup.node);
  if (self === undefined) throw new RangeError(`the configuration's Node does not name ${setup.node}`);
  const { gossip } = profileSettings[setup.profile];
  return {
    server: true,
    bootstrap_expect: nodes.length,
    datacenter: setup.consul.datacenter,
    data_dir: suitePaths.consulData,
    // The address, as the manual's transcripts show it; the host name is in node_meta.
    node_name: self.ip,
    node_meta: { "zsha-node": self.name },
    bind_addr: self.ip,
    // Whoever may read a key may take the management VM: nobody but this node's own programs talks to the agent.
    client_addr: "127.0.0.1",
    ports: { dns: -1, serf_wan: -1 },
    encrypt: setup.consul.gossipKey,
    retry_join: nodes.map((node) => node.ip),
    retry_interval: "2s",
    rejoin_after_leave: true,
    // A node that shuts down must be missed, not forgotten: leaving would shrink the quorum.
    leave_on_terminate: false,
    skip_leave_on_interrupt: true,
    // Pruning dead servers would let one survivor of three become a majority of itself.
    autopilot: { cleanup_dead_servers: false, min_quorum: nodes.length },
    performance: { raft_multiplier: 1 },
    acl: {
      enabled: true,
      default_policy: "deny",
      down_policy: "extend-cache",
      tokens: { [initialTokenKey(version)]: setup.consul.managementToken, agent: setup.consul.suiteToken },
    },
    disable_update_check: true,
    log_level: "INFO",
    gossip_lan: gossip,
  };
}

const aboutMembers = new Set(["bootstrap_expect", "retry_join", "autopilot"]);
const withoutMembers = (config: Record<string, unknown>): string =>
  JSON.stringify(Object.entries(config).filter(([key]) => !aboutMembers.has(key)));

/**
 * Who the members are, a running server learns by gossip: `bootstrap_expect` and autopilot's settings count only before the first
 * leader, `retry_join` only at a start. A restart for them would take a vote away while the number of votes changes.
 */
export const needsRestart = (before: Record<string, unknown>, after: Record<string, unknown>): boolean =>
  withoutMembers(before) !== withoutMembers(after);

/** What the suite's own token may do: its keys, sessions, and looking around. It cannot change ACLs or autopilot. */
export const suitePolicyRules = `key_prefix "zsha/" { policy = "write" }
session_prefix "" { policy = "write" }
node_prefix "" { policy = "write" }
agent_prefix "" { policy = "read" }
service_prefix "" { policy = "read" }
operator = "read"
`;
