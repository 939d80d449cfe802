import type { HaNode } from "@/contract/ha-config";
import { replaceBlock } from "@/suite/setup/managed-block";

/**
 * The cluster's nodes in /etc/hosts. Other lines that give a node's name to another address are put out of force, except
 * loopback ones for this node itself (Debian's 127.0.1.1), which local programs rely on.
 */
export function hostsFile(text: string, nodes: readonly HaNode[], self: string): string {
  const lines = replaceBlock(text, [])
    .split("\n")
    .map((line) => judge(line, nodes, self));
  return replaceBlock(
    lines.join("\n"),
    nodes.map((node) => `${node.ip} ${node.name}`),
  );
}

const disabled = "#zsha# ";

function judge(line: string, nodes: readonly HaNode[], self: string): string {
  const [address = "", ...names] = (line.split("#")[0] ?? "").trim().split(/\s+/);
  const clashes = nodes.some((node) => {
    if (!names.includes(node.name) || address === node.ip) return false;
    return !(node.name === self && (address.startsWith("127.") || address === "::1"));
  });
  return clashes ? disabled + line : line;
}

export function withoutHosts(text: string): string {
  return replaceBlock(text, [])
    .split("\n")
    .map((line) => (line.startsWith(disabled) ? line.slice(disabled.length) : line))
    .join("\n");
}
