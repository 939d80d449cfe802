import { type HaConfig, haNodes, parsePerNode } from "@/contract/ha-config";
import { parseIpv4 } from "@/lib/ipv4";
import { replaceBlock } from "@/suite/setup/managed-block";

const disabled = "#zsha# ";
const source = /^\s*(server|pool|peer|sourcedir|local|allow)\b/;

export interface ChronyPlan {
  sources: string[];
  serves: boolean;
  lines: string[];
}

/**
 * A17: a node in ChronyServers is a source for the others, never for itself. A serving node answers with its own clock when
 * it has no source (stratum 10 loses to every real server); orphan mode lets several of them agree on one.
 */
export function chronyPlan(config: HaConfig, self: { name: string; ip: string }): ChronyPlan {
  const servers = config.ChronyServers.map((server) => server.trim());
  const isSelf = (server: string): boolean => server === self.ip || server === self.name;
  const sources = servers.filter((server) => !isSelf(server));
  const serves = servers.some(isSelf);
  const clients = [...haNodes(config).map((node) => node.ip), ...managementVmAddresses(config)];
  const lines = [
    ...sources.map((server) => `server ${server} iburst`),
    ...(serves
      ? ["local stratum 10 orphan", ...clients.filter((ip) => ip !== self.ip).map((ip) => `allow ${ip}`)]
      : []),
  ];
  return { sources, serves, lines };
}

function managementVmAddresses(config: HaConfig): string[] {
  const all = config.Network.flatMap((network) => {
    const value = parsePerNode(network.Ipaddr);
    if (value === null) return [];
    return value.kind === "all" ? [value.value] : Object.values(value.byNode);
  });
  return [...new Set(all)].filter((ip) => parseIpv4(ip) !== null);
}

/** The distribution's own sources are put out of force: the cluster must follow what the configuration says, together. */
export function chronyFile(text: string, plan: ChronyPlan): string {
  const lines = replaceBlock(text, [])
    .split("\n")
    .map((line) => (source.test(line) ? disabled + line : line));
  return replaceBlock(lines.join("\n"), plan.lines);
}

export function withoutChrony(text: string): string {
  return replaceBlock(text, [])
    .split("\n")
    .map((line) => (line.startsWith(disabled) ? line.slice(disabled.length) : line))
    .join("\n");
}
