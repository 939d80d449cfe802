import { type LldpNeighbour, parseLldp } from "@/contract/lldp";
import type { NetProbe, NodeNetworkReport, ProbedNetwork, ProbedPath, ReportedLink } from "@/contract/net-probe";
import { bootId } from "@/suite/net/boot-id";
import { openPorts } from "@/suite/net/guard-units";
import { readBondFacts } from "@/suite/net/lacp";
import { type Link, masterNow, readLinks } from "@/suite/net/links";
import { addProbeAddresses, probeAddress, removeProbeAddresses, targetFlow } from "@/suite/net/probe-addresses";
import { type FlowPlan, type FlowSeen, ProbeTalk } from "@/suite/net/probe-talk";
import { exists, namesIn, readTextIfThere } from "@/suite/system/files";
import { runCommand, succeeded } from "@/suite/system/run-command";

/** Two tries of a second each, and room for a busy machine. */
const lookTimeoutMs = 8_000;
const portsOpenSeconds = 120;

let tidying: Promise<void> = Promise.resolve();
/** Until nothing of the last look is left on this node. Nobody who waits for its report waits for this. */
export const isTidy = (): Promise<void> => tidying;

/** Everything this node knows of its networks and its paths to the others, at one moment. */
export async function runProbe(probe: NetProbe): Promise<NodeNetworkReport> {
  const began = performance.now();
  await isTidy();
  // An address on a bridge's port is deaf: the bridge takes the frames.
  const bridges = new Map(
    await Promise.all(probe.networks.map(async ({ device }) => [device, await bridgeAbove(device)] as const)),
  );
  const deviceOf = (device: string): string => bridges.get(device) ?? device;
  await openPorts(portsOpenSeconds);
  await addProbeAddresses(probe, deviceOf);
  const talk = new ProbeTalk({ node: probe.node, token: probe.token }, probe.windowMs);
  try {
    await talk.open(ownAddresses(probe));
    const peers = [...new Set(probe.networks.flatMap((network) => network.peers.map(({ node }) => node)))];
    // All that starts a program begins at once: the talk waits for answers most of the time.
    const [seen, asides, links, lldp] = await Promise.all([
      talk.run(
        probe.networks.flatMap((network) => flowPlans(probe, network)),
        peers,
      ),
      Promise.all(probe.networks.map((network) => aside(probe, network))),
      reportedLinks(),
      lldpNeighbours(),
    ]);
    // As the talk left them.
    const [neighbours, bonds] = await Promise.all([neighboursByDevice(), readBondFacts()]);
    const networks = await Promise.all(
      probe.networks.map(async (network, at) => ({
        id: network.id,
        device: network.device,
        ip: network.ip,
        mtu: network.mtu,
        ...(asides[at] ?? { gatewayAnswers: null, addressAlsoAt: [] }),
        paths: await pathsOf(network, seen, neighbours.get(network.device) ?? new Map()),
      })),
    );
    return {
      protocol: 1,
      node: probe.node,
      bootId: await bootId(),
      links,
      bonds,
      lldp,
      networks,
      seconds: secondsSince(began),
    };
  } finally {
    talk.close();
    tidying = removeProbeAddresses(probe, deviceOf);
  }
}

const secondsSince = (began: number): number => Math.round(performance.now() - began) / 1000;

/** The kernel's own folder: a program that prints it costs a busy node a tenth of a second. */
async function bridgeAbove(device: string): Promise<string | null> {
  const master = await masterNow(device);
  return master !== null && (await exists(`/sys/class/net/${master}/bridge`)) ? master : null;
}

const ownAddresses = (probe: NetProbe): string[] => {
  const place = probe.nodes.indexOf(probe.node);
  return probe.networks.flatMap(({ id, ip }) => [
    ...(ip === null ? [] : [ip]),
    ...Array.from({ length: probe.flows - 1 }, (_, at) => probeAddress(id, place, at + 1)),
  ]);
};

function flowPlans(probe: NetProbe, { id, ip, mtu, peers }: ProbedNetwork): FlowPlan[] {
  const place = probe.nodes.indexOf(probe.node);
  return peers.flatMap((peer): FlowPlan[] => {
    const real = peer.ip === null ? [] : [{ network: id, to: peer.node, flow: 0, from: ip, ip: peer.ip, mtu }];
    const more = Array.from({ length: probe.flows - 1 }, (_, at) => ({
      network: id,
      to: peer.node,
      flow: at + 1,
      from: probeAddress(id, place, at + 1),
      ip: probeAddress(id, probe.nodes.indexOf(peer.node), targetFlow),
      mtu,
    }));
    return [...real, ...more];
  });
}

