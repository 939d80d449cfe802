import type { NetworkFinding, NetworkFindingCode } from "@/contract/network-check";
import { sentenceText } from "@/contract/sentence";

/** The English sentence of every finding, and the one place where a cause is put into words. messages/en/network.json says the same. */
export const findingTexts: Record<NetworkFindingCode, string> = {
  "cable-out":
    "{node} {device}: no link; the cable is out, or the switch port is down. {bond} runs on what is left, without redundancy",
  "all-cables-out":
    "{node} {device}: no link on any cable of this network; cables out, switch off, or its ports are shut down",
  "nic-missing": "{node} {device}: there is no such device on this node",
  "port-without-lacp": "{node} {device}: switch port is not in an LACP group; {bond} does not use this cable",
  "ports-without-lacp":
    "{node} {device}: switch ports speak no LACP (no channel, or a static one that loses nothing now: LACP cannot tell them apart); {bond} uses one cable and would not notice what it loses on it",
  "static-channel":
    "{node} {device}: switch ports form a static channel without LACP; {dead} of {flows} flows are lost. Set the channel to LACP (mode active)",
  "cable-swapped":
    "{node} {device}: plugged into the channel group of {otherNode} {otherDevice}; the cables are swapped",
  "two-switches":
    "{node} {device}: leads to another switch than the other cables of {bond}, and the two switches do not act as one (MLAG, stacking)",
  "lacp-negotiating": "{node} {device}: the switch speaks LACP but does not carry frames on this port yet",
  "lacp-rate-mismatch":
    "{node} {device}: asks for fast LACP and the switch answers slow; a silent cable then stays in use for up to 90 s. Set fast on the switch too",
  flapping:
    "{node} {device}: the link went up or down {count} times within {seconds} s; cable, transceiver or switch port",
  "duplicate-address": "{node}: its address {ip} is also used by {holder} ({mac})",
  "duplicate-mac": "{node} {device} and {otherNode} {otherDevice} have the same MAC {mac}",
  "wrong-vlan":
    "{node} {device}: has a link but reaches no other node in {network}; its switch ports are in another VLAN, or its address is outside the subnet",
  "vlan-not-carried":
    "{node} {device}: has a link but reaches no other node in {network}; its switch ports do not carry VLAN {vlan} tagged, or its address is outside the subnet",
  "one-cable-silent":
    "{node} {device}: {dead} of {flows} flows are lost although every link is up; one of its switch ports is in another VLAN or blocks",
  "pair-unreachable":
    "{node} ↔ {peer}: no answer in {network}; look at VLAN, addresses and isolation of their switch ports",
  "mtu-node":
    "{node} {device}: {largest} bytes pass, {mtu} do not; its switch ports have no jumbo frames. Set MTU {mtu} there, or plan a smaller one",
  "mtu-pair": "{node} ↔ {peer}: {largest} bytes pass, {mtu} do not: a switch port on the way has no jumbo frames",
  "mtu-one-cable":
    "{node} {device}: {mtu} bytes pass on some flows only ({dead} of {flows} lose them); one of its switch ports has no jumbo frames",
  "mtu-not-set": "{node} {device}: has MTU {largest} instead of the planned {mtu}",
  loss: "{node} ↔ {peer}: {percent} % of packets are lost in {network}; cable, transceiver, or a port at its limit",
  firewall:
    "{node} ↔ {peer}: answers pings but not the test in {network}; a firewall drops UDP port {port} between the nodes",
  "gateway-silent":
    "{node} {device}: nobody answers at the gateway {gateway}; wrong address, or its router is not there yet",
  "node-silent": "{node}: could not be asked: {reason}",
};

const fill = (template: string, params: NetworkFinding["params"]): string =>
  template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => sentenceText(params[name] ?? whole));

export const findingText = (code: NetworkFindingCode, params: NetworkFinding["params"]): string =>
  fill(findingTexts[code], params);
