import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { ConsulStatus } from "@/contract/ha-status";
import { known, type Observed, unknown } from "@/contract/observed";
import { say, type Sentence } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import type { ClusterAccess } from "@/suite/commands/cluster-access";

const memberSchema = z.object({
  Name: z.string(),
  Addr: z.string(),
  Port: z.number(),
  Status: z.number(),
  Tags: z.record(z.string(), z.string()).default({}),
});
const autopilotSchema = z.object({ CleanupDeadServers: z.boolean(), MinQuorum: z.number().default(0) });
const serfStates: Readonly<Record<number, ConsulStatus["members"][number]["status"]>> = {
  1: "alive",
  2: "leaving",
  3: "left",
  4: "failed",
};

/** Null: Consul did not tell in time, or in a way nobody understands. That is no finding. */
export function autopilotSafe(answer: { value: unknown } | { because: Sentence }, nodes: number): boolean | null {
  const read = "value" in answer ? autopilotSchema.safeParse(answer.value) : null;
  if (read?.success !== true) return null;
  return !read.data.CleanupDeadServers && read.data.MinQuorum > nodes / 2;
}

export async function readConsul(
  access: ClusterAccess,
  at: string,
  timeoutMs: number,
): Promise<Observed<ConsulStatus>> {
  const { consul } = access;
  const [members, leader, peers, autopilot] = await Promise.all([
    consul.get("/v1/agent/members", timeoutMs),
    consul.get("/v1/status/leader", timeoutMs),
    consul.get("/v1/status/peers", timeoutMs),
    consul.get("/v1/operator/autopilot/configuration", timeoutMs),
  ]);
  if (!("value" in members)) return unknown(members.because, at);
  // An answer that did not come is no word about the leader.
  if (!("value" in leader)) return unknown(leader.because, at);
  try {
    const list = z.array(memberSchema).parse(members.value);
    const value: ConsulStatus = {
      members: list.map((member) => ({
        name: member.Name,
        address: `${member.Addr}:${member.Port}`,
        status: serfStates[member.Status] ?? "unknown",
        type: member.Tags["role"] === "consul" ? "server" : "client",
        build: (member.Tags["build"] ?? "").replace(/[:+].*/, ""),
        protocol: member.Tags["vsn"] ?? "",
        datacenter: member.Tags["dc"] ?? "",
      })),
      leader: z.string().parse(leader.value) || null,
      peers: "value" in peers ? z.array(z.string()).parse(peers.value) : [],
      autopilotSafe: autopilotSafe(autopilot, access.cluster.nodes.length),
    };
    return known(value, at);
  } catch (error) {
    return unknown(say("consul-unclear", { error: formatErrorChain(error) }), at);
  }
}

const consulHttpPort = 8500;

/** Addresses other than loopback on which somebody listens on Consul's HTTP port: whoever reaches it may try tokens. */
export async function exposedConsul(): Promise<string[]> {
  const found: string[] = [];
  for (const [path, loopback, any] of [
    ["/proc/net/tcp", "0100007F", "00000000"],
    ["/proc/net/tcp6", "00000000000000000000000001000000", "00000000000000000000000000000000"],
  ] as const) {
    const table = await readFile(path, "utf8").catch(() => "");
    for (const line of table.split("\n").slice(1)) {
      const [, local = "", , state = ""] = line.trim().split(/\s+/);
      const [address = "", port = ""] = local.split(":");
      if (state !== "0A" || Number.parseInt(port, 16) !== consulHttpPort || address === loopback) continue;
      found.push(address === any ? "every address" : ipv4OfHex(address));
    }
  }
  return [...new Set(found)];
}

/** /proc/net/tcp writes addresses as little-endian hex. */
const ipv4OfHex = (hex: string): string =>
  hex.length === 8 ? [6, 4, 2, 0].map((offset) => Number.parseInt(hex.slice(offset, offset + 2), 16)).join(".") : hex;