async function pathsOf(
  network: ProbedNetwork,
  seen: readonly FlowSeen[],
  neighbours: ReadonlyMap<string, string>,
): Promise<ProbedPath[]> {
  return await Promise.all(
    network.peers.map(async (peer) => {
      const own = seen.filter(({ plan }) => plan.network === network.id && plan.to === peer.node);
      const rtts = own.flatMap((flow) => flow.rtts);
      const sizes = own.flatMap(({ largest }) => (largest === null ? [] : [largest]));
      const isDead = own.every(({ counts }) => counts.received === 0);
      return {
        to: peer.node,
        toIp: peer.ip,
        flows: own.map(({ counts }) => counts),
        rttMs:
          rtts.length === 0
            ? null
            : {
                min: hundredths(Math.min(...rtts)),
                average: hundredths(rtts.reduce((all, rtt) => all + rtt, 0) / rtts.length),
                max: hundredths(Math.max(...rtts)),
              },
        // What every flow carries: one cable with a small MTU makes the whole path small.
        largestMtu: sizes.length === 0 ? null : Math.min(...sizes),
        answersPing:
          isDead && peer.ip !== null
            ? await ran(["ping", "-n", "-q", "-c", "2", "-i", "0.2", "-W", "1", peer.ip])
            : null,
        neighbourMac: peer.ip === null ? null : (neighbours.get(peer.ip) ?? null),
      };
    }),
  );
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

const ran = async (argv: readonly string[]): Promise<boolean> =>
  succeeded(await runCommand(argv, { timeoutMs: lookTimeoutMs }));

/** What is asked beside the paths: is the gateway there, and does anybody else have this node's address? */
async function aside(
  probe: NetProbe,
  { device, ip, gateway }: ProbedNetwork,
): Promise<{ gatewayAnswers: boolean | null; addressAlsoAt: string[] }> {
  const [gatewayAnswers, addressAlsoAt] = await Promise.all([
    gateway === null || ip === null ? null : ran(["arping", "-q", "-f", "-c", "3", "-w", "3", "-I", device, gateway]),
    ip === null || !probe.checkDuplicates ? [] : othersWith(device, ip),
  ]);
  return { gatewayAnswers, addressAlsoAt };
}

/** Twice within two seconds: one question may be lost. All paths take as long, and one program does it. */
async function othersWith(device: string, ip: string): Promise<string[]> {
  const argv = ["arping", "-D", "-c", "2", "-w", "2", "-I", device, ip];
  const result = await runCommand(argv, { timeoutMs: lookTimeoutMs });
  return result.kind === "exited" ? repliesOf(result.stdout) : [];
}

/** "Unicast reply from 10.0.0.1 [02:54:4C:00:00:01]  0.6ms" */
export const repliesOf = (text: string): string[] => [
  ...new Set([...text.matchAll(/reply from \S+ \[([0-9A-Fa-f:]{17})\]/g)].map(([, mac]) => (mac ?? "").toLowerCase())),
];

const unknownMac = "00:00:00:00:00:00";
/** MACs by address, by device: "10.77.1.12  0x1  0x2  02:54:4c:01:02:00  *  br_bond0", the kernel's own table after its heading. */
export function neighboursIn(table: string): Map<string, Map<string, string>> {
  const devices = new Map<string, Map<string, string>>();
  for (const line of table.split("\n").slice(1)) {
    const [ip, , , mac, , device] = line.trim().split(/\s+/);
    if (ip === undefined || mac === undefined || device === undefined || mac === unknownMac) continue;
    devices.set(device, (devices.get(device) ?? new Map<string, string>()).set(ip, mac));
  }
  return devices;
}

const neighboursByDevice = async (): Promise<Map<string, Map<string, string>>> =>
  neighboursIn((await readTextIfThere("/proc/net/arp")) ?? "");

async function reportedLinks(): Promise<ReportedLink[]> {
  const links = await readLinks();
  const real = links.filter(({ name, kind }) => name !== "lo" && !["tun", "vxlan"].includes(kind));
  return await Promise.all(real.map(reported));
}

async function reported(link: Link): Promise<ReportedLink> {
  const read = async (file: string): Promise<string | null> =>
    (await readTextIfThere(`/sys/class/net/${link.name}/${file}`).catch(() => null))?.trim() ?? null;
  const number = async (file: string): Promise<number | null> => {
    const text = await read(file);
    return text === null || !/^\d+$/.test(text) ? null : Number(text);
  };
  const driver = await read("device/uevent");
  return {
    ...link,
    kind: link.kind,
    permanentMac: link.permanentMac,
    carrierChanges: await number("carrier_changes"),
    speedMbps: await number("speed"),
    driver: /^DRIVER=(.+)$/m.exec(driver ?? "")?.[1] ?? null,
  };
}

/** Only where lldpd runs; nothing is installed for it. */
async function lldpNeighbours(): Promise<LldpNeighbour[]> {
  if (!(await namesIn("/run")).some((name) => name.startsWith("lldpd"))) return [];
  const result = await runCommand(["lldpcli", "-f", "json", "show", "neighbors"], { timeoutMs: lookTimeoutMs });
  return succeeded(result) ? parseLldp(result.stdout) : [];
}
