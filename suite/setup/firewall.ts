import type { HaNode } from "@/contract/ha-config";

/**
 * Consul's ports for the cluster's own addresses only. A table of its own beside whatever rules the node has: it only ever
 * drops, so it opens nothing that the operator closed, and removing the table undoes all of it.
 */
export function firewallRules(nodes: readonly HaNode[]): string {
  return `table inet zsha
delete table inet zsha
table inet zsha {
  set nodes {
    type ipv4_addr
    elements = { ${nodes.map((node) => node.ip).join(", ")} }
  }
  chain input {
    type filter hook input priority -10; policy accept;
    iif "lo" accept
    ip saddr @nodes accept
    tcp dport { 8300-8302 } drop
    udp dport { 8301-8302 } drop
  }
}
`;
}
