// Hosts that belong to nobody: a namespace with one NIC on one network.
import { LabError } from "@/lab/lab-error";
import { ipBatch } from "@/lab/network";
import { HUB_NAMESPACE, JUMBO_MTU, NAME_PREFIX, NETWORK_PLAN, NETWORKS, type Network } from "@/lab/plan";
import { inRig } from "@/lab/rig/switch";
import type { Stranger } from "@/lab/rig/switch-state";
import { run } from "@/lab/shell";

/** Without a MAC of its own wish it gets one that says which stranger it is. */
export function strangerOf(network: Network, address: string, mac?: string): Stranger {
  const { subnet } = NETWORK_PLAN[network];
  const prefix = subnet.slice(0, subnet.lastIndexOf(".") + 1);
  const host = address.startsWith(prefix) ? Number(address.slice(prefix.length)) : Number.NaN;
  if (!Number.isInteger(host) || host < 1 || host > 254)
    throw new LabError(`${address} is no address of the ${network} network ${subnet}`);
  const tail = [NETWORKS.indexOf(network), host].map((byte) => byte.toString(16).padStart(2, "0"));
  return { network, address, mac: mac ?? `02:54:4c:fd:${tail.join(":")}` };
}

function nameOf({ network, address }: Stranger): string {
  return `odd-${NETWORKS.indexOf(network)}-${address.slice(address.lastIndexOf(".") + 1)}`;
}

export async function admitStranger(stranger: Stranger): Promise<void> {
  const name = nameOf(stranger);
  const namespace = `${NAME_PREFIX}${name}`;
  await run(["ip", "netns", "add", namespace], {}, inRig);
  await ipBatch(
    HUB_NAMESPACE,
    [
      `link add ${name} mtu ${JUMBO_MTU} type veth peer name odd0 address ${stranger.mac} netns ${namespace}`,
      `link set ${name} master ${NETWORK_PLAN[stranger.network].bridge} up`,
    ],
    inRig,
  );
  await ipBatch(namespace, [`address add ${stranger.address}/24 dev odd0`, "link set odd0 up"], inRig);
  // arping ends with 1 when nobody answers, and nobody answers to an announcement.
  await inRig(["ip", "netns", "exec", namespace, "arping", "-q", "-U", "-c", "2", "-I", "odd0", stranger.address]);
}

export async function turnOutStranger(stranger: Stranger): Promise<void> {
  await inRig(["ip", "-netns", HUB_NAMESPACE, "link", "delete", nameOf(stranger)]);
  await inRig(["ip", "netns", "delete", `${NAME_PREFIX}${nameOf(stranger)}`]);
}
