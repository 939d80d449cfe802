// The switches: a namespace with one bridge per network, the nodes' cables, and the host's own foot in management.
import { existsSync, readdirSync } from "node:fs";
import { LabError } from "@/lab/lab-error";
import {
  HOST_ADDRESS,
  HOST_LINK,
  HOST_LINKS,
  HOST_PORT,
  HUB_NAMESPACE,
  JUMBO_MTU,
  LAB_RANGE,
  NAME_PREFIX,
  NETWORK_PLAN,
  NETWORKS,
  planNics,
  type NetworkMode,
  type PlannedNode,
} from "@/lab/plan";
import { attempt, run, type Attempt } from "@/lab/shell";

const NAMESPACE_DIR = "/run/netns";

export async function assertRangeFree(): Promise<void> {
  const routes = await run(["ip", "-4", "route", "show", "root", LAB_RANGE]);
  const foreign = routes
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("unreachable") && !isOwnRoute(line));
  if (foreign.length > 0) {
    throw new LabError(
      `this machine already routes a part of ${LAB_RANGE}, the lab's addresses: ${foreign.join("; ")}`,
    );
  }
}

/** Through one of the lab's own links. */
export function isOwnRoute(line: string): boolean {
  return HOST_LINKS.some((link) => line.includes(`dev ${link}`));
}

/** First thing up, last thing down: nothing meant for a node may leave through the default route. */
export async function closeRange(): Promise<void> {
  await run(["ip", "route", "replace", "unreachable", LAB_RANGE]);
}

export async function openRange(): Promise<void> {
  await attempt(["ip", "route", "delete", "unreachable", LAB_RANGE]);
}

/** The gateways' and bridges' namespace, on this machine or on the rig's. */
export async function makeHub(where: Attempt = attempt): Promise<void> {
  await run(["ip", "netns", "add", HUB_NAMESPACE], {}, where);
  const lines = ["link set lo up"];
  for (const network of NETWORKS) {
    const { bridge, gateway } = NETWORK_PLAN[network];
    lines.push(
      `link add ${bridge} mtu ${JUMBO_MTU} type bridge forward_delay 0 stp_state 0 mcast_snooping 0`,
      `link set ${bridge} up`,
      ...(gateway ? [`address add ${gateway}/24 dev ${bridge}`] : []),
    );
  }
  await ipBatch(HUB_NAMESPACE, lines, where);
  const settings = ["net.ipv4.ip_forward=0", "net.ipv6.conf.all.disable_ipv6=1"];
  await run(["ip", "netns", "exec", HUB_NAMESPACE, "sysctl", "-q", ...settings], {}, where);
}

export async function makeHostLink(): Promise<void> {
  await run(["ip", "link", "add", HOST_LINK, "type", "veth", "peer", "name", HOST_PORT, "netns", HUB_NAMESPACE]);
  await ipBatch(HUB_NAMESPACE, [`link set ${HOST_PORT} master ${NETWORK_PLAN.management.bridge} up`]);
  await setUpHostLink(HOST_LINK, `${HOST_ADDRESS}/24`);
}

export async function setUpHostLink(link: string, address: string): Promise<void> {
  // A node could use the host as its gateway: the host's forwarding is off on this interface whatever ip_forward says.
  await run(["sysctl", "-q", `net.ipv4.conf.${link}.forwarding=0`, `net.ipv6.conf.${link}.disable_ipv6=1`]);
  await run(["ip", "address", "add", address, "dev", link]);
  await run(["ip", "link", "set", link, "up"]);
}

/** A fresh namespace per power-on: a server that comes up has no bridges, bonds or addresses but those it configures. */
export async function plugInNode(node: PlannedNode, mode: NetworkMode): Promise<void> {
  await run(["ip", "netns", "add", node.namespace]);
  const hub: string[] = [];
  for (const nic of planNics(node, mode)) {
    hub.push(
      `link add ${nic.hubPort} mtu ${JUMBO_MTU} type veth peer name ${nic.name} address ${nic.mac} netns ${node.namespace}`,
      `link set ${nic.hubPort} master ${NETWORK_PLAN[nic.network].bridge} up`,
    );
  }
  await ipBatch(HUB_NAMESPACE, hub);
  await ipBatch(node.namespace, ["link set lo up"]);
}

/** The moment of a power cut as the others see it. */
export async function pullCables(node: PlannedNode, mode: NetworkMode): Promise<void> {
  await ipBatch(
    HUB_NAMESPACE,
    planNics(node, mode).map((nic) => `link set ${nic.hubPort} down`),
  );
}

/** By name from the hub, because a deleted namespace keeps its interfaces until the kernel has cleaned up behind it. */
export async function unplugNode(node: PlannedNode, mode: NetworkMode): Promise<void> {
  for (const nic of planNics(node, mode)) await attempt(["ip", "-netns", HUB_NAMESPACE, "link", "delete", nic.hubPort]);
}

export async function deleteNamespace(name: string): Promise<void> {
  if (existsSync(`${NAMESPACE_DIR}/${name}`)) await run(["ip", "netns", "delete", name]);
}

export function labNamespaces(): string[] {
  if (!existsSync(NAMESPACE_DIR)) return [];
  return readdirSync(NAMESPACE_DIR).filter((name) => name.startsWith(NAME_PREFIX));
}

export function hostLinks(): string[] {
  return HOST_LINKS.filter((link) => existsSync(`/sys/class/net/${link}`));
}

export async function deleteHostLinks(): Promise<void> {
  for (const link of hostLinks()) await run(["ip", "link", "delete", link]);
}

export async function ipBatch(namespace: string, lines: readonly string[], where: Attempt = attempt): Promise<void> {
  if (lines.length === 0) return;
  await run(["ip", "-netns", namespace, "-batch", "-"], { input: `${lines.join("\n")}\n` }, where);
}
