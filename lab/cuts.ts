// Faults in the switches as an nftables ruleset. Pure: the whole ruleset is written anew from the list of cuts.
import {
  channelName,
  HOST_ADDRESS,
  HOST_PORT,
  NETWORKS,
  planNics,
  type Network,
  type NetworkMode,
  type PlannedNode,
} from "@/lab/plan";
import type { Cut } from "@/lab/state";

const TABLE = "bridge trivet_cuts";

/**
 * Bridge family, because frames between two nodes are only ever bridged; forward sees those, input and output the
 * gateways' own. The first rule of the host's port is no fault: the host takes what is addressed to it and no more, so
 * that a node which names it as gateway gets nowhere.
 */
export function buildRuleset(cuts: readonly Cut[], nodes: readonly PlannedNode[], mode: NetworkMode): string {
  const forward = [hostGuard(), ...cuts.flatMap((cut) => forwardRules(cut, nodes, mode))];
  const gateway = cuts.filter((cut) => cut.peer === null);
  const input = gateway.filter(affects("out")).flatMap((cut) => rules(cut, cables(cut, nodes, mode), null));
  const output = gateway.filter(affects("in")).flatMap((cut) => rules(cut, null, cables(cut, nodes, mode)));
  return `table ${TABLE}
delete table ${TABLE}
table ${TABLE} {
${chain("passing", "forward", forward)}${chain("arriving", "input", input)}${chain("leaving", "output", output)}}
`;
}

function hostGuard(): string {
  return `oifname "${HOST_PORT}" ether type ip ip daddr != { ${HOST_ADDRESS}, 10.77.2.255, 255.255.255.255, 224.0.0.0/4 } drop`;
}

function chain(name: string, hook: string, rules: readonly string[]): string {
  const body = rules.map((text) => `    ${text}\n`).join("");
  return `  chain ${name} {\n    type filter hook ${hook} priority 0; policy accept;\n${body}  }\n`;
}

function forwardRules(cut: Cut, nodes: readonly PlannedNode[], mode: NetworkMode): string[] {
  const own = cables(cut, nodes, mode);
  const others = cut.peer === null ? null : cablesOf(cut.peer, cut.network, nodes, mode);
  return [
    ...(affects("out")(cut) ? rules(cut, own, others) : []),
    ...(affects("in")(cut) ? rules(cut, others, own) : []),
  ];
}

function affects(direction: "in" | "out"): (cut: Cut) => boolean {
  return (cut) => cut.direction === "both" || cut.direction === direction;
}

/** A service's frames carry its port as source in one direction and as destination in the other. */
function rules(cut: Cut, from: readonly string[] | null, to: readonly string[] | null): string[] {
  const services =
    cut.ports === null ? [""] : ["sport", "dport"].map((end) => `meta l4proto { tcp, udp } th ${end} { ${cut.ports} }`);
  return services.map((service) => rule(cut, from, to, service));
}

function rule(cut: Cut, from: readonly string[] | null, to: readonly string[] | null, service: string): string {
  const match = (key: string, names: readonly string[] | null) =>
    names ? [`${key} { ${names.map((name) => `"${name}"`).join(", ")} }`] : [];
  const chance = cut.lossPercent === 100 ? [] : [`numgen random mod 100 < ${cut.lossPercent}`];
  const words = [...match("iifname", from), ...match("oifname", to), service, ...chance, "drop"];
  return words.filter(Boolean).join(" ");
}

function cables(cut: Cut, nodes: readonly PlannedNode[], mode: NetworkMode): string[] {
  return cablesOf(cut.node, cut.network, nodes, mode);
}

function cablesOf(name: string, network: Network | "all", nodes: readonly PlannedNode[], mode: NetworkMode): string[] {
  const node = nodes.find((candidate) => candidate.name === name);
  if (!node) throw new RangeError(`no node ${name} in this lab`);
  const networks = network === "all" ? NETWORKS : [network];
  const ports = planNics(node, mode, networks).map((nic) => nic.hubPort);
  // Frames of a channel's ports are the channel's to the bridge.
  return mode === "single" ? ports : [...ports, ...networks.map((each) => channelName(node, each))];
}

/** A repeated cut of the same place replaces the earlier one, so that --loss can be changed. */
export function withCut(cuts: readonly Cut[], added: Cut): Cut[] {
  const same = (cut: Cut) =>
    cut.node === added.node &&
    cut.network === added.network &&
    cut.peer === added.peer &&
    cut.direction === added.direction &&
    cut.ports === added.ports;
  return [...cuts.filter((cut) => !same(cut)), added];
}

export function withoutCuts(cuts: readonly Cut[], node: string | null): Cut[] {
  return node === null ? [] : cuts.filter((cut) => cut.node !== node && cut.peer !== node);
}

export function describeCut(cut: Cut): string {
  const parts = [
    cut.network,
    cut.direction,
    cut.peer ? `towards ${cut.peer}` : "",
    cut.ports === null ? "" : `ports ${cut.ports}`,
    cut.lossPercent < 100 ? `${cut.lossPercent}% loss` : "",
  ];
  return parts.filter(Boolean).join(" ");
}
