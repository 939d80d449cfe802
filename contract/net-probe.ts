import { z } from "zod";
import { bondFactsSchema } from "@/contract/bond-facts";
import { lldpNeighbourSchema } from "@/contract/lldp";
import { networkIdSchema } from "@/contract/network-plan";

/**
 * How the nodes test their paths to each other: every node runs `zsha net-probe --json -` at the same time, answers the others'
 * datagrams and counts its own. Datagrams, not pings: source and target address are free, so that a hash spreads them over both
 * cables of a bond, and a node starts no program per path.
 */
export const probePort = 20_481;
/** A hash spreads eight flows over two cables so that both are met, whatever the addresses (256 of 256 times for layer2+3). */
export const probeFlows = 8;

export const probeTargetSchema = z.object({
  node: z.string(),
  /** Null where the network has no address on the nodes: only probe addresses are tried. */
  ip: z.string().nullable(),
});

export const probedNetworkSchema = z.object({
  id: networkIdSchema,
  /** Device that carries the network on this node: br_bond0, bond2, eth0. */
  device: z.string(),
  ip: z.string().nullable(),
  mtu: z.number().int(),
  gateway: z.string().nullable(),
  peers: z.array(probeTargetSchema),
});
export type ProbedNetwork = z.infer<typeof probedNetworkSchema>;

/** Standard input of `zsha net-probe --json -`. */
export const netProbeSchema = z.object({
  protocol: z.literal(1),
  node: z.string(),
  /** All nodes, in the same order for everybody: a node's place gives it its probe addresses. */
  nodes: z.array(z.string()).min(1),
  /** Only datagrams with the same token are answered and counted. */
  token: z.string().min(8),
  networks: z.array(probedNetworkSchema),
  /** 1 = the real addresses only (cheap); 8 = with addresses that spread over both cables. */
  flows: z.number().int().min(1).max(16).default(probeFlows),
  /** How long a node that hears nothing goes on. Shorter than the nodes' starts lie apart: healthy pairs are called dead. */
  windowMs: z.number().int().min(500).max(60_000).default(8_000),
  checkDuplicates: z.boolean().default(true),
});
export type NetProbe = z.infer<typeof netProbeSchema>;

export const probedFlowSchema = z.object({
  /** 0 = the network's own addresses; 1… = probe addresses. */
  flow: z.number().int(),
  sent: z.number().int(),
  received: z.number().int(),
  /** Datagrams that fill the planned MTU and may not be cut on the way. */
  fullSent: z.number().int(),
  fullReceived: z.number().int(),
});
export type ProbedFlow = z.infer<typeof probedFlowSchema>;

export const probedPathSchema = z.object({
  to: z.string(),
  toIp: z.string().nullable(),
  flows: z.array(probedFlowSchema),
  rttMs: z.object({ min: z.number(), average: z.number(), max: z.number() }).nullable(),
  /** Largest packet (bytes with headers) that was answered; null when none was. */
  largestMtu: z.number().nullable(),
  /** Whether an ICMP echo was answered; asked only where no datagram was. */
  answersPing: z.boolean().nullable(),
  /** MAC this node has learned for the peer's address. */
  neighbourMac: z.string().nullable(),
});
export type ProbedPath = z.infer<typeof probedPathSchema>;

export const reportedLinkSchema = z.object({
  name: z.string(),
  mac: z.string(),
  permanentMac: z.string().nullable(),
  kind: z.string(),
  mtu: z.number(),
  up: z.boolean(),
  carrier: z.boolean(),
  /** Since the NIC appeared; null where the kernel does not count. */
  carrierChanges: z.number().nullable(),
  speedMbps: z.number().nullable(),
  driver: z.string().nullable(),
  master: z.string().nullable(),
  addresses: z.array(z.string()),
});
export type ReportedLink = z.infer<typeof reportedLinkSchema>;

/** Standard output of net-probe: everything one node knows of its networks at one moment. */
export const nodeNetworkReportSchema = z.object({
  protocol: z.literal(1),
  node: z.string(),
  bootId: z.string(),
  links: z.array(reportedLinkSchema),
  bonds: z.array(bondFactsSchema),
  lldp: z.array(lldpNeighbourSchema),
  networks: z.array(
    z.object({
      id: networkIdSchema,
      device: z.string(),
      ip: z.string().nullable(),
      mtu: z.number(),
      /** Null: the network has no gateway. */
      gatewayAnswers: z.boolean().nullable(),
      /** MACs of others that answer to this node's own address. */
      addressAlsoAt: z.array(z.string()),
      paths: z.array(probedPathSchema),
    }),
  ),
  seconds: z.number(),
});
export type NodeNetworkReport = z.infer<typeof nodeNetworkReportSchema>;
